import { completeQuery } from './defaults.ts';
import type { GenerateOptions } from './generate-office.ts';
import type { Query } from './query.ts';

/**
 * Second at which the step comes. More than two hours after the last query of the warm-up has arrived, so that the
 * cluster has shrunk to its minimum whatever hold and grace it was given.
 */
export const STEP_AT_SECONDS = 3 * 3600;
/** Queries that come at once. */
export const STEP_QUERIES = 20;
/** Work of each query, in the warm-up too. */
export const STEP_CPU_SECONDS = 20_000;

/** Queries seen before, one at a time, so that an autoscaler knows this class when the step comes. */
const WARM_UP_AT_SECONDS = [300, 1_200, 2_100, 3_000];

/**
 * A step in demand: a few large queries one by one, silence, then twenty of the same class in the same instant. Shows
 * how fast help comes, and how much of it.
 */
export const generateStep = ({ untilSeconds, defaults }: GenerateOptions): readonly Query[] =>
  [...WARM_UP_AT_SECONDS, ...Array.from({ length: STEP_QUERIES }, () => STEP_AT_SECONDS)]
    .map((arrivalSeconds, index) => ({
      id: `step/${index}`,
      arrivalSeconds,
      cpuSeconds: STEP_CPU_SECONDS,
      memoryBytes: 0,
      user: 'step-user',
      source: 'step',
    }))
    .filter((query) => query.arrivalSeconds < untilSeconds)
    .map((query) => completeQuery(query, defaults));
