/**
 * The way in for workloads: generates one or reads one from a file, and gives back all of it or every reason why not.
 * The only file of the workload folder that touches the disk.
 */
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { CAB_DURATIONS_FILE, type CabQueries, readCab } from './cab.ts';
import { readCsv } from './csv.ts';
import { type WorkloadDefaults, workloadDefaults } from './defaults.ts';
import { type Problem, ProblemList } from './errors.ts';
import { generateOffice } from './generate-office.ts';
import { generateStep, STEP_AT_SECONDS } from './generate-step.ts';
import type { Query, Workload } from './query.ts';
import { readSwim, SWIM_KNOBS, type SwimKnobs } from './swim.ts';
import type { TextSource } from './table.ts';

export const GENERATORS = ['office', 'step'] as const;
export const TRACE_FORMATS = ['cab', 'swim', 'csv'] as const;

interface CommonSpec {
  /** Queries that arrive at this second or later are left out; > 0. */
  readonly untilSeconds: number;
  /** Whole number on which everything drawn by chance hangs. */
  readonly seed: number;
  /** Guesses to use instead of the usual ones. */
  readonly defaults?: Partial<Omit<WorkloadDefaults, 'seed'>> | undefined;
}

/** A workload that is made up. */
export interface GeneratedSpec extends CommonSpec {
  readonly generate: (typeof GENERATORS)[number];
}

/** A workload that was recorded. */
export interface TraceSpec extends CommonSpec {
  /** Path of the file, gzipped or not. */
  readonly trace: string;
  readonly format: (typeof TRACE_FORMATS)[number];
  /** CAB only: `set/stream`, such as `patterns/0`. */
  readonly streams?: readonly string[] | undefined;
  /** Every query's work is multiplied by this; > 0, usually 1. */
  readonly workFactor?: number | undefined;
  /** SWIM only: guesses to use instead of the usual ones. */
  readonly swim?: Partial<SwimKnobs> | undefined;
}

export type WorkloadSpec = GeneratedSpec | TraceSpec;

/** A workload, with what a reader of results ought to know about how it came about. */
export interface LoadedWorkload extends Workload {
  readonly notes: readonly string[];
}

const isPositive = (value: number): boolean => Number.isFinite(value) && value > 0;

const checkNumber = (name: string, value: number, fits: boolean, expected: string, problems: ProblemList): void => {
  if (!fits) problems.add({ file: name, what: 'cannot be used', given: String(value), expected });
};

const checkSpec = (spec: WorkloadSpec, problems: ProblemList): void => {
  checkNumber('untilSeconds', spec.untilSeconds, isPositive(spec.untilSeconds), 'seconds > 0', problems);
  checkNumber('seed', spec.seed, Number.isSafeInteger(spec.seed), 'a whole number', problems);
  if ('generate' in spec) return;
  const factor = spec.workFactor ?? 1;
  checkNumber('workFactor', factor, isPositive(factor), 'a number > 0', problems);
  if (spec.streams !== undefined && spec.format !== 'cab')
    problems.add({
      file: 'streams',
      what: `a trace in the format ${spec.format} has no streams`,
      given: spec.streams.join(','),
      expected: 'streams with the format cab only',
      remedy: 'leave the streams out or choose the format cab',
    });
};

const READ_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  EISDIR: 'is a folder, not a file',
  EACCES: 'may not be read by this user',
};

const unreadable = (path: string, error: unknown): Problem => {
  const { code, message } = error as NodeJS.ErrnoException;
  return {
    file: path,
    what: READ_ERRORS[code ?? ''] ?? `cannot be read (${message})`,
    expected: 'a text file, gzipped or not',
    remedy: 'name another file',
  };
};

/** Every gzip file starts with these two bytes (RFC 1952), whatever its name. */
const isGzip = (bytes: Buffer): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

const readText = (path: string): TextSource => {
  const bytes = readFileSync(path);
  return { file: path, text: (isGzip(bytes) ? gunzipSync(bytes) : bytes).toString('utf8') };
};

const readTextOrNote = (path: string, problems: ProblemList): TextSource | undefined => {
  try {
    return readText(path);
  } catch (error) {
    problems.add(unreadable(path, error));
    return undefined;
  }
};

/** The file of durations is a help, not a must: only its absence is forgiven. */
const readBeside = (path: string, problems: ProblemList): TextSource | undefined => {
  try {
    return readText(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') problems.add(unreadable(path, error));
    return undefined;
  }
};

const readTrace = (spec: TraceSpec, defaults: WorkloadDefaults, problems: ProblemList): CabQueries => {
  const plain = { streams: [], notes: [] };
  const source = readTextOrNote(spec.trace, problems);
  if (source === undefined) return { queries: [], ...plain };
  const workFactor = spec.workFactor ?? 1;
  switch (spec.format) {
    case 'cab': {
      const durations = readBeside(join(dirname(spec.trace), CAB_DURATIONS_FILE), problems);
      return readCab(source, durations, { streams: spec.streams, workFactor, defaults }, problems);
    }
    case 'swim':
      return {
        queries: readSwim(source, { knobs: { ...SWIM_KNOBS, ...spec.swim }, workFactor, defaults }, problems),
        ...plain,
      };
    case 'csv':
      return { queries: readCsv(source, { workFactor, defaults }, problems), ...plain };
  }
};

const generate = (spec: GeneratedSpec, defaults: WorkloadDefaults, problems: ProblemList): readonly Query[] => {
  if (!problems.isEmpty) return [];
  const options = { untilSeconds: spec.untilSeconds, defaults };
  if (spec.generate === 'office') return generateOffice(options);
  if (spec.untilSeconds <= STEP_AT_SECONDS)
    problems.add({
      file: 'untilSeconds',
      what: 'the run ends before the step comes',
      given: String(spec.untilSeconds),
      expected: `more than ${STEP_AT_SECONDS} seconds`,
      remedy: 'run longer',
    });
  return generateStep(options);
};

const nameOf = (spec: TraceSpec, streams: readonly string[]): string => {
  const factor = (spec.workFactor ?? 1) === 1 ? '' : ` × ${spec.workFactor}`;
  return `${spec.format} ${streams.length > 0 ? streams.join(' ') : basename(spec.trace)}${factor}`;
};

const checkNotEmpty = (
  spec: WorkloadSpec,
  all: readonly Query[],
  kept: readonly Query[],
  problems: ProblemList,
): void => {
  // Where something else is wrong, that is why there are no queries.
  if (kept.length > 0 || !problems.isEmpty) return;
  const first = all.reduce((earliest, query) => Math.min(earliest, query.arrivalSeconds), Number.POSITIVE_INFINITY);
  problems.add({
    file: 'generate' in spec ? spec.generate : spec.trace,
    what: all.length === 0 ? 'the workload is empty' : `no query arrives before second ${spec.untilSeconds}`,
    expected:
      all.length === 0 ? 'at least one query' : `a run longer than ${first} seconds, when the first query arrives`,
    remedy: all.length === 0 ? 'name another workload' : 'run longer',
  });
};

/**
 * Makes or reads a workload: queries that arrive before `untilSeconds`, in order of arrival, ids unique.
 * @throws {InputError} with every problem found, when anything at all is wrong, and when the workload is empty.
 */
export const loadWorkload = (spec: WorkloadSpec): LoadedWorkload => {
  const problems = new ProblemList();
  checkSpec(spec, problems);
  const defaults = { ...workloadDefaults(spec.seed), ...spec.defaults };
  const read =
    'generate' in spec
      ? { queries: generate(spec, defaults, problems), streams: [], notes: [] }
      : readTrace(spec, defaults, problems);
  const kept = read.queries.filter((query) => query.arrivalSeconds < spec.untilSeconds);
  checkNotEmpty(spec, read.queries, kept, problems);
  problems.throwIfAny();
  const queries = kept.toSorted((a, b) => a.arrivalSeconds - b.arrivalSeconds);
  return { name: 'generate' in spec ? spec.generate : nameOf(spec, read.streams), queries, notes: read.notes };
};
