/**
 * Hadoop traces in the form of SWIM (Statistical Workload Injector for MapReduce, UC Berkeley): bytes, no CPU time.
 */
import { completeQuery, type WorkloadDefaults } from './defaults.ts';
import type { ProblemList } from './errors.ts';
import type { Query } from './query.ts';
import { NOT_NEGATIVE, readTable, type TableRow, type TableShape, type TextSource } from './table.ts';

/** How bytes become work. All three are guesses. */
export interface SwimKnobs {
  /** Bytes that one core gets through in a second, over map input, shuffle and output alike. */
  readonly bytesPerCoreSecond: number;
  /** No job costs less core time than this. */
  readonly minimumCpuSeconds: number;
  /** Memory of a query is its shuffle bytes, but not more than this. */
  readonly memoryCapBytes: number;
}

/** 50 MB/s per core is a guess at a scan with decoding and some operators above it; no measurement stands behind it. */
export const SWIM_KNOBS: SwimKnobs = {
  bytesPerCoreSecond: 50e6,
  minimumCpuSeconds: 0.1,
  memoryCapBytes: 64 * 1024 ** 3,
};

/** What to replay. */
export interface SwimOptions {
  readonly knobs: SwimKnobs;
  /** Every job's work is multiplied by this before the minimum applies; its memory is not. */
  readonly workFactor: number;
  readonly defaults: WorkloadDefaults;
}

const SHAPE: TableShape = {
  delimiter: '\t',
  header: 'fixed',
  required: ['job', 'submit_seconds', 'gap_seconds', 'map_input_bytes', 'shuffle_bytes', 'reduce_output_bytes'],
  optional: [],
  others: 'refused',
};

const toQuery = (row: TableRow, options: SwimOptions): Query => {
  const { knobs, workFactor, defaults } = options;
  const shuffleBytes = row.number('shuffle_bytes', NOT_NEGATIVE);
  const bytes =
    row.number('map_input_bytes', NOT_NEGATIVE) + shuffleBytes + row.number('reduce_output_bytes', NOT_NEGATIVE);
  row.number('gap_seconds', NOT_NEGATIVE);
  return completeQuery(
    {
      id: `swim/${row.text('job')}`,
      arrivalSeconds: row.number('submit_seconds', NOT_NEGATIVE),
      cpuSeconds: Math.max(knobs.minimumCpuSeconds, (workFactor * bytes) / knobs.bytesPerCoreSecond),
      memoryBytes: Math.min(knobs.memoryCapBytes, shuffleBytes),
      user: 'swim',
      source: 'swim',
    },
    defaults,
  );
};

/** Reads the jobs of a trace. What is wrong goes to `problems`; the result may be used only if that stayed empty. */
export const readSwim = (source: TextSource, options: SwimOptions, problems: ProblemList): readonly Query[] => {
  const lineOf = new Map<string, number>();
  return readTable(source, SHAPE, problems).map((row) => {
    const query = toQuery(row, options);
    const earlier = lineOf.get(query.id);
    if (earlier !== undefined)
      row.refuse(`job id already stands on line ${earlier}`, row.optionalText('job'), 'each id once');
    lineOf.set(query.id, row.line);
    return query;
  });
};
