/** What a tick tells CloudWatch. What the tick did not know is absent, so that no alarm rests on it. */
import type { Decision } from '../core/decision.ts';
import { totalUnits, type WorkloadSample } from '../core/model.ts';
import type { ReasonCode } from '../core/reasons.ts';
import type { FullRecord } from '../core/record.ts';
import type { ClusterMeasures, EnvironmentMeasures, Measured } from '../ports/measures.ts';
import type { Reconciled } from './reconcile.ts';

/** Capacity that was bought, given back and is bought again within so long was given back too soon. */
const FLAPPING_SECONDS = 1800;

/** Reasons for which a sample is not believed. */
const NO_SIGNAL: readonly ReasonCode[] = ['signal-missing', 'signal-stale', 'signal-contradictory'];
const BUDGET: readonly ReasonCode[] = ['ceiling-budget-hour', 'ceiling-budget-day', 'budget-price-unknown'];

const gives = ({ reasons }: Decision, codes: readonly ReasonCode[]): boolean =>
  reasons.some(({ code }) => codes.includes(code));

const flag = (holds: boolean): number => (holds ? 1 : 0);

/** The sample, where the decision rests on it. */
const believed = ({ decision, observation, policy }: FullRecord): WorkloadSample | undefined =>
  policy.mode === 'paused' || policy.signal.source === 'alarms' || gives(decision, NO_SIGNAL)
    ? undefined
    : observation.sample;

/** Each of the two is told by some engines only: what is known of them. */
const waitingIn = (sample: WorkloadSample | undefined): number | undefined => {
  const known = [sample?.queuedQueries, sample?.waitingForWorkersQueries].filter((count) => count !== undefined);
  return known.length === 0 ? undefined : known.reduce((sum, count) => sum + count, 0);
};

const readyIn = ({ capacity }: FullRecord['policy'], sample: WorkloadSample | undefined): number | undefined =>
  sample?.readyCores === undefined
    ? undefined
    : Math.max(0, sample.readyCores - capacity.alwaysOnCores) / capacity.coresPerUnit;

/** Up, down and up again: memory knows of the command before this one, and of the last growth before it. */
const isFlapping = ({ decision: { command, verdict }, memory, now }: FullRecord): boolean => {
  const { command: last } = memory;
  if (command === undefined || verdict !== 'grow' || last?.previous === undefined) return false;
  const shrank = totalUnits(last.targets) < totalUnits(last.previous);
  return shrank && last.grewAt !== undefined && now - last.grewAt <= FLAPPING_SECONDS;
};

const spotDeficitIn = ({ reasons, targets }: Decision): number | undefined => {
  if (targets === undefined) return undefined;
  const told = reasons.find(({ code }) => code === 'spot-deficit')?.numbers['units'];
  return typeof told === 'number' ? told : 0;
};

/** Where alarms are the only signal, one that has no data is what a stale sample is elsewhere. */
const staleIn = ({ decision, policy }: FullRecord): number =>
  flag(gives(decision, policy.signal.source === 'alarms' ? ['alarm-unknown'] : NO_SIGNAL));

/** Leaves out what is not known. */
const known = <Measures extends object>(numbers: { readonly [Name in keyof Measures]: Measures[Name] | undefined }) =>
  Object.fromEntries(Object.entries(numbers).filter(([, value]) => value !== undefined)) as Measures;

const ofCluster = (tick: FullRecord): ClusterMeasures => {
  const { targets } = tick.decision;
  const sample = believed(tick);
  return known<ClusterMeasures>({
    target: targets === undefined ? undefined : totalUnits(targets),
    ready: readyIn(tick.policy, sample),
    waiting: waitingIn(sample),
  });
};

const ofEnvironment = (tick: FullRecord): EnvironmentMeasures => {
  const { decision, policy } = tick;
  // Nothing was decided, so nothing is known.
  if (policy.mode === 'paused') return { ticks: 1 };
  const waiting = waitingIn(believed(tick));
  return known<EnvironmentMeasures>({
    ticks: 1,
    staleSignal: staleIn(tick),
    atMaximum: waiting === undefined ? undefined : flag(waiting > 0 && gives(decision, ['ceiling-maximum'])),
    spotDeficit: spotDeficitIn(decision),
    budgetReached: flag(gives(decision, BUDGET)),
    flapping: flag(isFlapping(tick)),
  });
};

/** What a tick that has ended tells. */
export const measuresOf = (cluster: string, result: Reconciled): Measured =>
  result.kind === 'decided'
    ? { environment: ofEnvironment(result.tick), cluster: { name: cluster, measures: ofCluster(result.tick) } }
    : { environment: { ticks: 1 } };
