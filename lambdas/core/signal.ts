/** Whether the engine's sample may be believed. An unbelievable sample never leads to a shrink. */
import type { Memory } from './memory.ts';
import { type Observation, type QueryClassSample, totalUnits, type WorkloadSample } from './model.ts';
import type { Policy } from './policy/schema.ts';
import type { EpochSeconds } from './quantities.ts';
import type { Reason } from './reasons.ts';

/** Clocks of the exporter and of the loop may differ by this much. */
const CLOCK_TOLERANCE_SECONDS = 30;
/** Ready cores above what is provisioned by more than this factor cannot be. */
const IMPOSSIBLE_READY_FACTOR = 1.5;

export interface SignalView {
  /** Present when the sample is fresh enough to compute demand from. */
  readonly sample?: WorkloadSample;
  /** Whether a shrink may rest on it. */
  readonly mayShrink: boolean;
  readonly reasons: readonly Reason[];
}

const COUNTS = [
  'runningQueries',
  'queuedQueries',
  'waitingForWorkersQueries',
  'groupHeldQueries',
  'blockedOnMemoryQueries',
  'requiredWorkers',
  'readyWorkers',
  'readyCores',
  'drainingWorkers',
  'drainingCores',
  'cpuSecondsTotal',
  'reservedMemoryBytes',
  'totalMemoryBytes',
  'oldestWaitSeconds',
  'oldestRunningSeconds',
] as const satisfies readonly (keyof WorkloadSample)[];

/** Without these nobody can say that capacity is not needed. */
const NEEDED_TO_SHRINK = ['runningQueries', 'queuedQueries', 'readyCores'] as const;

const CLASS_COUNTS = [
  'live',
  'held',
  'cpuSecondsUsed',
  'parallelismCores',
  'busyCores',
  'finishedQueries',
  'finishedCpuSeconds',
] as const satisfies readonly (keyof QueryClassSample)[];

const impossible = (value: number | undefined): boolean =>
  value !== undefined && !(Number.isFinite(value) && value >= 0);

const impossibleNumber = (sample: WorkloadSample): string | undefined =>
  COUNTS.find((name) => impossible(sample[name]));

const impossibleClass = (sample: WorkloadSample): string | undefined =>
  sample.classes?.find((one) => CLASS_COUNTS.some((count) => impossible(one[count])))?.name;

const liveOfClasses = (sample: WorkloadSample): number =>
  sample.classes?.reduce((sum, one) => sum + one.live + one.held, 0) ?? 0;

const liveQueries = (sample: WorkloadSample): number =>
  (sample.runningQueries ?? 0) +
  (sample.queuedQueries ?? 0) +
  (sample.waitingForWorkersQueries ?? 0) +
  (sample.groupHeldQueries ?? 0);

const impossibleReady = (sample: WorkloadSample, policy: Policy, memory: Memory): boolean => {
  const fleet = memory.fleet;
  if (fleet === undefined || sample.readyCores === undefined) return false;
  const provisioned = fleet.onDemand.provisionedUnits + fleet.spot.provisionedUnits;
  const targeted = fleet.onDemand.targetUnits + fleet.spot.targetUnits;
  // Where workers start within seconds they are ready before a read shows what was asked for.
  const asked = memory.command === undefined ? 0 : totalUnits(memory.command.targets);
  const most = Math.max(provisioned, targeted, asked) + fleet.largestWeightUnits;
  const believable = most * policy.capacity.coresPerUnit + policy.capacity.alwaysOnCores;
  return sample.readyCores > believable * IMPOSSIBLE_READY_FACTOR;
};

/** What in the sample cannot be true, in words; undefined when nothing speaks against it. */
const contradiction = (
  sample: WorkloadSample,
  policy: Policy,
  memory: Memory,
  now: EpochSeconds,
): string | undefined => {
  if (!Number.isFinite(sample.takenAt) || sample.takenAt > now + CLOCK_TOLERANCE_SECONDS)
    return 'it is from the future';
  const number = impossibleNumber(sample);
  if (number !== undefined) return `${number} is not a count`;
  const className = impossibleClass(sample);
  if (className !== undefined) return `class ${className} has impossible numbers`;
  const live = liveQueries(sample);
  const liveInClasses = liveOfClasses(sample);
  if (sample.runningQueries === 0 && live === 0 && liveInClasses > 0)
    return 'no query is live and classes have live queries';
  if (sample.classes !== undefined && live > 0 && liveInClasses === 0) return 'queries are live and no class has any';
  if (memory.rate !== undefined && sample.takenAt < memory.rate.at) return 'it is older than the one before';
  if (impossibleReady(sample, policy, memory)) return 'more cores are ready than the fleet has';
  return undefined;
};

/** What the source has told before and tells no more: without it less would seem to be wanted than is. */
const fallenSilent = (sample: WorkloadSample, memory: Memory): string[] => {
  const silent: string[] = [];
  if (memory.rate !== undefined && sample.cpuSecondsTotal === undefined) silent.push('cpuSecondsTotal');
  if (Object.keys(memory.classes).length > 0 && sample.classes === undefined) silent.push('classes');
  const tellsMemory = sample.reservedMemoryBytes !== undefined && sample.totalMemoryBytes !== undefined;
  if (memory.memorySeen === true && !tellsMemory) silent.push('memory');
  return silent;
};

/** Queries that run on the coordinator alone are no contradiction, and no proof that workers are not needed. */
const withoutWorkers = (sample: WorkloadSample): string[] =>
  (sample.runningQueries ?? 0) > 0 && sample.readyWorkers === 0 && (sample.drainingWorkers ?? 0) === 0
    ? ['workers for the queries that run']
    : [];

const missing = (sample: WorkloadSample, memory: Memory): string[] => [
  ...NEEDED_TO_SHRINK.filter((name) => sample[name] === undefined),
  ...fallenSilent(sample, memory),
  ...withoutWorkers(sample),
];

/** Of a source that has no name of its own. */
const THE_ENGINE = 'the engine';

const frozen = (reason: Reason): SignalView => ({ mayShrink: false, reasons: [reason] });

/** Judges the sample of an observation. A stale or contradictory one is left out, a partial one may only grow. */
export const judgeSignal = (
  observation: Observation,
  policy: Policy,
  memory: Memory,
  now: EpochSeconds,
): SignalView => {
  if (policy.signal.source === 'alarms') return { mayShrink: true, reasons: [] };
  const { sample, sampleSource: source = THE_ENGINE } = observation;
  if (sample === undefined) return frozen({ code: 'signal-missing', numbers: { source } });
  const ageSeconds = now - sample.takenAt;
  const limitSeconds = policy.signal.staleAfterSeconds;
  if (ageSeconds > limitSeconds) return frozen({ code: 'signal-stale', numbers: { source, ageSeconds, limitSeconds } });
  const what = contradiction(sample, policy, memory, now);
  if (what !== undefined) return frozen({ code: 'signal-contradictory', numbers: { source, what } });
  const lacks = missing(sample, memory);
  if (lacks.length > 0) {
    return { sample, mayShrink: false, reasons: [{ code: 'signal-partial', numbers: { what: lacks.join(', ') } }] };
  }
  return { sample, mayShrink: true, reasons: [] };
};
