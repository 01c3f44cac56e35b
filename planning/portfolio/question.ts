/** The question of somebody who wants nothing special. */
import type { PlanQuestion } from './model.ts';

/** What everything is measured against: a usual worker of Presto. */
export const REFERENCE = 'r5.4xlarge';

/** EMR's limit of types in a fleet that has an allocation strategy (CLI and API). */
export const MOST_TYPES = 30;

/**
 * Defaults: workers with the memory of `r5`, units and maximum as the policy's, bands at their middles. The last band, more
 * than 20 % a month, has no upper end: 30 % is a guess.
 */
export const DEFAULT_QUESTION: PlanQuestion = {
  filter: 'memory-per-vcpu>=7 generation=current family!=t*',
  objective: 'balanced',
  score: 'coremark',
  coresPerUnit: 16,
  maximumUnits: 100,
  loadUnits: 40,
  largestShare: 0.15,
  largestFamilyShare: 0.4,
  typesAtLeast: 10,
  typesAtMost: MOST_TYPES,
  losses: {
    lossesPerMonth: [0.025, 0.075, 0.125, 0.175, 0.3],
    redoneMinutes: 2,
    lostTogether: 0.1,
    replaceMinutes: 10,
    worth: 10,
  },
  steadinessMayCost: 0.25,
};
