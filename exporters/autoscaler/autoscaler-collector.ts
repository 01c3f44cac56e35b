/** Reads the autoscaler's own state again and again, and tells it as metrics for as long as it may be believed. */
import type { EpochSeconds } from '../../lambdas/core/quantities.ts';
import type { AutoscalerState, AutoscalerView } from '../../lambdas/ports/autoscaler-state.ts';
import type { MetricDefinition, MetricFamily } from '../engine/metric-table.ts';
import { autoscalerFamilies } from './autoscaler-metrics.ts';

/** After so many reads in a row that failed, what was last read is told no more. */
export const MOST_MISSED_READS = 3;

const UP: MetricDefinition = {
  name: 'prestoscale_autoscaler_up',
  help: 'Whether the last reading of the autoscaler’s state succeeded.',
  type: 'gauge',
};
const ERRORS: MetricDefinition = {
  name: 'prestoscale_autoscaler_read_errors_total',
  help: 'Readings of the autoscaler’s state that failed.',
  type: 'counter',
};
const AGE: MetricDefinition = {
  name: 'prestoscale_autoscaler_read_age_seconds',
  help: 'Time since the autoscaler’s state was last read with success.',
  type: 'gauge',
};

/** How the readings go. */
export const READING_METRICS: readonly MetricDefinition[] = [UP, ERRORS, AGE];

export interface AutoscalerCollectorOptions {
  readonly state: AutoscalerState;
  readonly now: () => EpochSeconds;
  /** Told of every reading that fails. */
  readonly onFault?: (error: Error) => void;
}

export class AutoscalerCollector {
  readonly #options: AutoscalerCollectorOptions;
  #view: AutoscalerView | undefined;
  #readAt: EpochSeconds | undefined;
  /** In a row; undefined before the first reading. */
  #missed: number | undefined;
  #errors = 0;

  constructor(options: AutoscalerCollectorOptions) {
    this.#options = options;
  }

  /** Reads once. Never throws: what fails is counted and told. */
  async collect(): Promise<void> {
    const { state, now, onFault } = this.#options;
    const at = now();
    try {
      this.#view = await state.read(at);
      this.#readAt = at;
      this.#missed = 0;
    } catch (error) {
      this.#missed = (this.#missed ?? 0) + 1;
      this.#errors += 1;
      if (this.#missed >= MOST_MISSED_READS) this.#view = undefined;
      onFault?.(error as Error);
    }
  }

  /** The last reading; its ages are of this moment. */
  families(now: EpochSeconds): readonly MetricFamily[] {
    if (this.#missed === undefined) return [];
    return [
      { ...UP, values: [{ labels: {}, value: this.#missed === 0 ? 1 : 0 }] },
      { ...ERRORS, values: [{ labels: {}, value: this.#errors }] },
      ...(this.#readAt === undefined
        ? []
        : [{ ...AGE, values: [{ labels: {}, value: Math.max(0, now - this.#readAt) }] }]),
      ...(this.#view === undefined ? [] : autoscalerFamilies(this.#view, now)),
    ];
  }
}
