/**
 * The sample out of a Prometheus server: our exporter's own metrics, or a mapping to somebody else's.
 *
 * One instant query a sample. The values of an instant query carry the time of the question, and may be up to five
 * minutes old (Prometheus's lookback), so the age is taken from elsewhere: our exporter tells when it read its engine;
 * of a mapped selector `timestamp()` tells when it was scraped.
 */
import { accessTo, type EngineAccess, OPEN_ACCESS } from '../../../exporters/engine/access.ts';
import { NonsenseError } from '../../../exporters/engine/untrusted.ts';
import type { WorkloadSample } from '../../core/model.ts';
import type { WorkloadSource } from '../../ports/workload.ts';
import { type AgedValue, type FieldPath, joinFields, placesOf } from '../../settings/mapped-fields.ts';
import { isPlainSelector, type PrometheusMapping } from '../../settings/prometheus-mapping.ts';
import { type FormRequest, type PostAnswer, postForm, type SignRequest } from '../post.ts';
import { numberOf, onlySeries, sampleOfSeries } from './own-metrics.ts';
import { RefusedError, type VectorSeries, vectorOf } from './prometheus-answer.ts';
import { FIELD_LABEL, fieldAtLine, mappingQuery, ownQuery, TIME_OF } from './promql.ts';

export interface PrometheusWorkloadOptions {
  /** Of the server, with the path before `/api/v1` if it has one; such as `http://10.0.0.9:9090`. */
  readonly url: string;
  /** Which of the exporters it knows, as `{ cluster: 'reports' }`; default: it knows one only. Without a mapping. */
  readonly labels?: Readonly<Record<string, string>>;
  /** For a server without our exporter; `parsePrometheusMapping` judges it. */
  readonly mapping?: PrometheusMapping;
  /** A password goes to https addresses only. Default: open. */
  readonly access?: EngineAccess;
  readonly sign?: SignRequest;
  /** What it is called in reasons. Default: its address. */
  readonly name?: string;
  /** Until the last byte; default 3,000. */
  readonly timeoutMilliseconds?: number;
  /** Told why there is no sample, or what is left out of it. */
  readonly onFault?: (error: Error) => void;
}

const DEFAULT_TIMEOUT_MILLISECONDS = 3_000;
/** A sample of 16 classes is 40 KB of JSON. */
const MAXIMUM_BYTES = 2_000_000;
/** Targets of one Prometheus are scraped within a minute of each other. */
const SPREAD_SECONDS = 60;

const groupedBy = (series: readonly VectorSeries[], label: string): ReadonlyMap<string, readonly VectorSeries[]> => {
  const groups = new Map<string, VectorSeries[]>();
  for (const one of series) {
    const name = one.labels[label] ?? '';
    groups.set(name, [...(groups.get(name) ?? []), one]);
  }
  return groups;
};

/** What an answer for a mapping says, by field; a field without series is absent. */
const valuesOf = (series: readonly VectorSeries[], mapping: PrometheusMapping): ReadonlyMap<FieldPath, AgedValue> => {
  const groups = groupedBy(series, FIELD_LABEL);
  const numberAt = (label: string): number | undefined => {
    const only = onlySeries(groups.get(label) ?? [], label);
    return only === undefined ? undefined : numberOf(only.value, label);
  };
  const takenAt = numberAt('takenAt');
  if (mapping.takenAt !== undefined && takenAt === undefined) {
    throw new NonsenseError('takenAt has no series, so nobody can say how old the values are');
  }
  return new Map(
    placesOf<string>(mapping).flatMap(([path, expression]) => {
      const value = numberAt(path);
      const own = isPlainSelector(expression) ? numberAt(TIME_OF + path) : takenAt;
      const at = own === undefined ? undefined : Math.min(own, takenAt ?? own);
      return value === undefined || at === undefined ? [] : [[path, { value, at }] as const];
    }),
  );
};

/** Series come in any order, and sums of the same numbers in another order are not quite the same. */
const inOrder = (sample: WorkloadSample | undefined): WorkloadSample | undefined =>
  sample?.classes === undefined
    ? sample
    : { ...sample, classes: sample.classes.toSorted((one, other) => (one.name < other.name ? -1 : 1)) };

export class PrometheusWorkload implements WorkloadSource {
  readonly name: string;
  readonly #options: PrometheusWorkloadOptions;
  readonly #url: URL;
  readonly #query: string;

  /** @throws if the address is none, or labels are given that can be none */
  constructor(options: PrometheusWorkloadOptions) {
    this.#options = options;
    this.#url = new URL(`${options.url.replace(/\/+$/, '')}/api/v1/query`);
    this.#query = options.mapping === undefined ? ownQuery(options.labels ?? {}) : mappingQuery(options.mapping);
    this.name = options.name ?? `Prometheus at ${this.#url.host}`;
  }

  /** Undefined when the server cannot be reached, refuses, answers nonsense, or has no sample. */
  async sample(): Promise<WorkloadSample | undefined> {
    try {
      const series = vectorOf(await this.#ask());
      const sample = this.#sampleOf(series);
      if (sample === undefined) this.#tell(`has no ${this.#sought()}`);
      return sample;
    } catch (error) {
      this.#tell(`${(error as Error).message}${this.#whichField(error)}`, error);
      return undefined;
    }
  }

  #sampleOf(series: readonly VectorSeries[]): WorkloadSample | undefined {
    const { mapping } = this.#options;
    if (mapping === undefined) {
      const groups = groupedBy(series, '__name__');
      return inOrder(sampleOfSeries((metric) => groups.get(metric) ?? []));
    }
    const { sample, problems } = joinFields(valuesOf(series, mapping), SPREAD_SECONDS);
    for (const problem of problems) this.#tell(problem);
    return sample;
  }

  /** @throws what went wrong on the way */
  async #ask(): Promise<PostAnswer> {
    const { access = OPEN_ACCESS, sign, timeoutMilliseconds = DEFAULT_TIMEOUT_MILLISECONDS } = this.#options;
    const { headers, ca } = accessTo(this.#url, access);
    const form = new URLSearchParams({ query: this.#query, timeout: `${timeoutMilliseconds}ms` });
    const plain: FormRequest = {
      url: this.#url,
      headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: form.toString(),
    };
    const request = sign === undefined ? plain : { ...plain, headers: await sign(plain) };
    return postForm(request, { timeoutMilliseconds, maximumBytes: MAXIMUM_BYTES, ...(ca === undefined ? {} : { ca }) });
  }

  #sought(): string {
    const { mapping, labels = {} } = this.#options;
    if (mapping !== undefined) return 'series for any field of the mapping';
    const chosen = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
    return `sample of a prestoscale exporter${chosen.length === 0 ? '' : ` with ${chosen.join(', ')}`}`;
  }

  /** Prometheus says in which line of a query it lost its way. */
  #whichField(error: unknown): string {
    if (!(error instanceof RefusedError) || this.#options.mapping === undefined) return '';
    const [, line] = /(\d+):\d+: parse error/.exec(error.message) ?? [];
    const field = line === undefined ? undefined : fieldAtLine(this.#query, Number(line));
    return field === undefined ? '' : `: see the expression of ${field}`;
  }

  #tell(what: string, cause?: unknown): void {
    this.#options.onFault?.(new Error(`${this.name}: ${what}`, { cause }));
  }
}
