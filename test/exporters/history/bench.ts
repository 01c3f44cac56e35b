/** A history collector beside a fake coordinator, with a clock that a test moves. */
import type { AnyMetricFamily } from '../../../exporters/engine/metric-table.ts';
import { HistoryCollector, type HistoryOptions } from '../../../exporters/history/history-collector.ts';
import { epochSeconds } from '../../../lambdas/core/quantities.ts';
import { NOON } from '../readings.ts';
import { type Engine, FakeCoordinator, type FakeQuery } from './fake-coordinator.ts';

export class HistoryBench {
  readonly engine: FakeCoordinator;
  readonly history: HistoryCollector;
  readonly faults: string[] = [];
  /** Seconds since noon, on both clocks of the collector. */
  clock = 0;
  #made = 0;

  constructor(engine: FakeCoordinator, options: Partial<HistoryOptions>) {
    this.engine = engine;
    this.history = new HistoryCollector({
      coordinator: engine.url,
      access: { headers: { 'X-Trino-User': 'exporter' } },
      now: () => epochSeconds(NOON + this.clock),
      elapsed: () => this.clock * 1000,
      onFault: ({ state, error }) => this.faults.push(`${state}: ${error?.message}`),
      ...options,
    });
  }

  static async start(options: Partial<HistoryOptions> = {}, engine?: Engine): Promise<HistoryBench> {
    return new HistoryBench(await new FakeCoordinator(engine).start(), options);
  }

  /** So many queries end now, in both of the engine's books. */
  end(count: number, given: Partial<FakeQuery> = {}): void {
    const more = Array.from({ length: count }, () => {
      this.#made += 1;
      return { id: `20260302_${this.#made}`, state: 'FINISHED', endedAt: NOON + this.#made, ...given };
    });
    this.engine.ended = [...this.engine.ended, ...more];
    this.engine.completed = (this.engine.completed ?? 0) + count;
  }

  /** One reading, after a rest that is long enough. */
  async read(): Promise<void> {
    this.clock += 3_600;
    await this.history.collect();
  }

  families(): readonly AnyMetricFamily[] {
    return this.history.families(epochSeconds(NOON + this.clock));
  }

  /** Values of a metric by its only label, `''` without one; `{}`: it is not told. */
  values(name: string): Readonly<Record<string, number>> {
    const family = this.families().find((one) => one.name === `prestoscale_engine_${name}`);
    if (family === undefined || family.type === 'histogram') return {};
    return Object.fromEntries(family.values.map(({ labels, value }) => [Object.values(labels)[0] ?? '', value]));
  }

  /** Finished and failed ones together; undefined before counting begins. */
  get counted(): number | undefined {
    const finished = this.values('finished_queries_total')[''];
    if (finished === undefined) return undefined;
    return Object.values(this.values('failed_queries_total')).reduce((sum, value) => sum + value, finished);
  }

  get missed(): number | undefined {
    return this.values('history_missed_queries_total')[''];
  }
}
