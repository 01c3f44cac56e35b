/**
 * The sample out of CloudWatch metrics, one GetMetricData for each.
 *
 * CloudWatch knows no moments, only periods, and writes a period by its beginning. Only periods that are over are
 * looked at: one that still runs has a part of its reports, and less would seem to be wanted than is. A value is as old
 * as the beginning of its period, because what it tells may have been true then and no longer.
 */
import {
  type CloudWatchClient,
  GetMetricDataCommand,
  type GetMetricDataCommandInput,
  type GetMetricDataCommandOutput,
  type MetricDataQuery,
  type MetricDataResult,
} from '@aws-sdk/client-cloudwatch';
import { NonsenseError, quantity } from '../../../exporters/engine/untrusted.ts';
import type { WorkloadSample } from '../../core/model.ts';
import type { Clock } from '../../ports/clock.ts';
import type { WorkloadSource } from '../../ports/workload.ts';
import type { CloudWatchMapping, CloudWatchMetric } from '../../settings/cloudwatch-mapping.ts';
import { type AgedValue, type FieldPath, joinFields, placesOf } from '../../settings/mapped-fields.ts';
import { awsErrorLine, isThrottled, isTimeout, plainCause } from '../aws-errors.ts';

export interface CloudWatchWorkloadOptions {
  readonly client: CloudWatchClient;
  readonly mapping: CloudWatchMapping;
  readonly clock: Clock;
  /** What it is called in reasons. Default: the namespaces. */
  readonly name?: string;
  /** Of the whole call, retries included; default 4,000. */
  readonly timeoutMilliseconds?: number;
  /** Told why there is no sample, or what is left out of it. */
  readonly onFault?: (error: Error) => void;
}

const DEFAULT_TIMEOUT_MILLISECONDS = 4_000;
/** So far back is looked for the newest value, in periods and in seconds at least: reports are often minutes late. */
const LOOKBACK_PERIODS = 5;
const LOOKBACK_SECONDS = 300;
/** Metrics of one mapping may be reported by different agents. */
const SPREAD_PERIODS = 2;

const longestPeriod = (mapping: CloudWatchMapping): number =>
  Math.max(...placesOf<CloudWatchMetric>(mapping).map(([, { periodSeconds }]) => periodSeconds));

/** Ids of queries begin with a small letter and have no dots. */
const idOf = (index: number): string => `field${index}`;

const queryOf = (
  { namespace, metric, dimensions = {}, statistic, periodSeconds }: CloudWatchMetric,
  index: number,
) => ({
  Id: idOf(index),
  MetricStat: {
    Metric: {
      Namespace: namespace,
      MetricName: metric,
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
    },
    Period: periodSeconds,
    Stat: statistic,
  },
});

/** The newest value of a period that is over; undefined where there is none, or where it is no number. */
const newestOf = (
  { Timestamps = [], Values = [] }: MetricDataResult,
  { periodSeconds }: CloudWatchMetric,
  path: FieldPath,
  now: number,
): AgedValue | undefined => {
  if (Timestamps.length !== Values.length) {
    throw new NonsenseError(`${path} has ${Timestamps.length} times and ${Values.length} values`);
  }
  let newest: AgedValue | undefined;
  for (const [index, time] of Timestamps.entries()) {
    const at = time.getTime() / 1000;
    if (!(at + periodSeconds <= now) || (newest !== undefined && at <= newest.at)) continue;
    newest = { at, value: Values[index] as number };
  }
  if (newest === undefined || !Number.isFinite(newest.value)) return undefined;
  return { at: newest.at, value: quantity(newest.value, path) };
};

export class CloudWatchWorkload implements WorkloadSource {
  readonly name: string;
  readonly #options: CloudWatchWorkloadOptions;
  readonly #places: readonly (readonly [FieldPath, CloudWatchMetric])[];
  readonly #queries: MetricDataQuery[];

  constructor(options: CloudWatchWorkloadOptions) {
    this.#options = options;
    this.#places = placesOf<CloudWatchMetric>(options.mapping);
    this.#queries = this.#places.map(([, metric], index) => queryOf(metric, index));
    const namespaces = new Set(this.#places.map(([, { namespace }]) => namespace));
    this.name = options.name ?? `CloudWatch (${[...namespaces].join(', ')})`;
  }

  /** Undefined when CloudWatch cannot be asked, refuses, or has no value that is new enough to be looked for. */
  async sample(): Promise<WorkloadSample | undefined> {
    const now = this.#options.clock.now();
    try {
      const { sample, problems } = joinFields(
        this.#valuesOf(await this.#ask(now), now),
        SPREAD_PERIODS * longestPeriod(this.#options.mapping),
      );
      for (const problem of problems) this.#tell(problem);
      if (sample === undefined) this.#tell(`has no value for any field in the last ${this.#lookback()} s`);
      return sample;
    } catch (error) {
      this.#tell(this.#saidOf(error), error);
      return undefined;
    }
  }

  async #ask(now: number): Promise<GetMetricDataCommandOutput> {
    const { client, timeoutMilliseconds = DEFAULT_TIMEOUT_MILLISECONDS } = this.#options;
    const input: GetMetricDataCommandInput = {
      MetricDataQueries: this.#queries,
      StartTime: new Date((now - this.#lookback()) * 1000),
      EndTime: new Date(now * 1000),
      ScanBy: 'TimestampDescending',
    };
    return client.send(new GetMetricDataCommand(input), { abortSignal: AbortSignal.timeout(timeoutMilliseconds) });
  }

  #valuesOf(
    { MetricDataResults = [], Messages = [] }: GetMetricDataCommandOutput,
    now: number,
  ): ReadonlyMap<FieldPath, AgedValue> {
    for (const { Code, Value } of Messages) this.#tell(`says ${Code}: ${Value}`);
    const results = new Map(MetricDataResults.map((result) => [result.Id, result]));
    return new Map(
      this.#places.flatMap(([path, metric], index) => {
        const result = results.get(idOf(index)) ?? {};
        const { StatusCode = 'Complete' } = result;
        // Part of the points is there, those of the newest periods perhaps not: their own time tells.
        if (StatusCode !== 'Complete' && StatusCode !== 'PartialData') {
          this.#tell(`has no ${path} (${StatusCode}): left out`);
          return [];
        }
        const newest = newestOf(result, metric, path, now);
        return newest === undefined ? [] : [[path, newest] as const];
      }),
    );
  }

  #lookback(): number {
    return Math.max(LOOKBACK_SECONDS, LOOKBACK_PERIODS * longestPeriod(this.#options.mapping));
  }

  #saidOf(error: unknown): string {
    const line = awsErrorLine(error);
    // The SDK quotes a piece of what it could not parse.
    if (error instanceof SyntaxError || (error as Error).name === 'SyntaxError')
      return 'gave an answer that is no JSON';
    if (isThrottled(error)) return `asks to come back later (${line})`;
    return isTimeout(error) || (error as Error).name === 'AbortError' ? `did not answer in time (${line})` : line;
  }

  #tell(what: string, error?: unknown): void {
    const cause = error === undefined ? undefined : plainCause(error);
    this.#options.onFault?.(new Error(`${this.name}: ${what}`, { cause }));
  }
}
