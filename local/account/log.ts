/** What functions write to their logs, weighed as CloudWatch weighs it; and the metrics that are made of it. */
import { emfMeasure } from '../../lambdas/adapters/log/emf.ts';
import { jsonReport } from '../../lambdas/adapters/log/json-lines.ts';
import type { Clock } from '../../lambdas/ports/clock.ts';
import type { Measure } from '../../lambdas/ports/measures.ts';
import type { Report } from '../../lambdas/runtime/wiring.ts';

/** Charged for each line beside its text (Amazon CloudWatch Logs, "PutLogEvents"). */
const LINE_BYTES = 26;

/** The log of one function. */
export class SimulatedLog {
  lines = 0;
  bytes = 0;
  /** Metrics by name and dimensions: each is charged for. */
  readonly metrics = new Set<string>();
  readonly report: Report;
  readonly measure: Measure;

  constructor(environment: string, clock: Clock, onLine: Report) {
    const report = jsonReport(clock, (line) => this.#write(line));
    this.report = (line) => {
      onLine(line);
      report(line);
    };
    this.measure = emfMeasure({ environment, clock, write: (line) => this.#measured(line) });
  }

  #write(line: string): void {
    this.lines += 1;
    this.bytes += Buffer.byteLength(line) + LINE_BYTES;
  }

  #measured(line: string): void {
    this.#write(line);
    const parsed = JSON.parse(line) as {
      readonly _aws: {
        readonly CloudWatchMetrics: readonly {
          readonly Dimensions: readonly (readonly string[])[];
          readonly Metrics: readonly { readonly Name: string }[];
        }[];
      };
    } & Readonly<Record<string, unknown>>;
    for (const { Dimensions: dimensions, Metrics: metrics } of parsed._aws.CloudWatchMetrics) {
      for (const names of dimensions) {
        const place = names.map((name) => `${name}=${String(parsed[name])}`).join(',');
        for (const { Name } of metrics) this.metrics.add(`${Name} ${place}`);
      }
    }
  }
}
