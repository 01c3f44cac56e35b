/** The exporter's sample of a real engine as the page draws it. */
import type { WorkloadSample } from '../../lambdas/core/model.ts';
import type { EngineLoad } from './point.ts';

/** Several collections without an answer: what was said before is not drawn as if it were now. */
const STALE_SECONDS = 15;
const NOTHING: EngineLoad = { readyCores: null, drainingCores: null, runningQueries: null, waitingQueries: null };

/** A sum of what is known only in part is not known. */
const sumOf = (...counts: readonly (number | undefined)[]): number | null =>
  counts.reduce<number | null>((sum, count) => (sum === null || count === undefined ? null : sum + count), 0);

/** @param now epoch seconds */
export const sampleLoad = (sample: WorkloadSample | undefined, now: number): EngineLoad => {
  if (sample === undefined || now - sample.takenAt > STALE_SECONDS) return NOTHING;
  return {
    readyCores: sample.readyCores ?? null,
    drainingCores: sample.drainingCores ?? null,
    runningQueries: sample.runningQueries ?? null,
    waitingQueries: sumOf(sample.queuedQueries, sample.waitingForWorkersQueries, sample.groupHeldQueries),
  };
};
