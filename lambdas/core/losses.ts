/**
 * Spot that goes: what a notice of interruption has taken, and what EC2 recommends to move away from.
 *
 * A notice comes two minutes before the end, best effort, and EMR replaces the instance after it is gone, while the
 * target stands (emr.md §1.7). So its units are lost now: what is about to go cannot serve what waits, and the
 * replacement is counted once as arriving. A rebalance recommendation is a hint: in what users have reported, 9 of 30
 * were followed by an interruption, after 17 minutes to hours (peers.md).
 */
import type { Drains } from './drains.ts';
import type { CapacityLoss, WorkloadSample } from './model.ts';
import type { Policy } from './policy/schema.ts';
import { type EpochSeconds, epochSeconds } from './quantities.ts';
import type { Reason } from './reasons.ts';

/** From EC2's notice to the end of the instance. */
const NOTICE_SECONDS = 120;
/** For so long a loss keeps everything from shrinking. */
export const LOSS_WINDOW_SECONDS = 600;
/** A recommendation that nothing has followed for so long is forgotten. */
export const RECOMMENDATION_SECONDS = 1800;

const isHint = ({ kind }: CapacityLoss): boolean => kind === 'rebalance';

/** Each instance once: its interruption if there is one, of equals the first that was told. */
const byInstance = (losses: readonly CapacityLoss[]): readonly CapacityLoss[] => {
  const known = new Map<string, CapacityLoss>();
  for (const loss of losses) {
    const before = known.get(loss.id);
    if (before === undefined || (isHint(before) && !isHint(loss))) known.set(loss.id, loss);
  }
  return [...known.values()];
};

const sumOf = (losses: readonly CapacityLoss[]): number => losses.reduce((sum, { units }) => sum + units, 0);

/** A clock that is ahead of ours tells of a moment that has not come. */
const ageOf = ({ at }: CapacityLoss, now: EpochSeconds): number => Math.max(0, now - at);

/** When the last interruption was told; recommendations are none. */
export const lastLossAt = (losses: readonly CapacityLoss[]): EpochSeconds | undefined =>
  losses.filter((loss) => !isHint(loss)).at(-1)?.at;

/** Units that interruptions took in the last ten minutes. */
export const lostUnits = (losses: readonly CapacityLoss[], now: EpochSeconds): number =>
  sumOf(byInstance(losses).filter((loss) => !isHint(loss) && ageOf(loss, now) < LOSS_WINDOW_SECONDS));

/** Units that EMR replaces, and since when. */
export interface Replacement {
  readonly units: number;
  readonly since: EpochSeconds;
}

/** What losses mean for this tick. */
export interface Losses {
  /** Cores that the engine still calls ready and that are about to go. */
  readonly leavingCores: number;
  /** What EMR replaces by itself. */
  readonly replacements: readonly Replacement[];
  /** Units that recommendations ask for on top of demand. */
  readonly helpUnits: number;
  /** The recommended workers drain: those of them that are gone for the engine may be known as absent already. */
  readonly helpDrains: boolean;
  readonly reasons: readonly Reason[];
}

export const NO_LOSSES: Losses = { leavingCores: 0, replacements: [], helpUnits: 0, helpDrains: false, reasons: [] };

/**
 * Cores that are about to go and that the sample still calls ready. Who drains on its notice is not ready any more; what
 * drains because a shrink removed it is no loss.
 */
const leavingCores = (
  goingUnits: number,
  sample: WorkloadSample | undefined,
  drains: Drains,
  { capacity: { coresPerUnit, alwaysOnCores } }: Policy,
): number => {
  if (sample?.readyCores === undefined) return 0;
  const drained = Math.max(0, (sample.drainingCores ?? 0) - drains.removedUnits * coresPerUnit);
  const leaving = Math.max(0, goingUnits * coresPerUnit - drained);
  return Math.min(leaving, Math.max(0, sample.readyCores - alwaysOnCores));
};

const TOLD = { record: 'rebalance-recorded', drain: 'rebalance-drain', help: 'rebalance-help' } as const;

const hintReasons = (units: number, { markets }: Policy): Reason[] =>
  units === 0 ? [] : [{ code: TOLD[markets.rebalance], numbers: { units } }];

export interface LossesQuestion {
  readonly losses: readonly CapacityLoss[];
  /** The sample, when it may be believed. */
  readonly sample: WorkloadSample | undefined;
  readonly drains: Drains;
  readonly policy: Policy;
  readonly now: EpochSeconds;
}

/** Works out what the notices known mean now; doubled ones count once, and old ones not at all. */
export const watchLosses = ({ losses, sample, drains, policy, now }: LossesQuestion): Losses => {
  if (losses.length === 0) return NO_LOSSES;
  const each = byInstance(losses);
  const taken = each.filter((loss) => !isHint(loss) && ageOf(loss, now) < LOSS_WINDOW_SECONDS);
  const going = sumOf(taken.filter((loss) => ageOf(loss, now) < NOTICE_SECONDS));
  const hinted = sumOf(each.filter((loss) => isHint(loss) && ageOf(loss, now) < RECOMMENDATION_SECONDS));
  const told: Reason[] = going === 0 ? [] : [{ code: 'spot-interrupted', numbers: { units: going } }];
  return {
    leavingCores: leavingCores(going, sample, drains, policy),
    replacements: taken.map(({ units, at }) => ({ units, since: epochSeconds(at + NOTICE_SECONDS) })),
    helpUnits: policy.markets.rebalance === 'record' ? 0 : hinted,
    helpDrains: policy.markets.rebalance === 'drain',
    reasons: [...told, ...hintReasons(hinted, policy)],
  };
};
