import { uniform } from '../random.ts';
import type { Query } from './query.ts';

/**
 * What stands in for facts that a trace does not tell. All of these are guesses, not measurements: they are knobs so
 * that a result can be tried against others.
 */
export interface WorkloadDefaults {
  /** Seed of the source shares; a whole number. */
  readonly seed: number;
  /** Parallelism where none is given: this × √(core-seconds). 4 lets a query of 100 core-seconds use 40 cores. */
  readonly parallelismPerRootCoreSecond: number;
  /** Most cores that a query is assumed to keep busy. */
  readonly maximumParallelismCores: number;
  /** Share of work in source stages where none is given: uniform between the two, drawn for each query. */
  readonly lowestSourceShare: number;
  readonly highestSourceShare: number;
}

/** The guesses used unless others are given. */
export const workloadDefaults = (seed: number): WorkloadDefaults => ({
  seed,
  parallelismPerRootCoreSecond: 4,
  maximumParallelismCores: 512,
  lowestSourceShare: 0.5,
  highestSourceShare: 0.8,
});

/** Whole cores that a query of this size keeps busy, from 1 to the maximum: a guess (see {@link WorkloadDefaults}). */
export const guessedParallelismCores = (cpuSeconds: number, defaults: WorkloadDefaults): number => {
  const cores = Math.round(defaults.parallelismPerRootCoreSecond * Math.sqrt(cpuSeconds));
  return Math.min(defaults.maximumParallelismCores, Math.max(1, cores));
};

/** Share of the work in source stages: a guess that belongs to the query's id (see {@link WorkloadDefaults}). */
export const guessedSourceShare = (id: string, defaults: WorkloadDefaults): number =>
  defaults.lowestSourceShare +
  (defaults.highestSourceShare - defaults.lowestSourceShare) * uniform(defaults.seed, id, 'source-share');

/** A query whose source does not tell everything: what is absent is guessed. */
export interface PartialQuery
  extends Pick<Query, 'id' | 'arrivalSeconds' | 'cpuSeconds' | 'memoryBytes' | 'user' | 'source'> {
  readonly group?: string | undefined;
  readonly parallelismCores?: number | undefined;
  readonly sourceShare?: number | undefined;
  readonly requiredWorkers?: number | undefined;
}

/** Resource group of a query that names none: Presto's and Trino's default. */
export const DEFAULT_GROUP = 'global';

/** Fills in what a trace leaves open. */
export const completeQuery = (query: PartialQuery, defaults: WorkloadDefaults): Query => {
  const { requiredWorkers, ...rest } = query;
  return {
    ...rest,
    group: query.group ?? DEFAULT_GROUP,
    parallelismCores: query.parallelismCores ?? guessedParallelismCores(query.cpuSeconds, defaults),
    sourceShare: query.sourceShare ?? guessedSourceShare(query.id, defaults),
    ...(requiredWorkers === undefined ? {} : { requiredWorkers }),
  };
};
