/**
 * Streams of the Cloud Analytics Benchmark (CAB, van Renen and Leis, VLDB 2023), flattened to one CSV. A stream has a
 * CPU budget as a whole; the benchmark does not say how it falls on its queries, so it is split by how long each
 * TPC-H query took when such streams were really run (8 Snowflake nodes, the file beside).
 */
import { completeQuery, type WorkloadDefaults } from './defaults.ts';
import type { ProblemList } from './errors.ts';
import type { Query } from './query.ts';
import { COUNT, NOT_NEGATIVE, POSITIVE, readTable, type TableRow, type TableShape, type TextSource } from './table.ts';

/** Name of the file with recorded durations that is looked for beside the streams. */
export const CAB_DURATIONS_FILE = 'result_snowflake_shared_1h_8s_1tb.csv';

/** What to replay. */
export interface CabOptions {
  /** `set/stream`, such as `patterns/0`, laid over each other by start time; absent: all, if the file holds one set. */
  readonly streams?: readonly string[] | undefined;
  /** Every query's work is multiplied by this. */
  readonly workFactor: number;
  readonly defaults: WorkloadDefaults;
}

/** Queries, and what a reader of results ought to know about how they came about. */
export interface CabQueries {
  readonly queries: readonly Query[];
  /** The streams that were taken. */
  readonly streams: readonly string[];
  readonly notes: readonly string[];
}

const STREAMS_SHAPE: TableShape = {
  delimiter: ',',
  header: 'named',
  required: ['set', 'stream', 'cpu_time_us', 'tpch_query', 'start_ms'],
  optional: [],
  others: 'ignored',
};

const DURATIONS_SHAPE: TableShape = { ...STREAMS_SHAPE, required: ['query_id', 'query_duration'] };

/** One query of a stream. */
interface CabQuery {
  readonly tpchQuery: number;
  readonly startSeconds: number;
}

interface CabStream {
  readonly name: string;
  readonly set: string;
  readonly stream: string;
  readonly cpuSeconds: number;
  readonly queries: CabQuery[];
}

const newStream = (row: TableRow): CabStream => {
  const [set, stream] = [row.text('set'), row.text('stream')];
  return { name: `${set}/${stream}`, set, stream, cpuSeconds: row.number('cpu_time_us', POSITIVE) / 1e6, queries: [] };
};

const checkBudget = (row: TableRow, first: CabStream, stream: CabStream): void => {
  if (stream.cpuSeconds === first.cpuSeconds || Number.isNaN(stream.cpuSeconds)) return;
  row.refuse(
    `cpu_time_us differs within stream ${first.name}`,
    row.optionalText('cpu_time_us'),
    `the stream's one budget, ${first.cpuSeconds * 1e6} as on its first line`,
  );
};

const readStreams = (source: TextSource, problems: ProblemList): ReadonlyMap<string, CabStream> => {
  const streams = new Map<string, CabStream>();
  for (const row of readTable(source, STREAMS_SHAPE, problems)) {
    const fresh = newStream(row);
    const stream = streams.get(fresh.name) ?? fresh;
    checkBudget(row, stream, fresh);
    streams.set(stream.name, stream);
    stream.queries.push({
      tpchQuery: row.number('tpch_query', COUNT),
      startSeconds: row.number('start_ms', NOT_NEGATIVE) / 1000,
    });
  }
  return streams;
};

const existing = (streams: ReadonlyMap<string, CabStream>): string => `some of ${[...streams.keys()].join(', ')}`;

const allOfOneSet = (file: string, streams: ReadonlyMap<string, CabStream>, problems: ProblemList): string[] => {
  const sets = new Set([...streams.values()].map((stream) => stream.set));
  if (sets.size > 1)
    problems.add({
      file,
      what: `holds ${sets.size} sets of streams (${[...sets].join(', ')}), and none was chosen`,
      expected: existing(streams),
      remedy: 'name the streams to replay',
    });
  return [...streams.keys()];
};

const checkNames = (names: readonly string[], streams: ReadonlyMap<string, CabStream>, problems: ProblemList): void => {
  const remedy = 'correct the list of streams';
  const expected = existing(streams);
  if (names.length === 0) problems.add({ file: 'streams', what: 'the list is empty', expected, remedy });
  for (const name of new Set(names)) {
    if (!streams.has(name)) problems.add({ file: 'streams', what: 'unknown stream', given: name, expected, remedy });
    if (names.filter((other) => other === name).length > 1)
      problems.add({ file: 'streams', what: 'stream named twice', given: name, expected: 'each stream once', remedy });
  }
};

const choose = (
  file: string,
  streams: ReadonlyMap<string, CabStream>,
  names: readonly string[] | undefined,
  problems: ProblemList,
): readonly CabStream[] => {
  // A file without streams has already been refused; that every name is unknown would only repeat it.
  if (streams.size === 0) return [];
  if (names !== undefined) checkNames(names, streams, problems);
  const chosen = names ?? allOfOneSet(file, streams, problems);
  return chosen.flatMap((name) => streams.get(name) ?? []);
};

const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.ceil((sorted.length - 1) / 2)]];
  return ((low ?? Number.NaN) + (high ?? Number.NaN)) / 2;
};

/** Median recorded duration (ms) of each TPC-H query. */
const readWeights = (source: TextSource, problems: ProblemList): ReadonlyMap<number, number> => {
  const durations = new Map<number, number[]>();
  for (const row of readTable(source, DURATIONS_SHAPE, problems)) {
    const query = row.number('query_id', COUNT);
    const known = durations.get(query) ?? [];
    known.push(row.number('query_duration', POSITIVE));
    durations.set(query, known);
  }
  return new Map([...durations].map(([query, values]) => [query, median(values)]));
};

/**
 * Splits a budget over queries in proportion to their weights. A query without a weight gets the equal share, and the
 * others share the rest. The parts add up to the budget.
 * @param weights - one for each query, in any unit; undefined where unknown.
 */
export const splitBudget = (budget: number, weights: readonly (number | undefined)[]): readonly number[] => {
  const equalShare = budget / weights.length;
  const known = weights.filter((weight) => weight !== undefined);
  const perWeight = (equalShare * known.length) / known.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => (weight === undefined ? equalShare : weight * perWeight));
};

const toQueries = (stream: CabStream, weights: ReadonlyMap<number, number>, options: CabOptions): readonly Query[] => {
  const work = splitBudget(
    stream.cpuSeconds * options.workFactor,
    stream.queries.map((query) => weights.get(query.tpchQuery)),
  );
  return stream.queries.map((query, index) =>
    completeQuery(
      {
        id: `cab/${stream.name}/${index}`,
        arrivalSeconds: query.startSeconds,
        cpuSeconds: work[index] ?? Number.NaN,
        memoryBytes: 0,
        user: `stream-${stream.stream}`,
        source: `cab/${stream.set}`,
      },
      options.defaults,
    ),
  );
};

const notesOn = (
  streams: readonly CabStream[],
  weights: ReadonlyMap<number, number> | undefined,
): readonly string[] => {
  if (weights === undefined)
    return [
      `${CAB_DURATIONS_FILE} is not beside the streams: every query of a stream got the same share of its CPU budget.`,
    ];
  const numbers = new Set(streams.flatMap((stream) => stream.queries.map((query) => query.tpchQuery)));
  const unknown = [...numbers].filter((number) => !weights.has(number)).toSorted((a, b) => a - b);
  return unknown.length === 0
    ? []
    : [
        `${CAB_DURATIONS_FILE} has no duration of TPC-H query ${unknown.join(', ')}: these got the equal share of their stream's CPU budget.`,
      ];
};

/**
 * Reads the chosen streams. What is wrong goes to `problems`; the result may be used only if that stayed empty.
 * @param durations - recorded durations; undefined when there are none: then every query of a stream weighs the same.
 */
export const readCab = (
  source: TextSource,
  durations: TextSource | undefined,
  options: CabOptions,
  problems: ProblemList,
): CabQueries => {
  const streams = choose(source.file, readStreams(source, problems), options.streams, problems);
  const weights = durations === undefined ? undefined : readWeights(durations, problems);
  return {
    queries: streams.flatMap((stream) => toQueries(stream, weights ?? new Map(), options)),
    streams: streams.map((stream) => stream.name),
    notes: notesOn(streams, weights),
  };
};
