/** Small values to decide on. Everything takes plain numbers; what a situation does not name has a harmless default. */
import type { Decided } from '../../../lambdas/core/decide.ts';
import type { Decision } from '../../../lambdas/core/decision.ts';
import { emptyMemory, type Memory } from '../../../lambdas/core/memory.ts';
import type {
  AlarmObservation,
  CapacityLoss,
  ClusterFacts,
  FleetState,
  FleetStatus,
  Hold,
  Observation,
  PoolsState,
  QueryClassSample,
  Targets,
  WorkloadSample,
} from '../../../lambdas/core/model.ts';
import { parsePolicy } from '../../../lambdas/core/policy/parse.ts';
import { lineOf } from '../../../lambdas/core/policy/problems.ts';
import type { Policy, PolicyInput } from '../../../lambdas/core/policy/schema.ts';
import { type EpochSeconds, epochSeconds } from '../../../lambdas/core/quantities.ts';
import type { Reason, ReasonCode } from '../../../lambdas/core/reasons.ts';

/** A type with its branded numbers as plain ones. */
export type Plain<T> = T extends number
  ? number
  : T extends string | boolean
    ? T
    : T extends readonly (infer Item)[]
      ? readonly Plain<Item>[]
      : { readonly [Key in keyof T]: Plain<T[Key]> };

/** Monday 2026-03-02, 12:00 UTC. */
export const NOON = 1_772_452_800;

/** A moment, in seconds after {@link NOON}. */
export const at = (seconds: number): EpochSeconds => epochSeconds(NOON + seconds);

/** Ten idle workers of one unit (16 cores), and counts only: no classes, no CPU counter. */
export const sample = (given: Partial<Plain<WorkloadSample>> = {}): WorkloadSample =>
  ({
    takenAt: NOON,
    runningQueries: 0,
    queuedQueries: 0,
    waitingForWorkersQueries: 0,
    groupHeldQueries: 0,
    blockedOnMemoryQueries: 0,
    requiredWorkers: 0,
    readyWorkers: 10,
    readyCores: 160,
    drainingWorkers: 0,
    drainingCores: 0,
    oldestWaitSeconds: 0,
    oldestRunningSeconds: 0,
    ...given,
  }) as WorkloadSample;

/** A class without live queries and without a past. */
export const queryClass = (given: Partial<Plain<QueryClassSample>> = {}): QueryClassSample =>
  ({
    name: 'bi',
    live: 0,
    held: 0,
    cpuSecondsUsed: 0,
    finishedQueries: 0,
    finishedCpuSeconds: 0,
    ...given,
  }) as QueryClassSample;

/** A sample from which work can be read. */
export const workSample = (
  classes: readonly QueryClassSample[],
  given: Partial<Plain<WorkloadSample>> = {},
): WorkloadSample => sample({ cpuSecondsTotal: 0, classes, ...given });

export interface FleetGiven {
  readonly readAt?: number;
  readonly status?: FleetStatus;
  readonly onDemand?: number;
  readonly spot?: number;
  readonly provisionedOnDemand?: number;
  readonly provisionedSpot?: number;
  readonly largestWeight?: number;
  readonly instanceTypes?: number;
}

/** Ten units of spot, all provisioned. */
export const fleet = (given: FleetGiven = {}): FleetState => {
  const { onDemand = 0, spot = 10 } = given;
  return {
    readAt: given.readAt ?? NOON,
    status: given.status ?? 'running',
    onDemand: { targetUnits: onDemand, provisionedUnits: given.provisionedOnDemand ?? onDemand },
    spot: { targetUnits: spot, provisionedUnits: given.provisionedSpot ?? spot },
    largestWeightUnits: given.largestWeight ?? 1,
    ...(given.instanceTypes === undefined ? {} : { instanceTypes: given.instanceTypes }),
  } as Plain<FleetState> as FleetState;
};

/** Pools of spot, by their units, one unit an instance; on-demand pools first where they are given. */
export const pools = (spot: readonly number[], seconds = 0, onDemand: readonly number[] = []): PoolsState => {
  const rows = (market: 'onDemand' | 'spot', amounts: readonly number[]) =>
    amounts.map((units, index) => ({ instanceType: `r${index}.4xlarge`, market, instances: units, units }));
  const state: Plain<PoolsState> = {
    readAt: NOON + seconds,
    pools: [...rows('onDemand', onDemand), ...rows('spot', spot)],
  };
  return state as PoolsState;
};

export const targets = (onDemandUnits: number, spotUnits: number): Targets =>
  ({ onDemandUnits, spotUnits }) as Plain<Targets> as Targets;

/** EMR without anything that helps: workers are killed at once. */
export const facts = (given: Partial<ClusterFacts> = {}): ClusterFacts => ({
  minimumWorkerAgeSeconds: 600,
  reversibleDrain: false,
  retriesTasks: false,
  ...given,
});

export const observation = (given: Partial<Observation> = {}): Observation => ({
  facts: facts(),
  holds: [],
  alarms: [],
  losses: [],
  ...given,
});

export const hold = (given: Partial<Plain<Hold>> = {}): Hold =>
  ({ key: 'etl', kind: 'total', units: 20, until: NOON + 3600, owner: 'ann', reason: 'load', ...given }) as Hold;

export const loss = (units: number, seconds: number): CapacityLoss =>
  ({ id: `i-${seconds}`, at: at(seconds), units }) as Plain<CapacityLoss> as CapacityLoss;

export const alarmIs = (name: string, state: AlarmObservation['state'], seconds = 0): AlarmObservation => ({
  name,
  state,
  since: at(seconds),
});

/** @throws with every problem, one a line */
export const policyOf = (input: unknown): Policy => {
  const { policy, problems } = parsePolicy(input);
  if (policy === undefined) throw new Error(problems.map(lineOf).join('\n'));
  return policy;
};

/** Pinned, so that tuning a default changes no sum that was done by hand. */
const DEMAND = {
  queriesPerUnit: 1,
  targetUtilisation: 0.9,
  headroomFactor: 1.5,
  burstSigmas: 1,
  clearBacklogSeconds: 90,
  liveQuerySeconds: 10,
  memoryShare: 0.75,
};

/**
 * A policy in which numbers can be done in the head: a unit an outstanding query, every step of growth is worth it,
 * and workers may be removed at any time. What is given replaces single keys of the sections.
 */
export const policyWith = (input: PolicyInput = {}): Policy =>
  policyOf({
    ...input,
    demand: { ...DEMAND, ...input.demand },
    scaleIn: { mode: 'retried', holdSeconds: 900, smallestStepShare: 0, ...input.scaleIn },
    resize: { smallestGrowthShare: 0, ...input.resize },
  });

export const memory = (given: Partial<Plain<Memory>> = {}): Memory => ({ ...emptyMemory(), ...given }) as Memory;

/** A copy without some keys. */
export const without = <Value extends object, Key extends keyof Value>(
  value: Value,
  ...keys: readonly Key[]
): Omit<Value, Key> => {
  const copy = { ...value };
  for (const key of keys) delete copy[key];
  return copy;
};

export const deepFreeze = <Value>(value: Value): Value => {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
};

/** What is left after a trip through the table. */
export const stored = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value)) as Value;

/** Units that a decision commands; undefined when it sends nothing. */
export const commandedUnits = ({ decision }: Pick<Decided, 'decision'>): number | undefined =>
  decision.command === undefined
    ? undefined
    : decision.command.targets.onDemandUnits + decision.command.targets.spotUnits;

export const codesOf = (decision: Decision): ReasonCode[] => decision.reasons.map((reason) => reason.code);

export const numbersOf = (decision: { readonly reasons: readonly Reason[] }, code: ReasonCode): Reason['numbers'] => {
  const reason = decision.reasons.find((one) => one.code === code);
  if (reason === undefined) throw new Error(`no ${code} among ${decision.reasons.map((one) => one.code).join(', ')}`);
  return reason.numbers;
};
