/** What the exporter says of itself. */
import type { MetricDefinition, MetricFamily } from './engine/metric-table.ts';
import { SOURCES, type Source, type SourceReport } from './engine/reading.ts';

const metric = (type: MetricDefinition['type'], name: string, help: string): MetricDefinition => ({
  name: `prestoscale_exporter_${name}`,
  help,
  type,
});

const UP = metric('gauge', 'source_up', 'Whether the last reading of a source succeeded.');
const DURATION = metric('gauge', 'source_duration_seconds', 'How long the last reading of a source took.');
const ERRORS = metric('counter', 'source_errors_total', 'Readings of a source that failed.');
const AGE = metric('gauge', 'source_age_seconds', 'Time since a source was last read with success.');
const PUSHES = metric('counter', 'pushes_total', 'Samples that were written to the table.');
const PUSH_ERRORS = metric('counter', 'push_errors_total', 'Samples and wake-ups that could not be delivered.');
const WAKES = metric('counter', 'wakes_total', 'Wake-ups that were sent because demand appeared.');

interface SourceState {
  up: boolean;
  seconds: number;
  errors: number;
  readAt: number | undefined;
}

export interface PushCounts {
  readonly pushes: number;
  readonly errors: number;
  readonly wakes: number;
}

/** Counts how the readings of each source went. Times in seconds. */
export class SourceRecord {
  readonly #sources = new Map<Source, SourceState>();

  add(reports: readonly SourceReport[], at: number): void {
    for (const { source, milliseconds, error } of reports) {
      const before = this.#sources.get(source);
      this.#sources.set(source, {
        up: error === undefined,
        seconds: milliseconds / 1000,
        errors: (before?.errors ?? 0) + (error === undefined ? 0 : 1),
        readAt: error === undefined ? at : before?.readAt,
      });
    }
  }

  /** Sources whose last reading failed; all of them before the first. */
  get failing(): readonly Source[] {
    return SOURCES.filter((source) => this.#sources.get(source)?.up !== true);
  }

  families(now: number): readonly MetricFamily[] {
    return [
      this.#family(UP, ({ up }) => (up ? 1 : 0)),
      this.#family(DURATION, ({ seconds }) => seconds),
      this.#family(ERRORS, ({ errors }) => errors),
      this.#family(AGE, ({ readAt }) => (readAt === undefined ? undefined : Math.max(0, now - readAt))),
    ];
  }

  #family(definition: MetricDefinition, pick: (state: SourceState) => number | undefined): MetricFamily {
    const values = [...this.#sources].flatMap(([source, state]) => {
      const value = pick(state);
      return value === undefined ? [] : [{ labels: { source }, value }];
    });
    return { ...definition, values };
  }
}

export const pushFamilies = ({ pushes, errors, wakes }: PushCounts): readonly MetricFamily[] => [
  { ...PUSHES, values: [{ labels: {}, value: pushes }] },
  { ...PUSH_ERRORS, values: [{ labels: {}, value: errors }] },
  { ...WAKES, values: [{ labels: {}, value: wakes }] },
];
