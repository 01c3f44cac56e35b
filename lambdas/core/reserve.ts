/**
 * Spare capacity against losses of spot: so much on top of demand that what is wanted is still there when the largest
 * pools go at once. What is on-demand does not go with them. docs/decisions/0014-reserve.md says why it is capped.
 */
import { splitOf } from './markets.ts';
import type { Memory, ReserveMemory } from './memory.ts';
import type { Observation } from './model.ts';
import { usdPerHour } from './money.ts';
import type { Policy } from './policy/schema.ts';
import { largestPools } from './pools.ts';
import { type EpochSeconds, units } from './quantities.ts';
import type { Reason } from './reasons.ts';

/** A share that was seen is believed for so long after it was seen last: pools fill and empty all day. */
const SHARE_HELD_SECONDS = 900;
/** A reserve of which more would go with the pools than stay is not worth its price. */
const WORTHWHILE_SHARE = 0.5;
/** EMR may have put the reserve itself into the largest pool: bought again at once, it would come and go for ever. */
const SOURED_HELD_SECONDS = 3 * 3600;

export interface Reserve {
  /** On top of demand. */
  readonly units: number;
  readonly reasons: readonly Reason[];
  readonly memory?: ReserveMemory;
}

export interface ReserveQuestion {
  /** What is wanted without a reserve. */
  readonly demandUnits: number;
  readonly policy: Policy;
  /** With what is in force, the pools, and the shortage of spot as of this tick. */
  readonly memory: Memory;
  readonly price: Observation['facts']['usdPerUnitHour'];
  readonly now: EpochSeconds;
}

/** Of a total, what would be spot: on-demand that is in force already stays while the total grows. */
const spotOf = (total: number, { policy, memory }: ReserveQuestion): number => {
  const mix = splitOf(units(total), policy, memory.spot?.standInUnits ?? 0);
  return Math.min(mix.spotUnits, Math.max(0, total - (memory.command?.targets.onDemandUnits ?? 0)));
};

/** Units that are left of a total when a share of its spot is gone. */
const leftOf = (total: number, share: number, question: ReserveQuestion): number =>
  total - share * spotOf(total, question);

/** The fewest units on top of demand that leave it whole; infinite: no number does. */
const neededFor = (share: number, question: ReserveQuestion): number => {
  const { demandUnits } = question;
  const isEnough = (extra: number): boolean => leftOf(demandUnits + extra, share, question) >= demandUnits - 1e-9;
  if (isEnough(0)) return 0;
  if (share * (1 - question.policy.markets.onDemandShare) >= 1) return Number.POSITIVE_INFINITY;
  let high = 1;
  while (!isEnough(high)) high *= 2;
  let low = high / 2;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isEnough(middle)) high = middle;
    else low = middle;
  }
  return high;
};

/** Whether more of a unit bought would be lost with the pools than stay. */
const isNotWorth = (share: number, policy: Policy): boolean =>
  share * (1 - policy.markets.onDemandShare) > WORTHWHILE_SHARE + 1e-9;

/** A larger share counts at once, a smaller one after a while. */
const heldShare = (share: number, { policy, memory, now }: ReserveQuestion): Omit<ReserveMemory, 'units'> => {
  const before = memory.reserve;
  const wasInForce = before !== undefined && (before.units > 0 || before.soured === true);
  const soured = wasInForce && isNotWorth(Math.max(share, before.share), policy) ? { soured: true as const } : {};
  if (before === undefined || share >= before.share) return { share, at: now, ...soured };
  const isOver = now - before.at >= (before.soured ? SOURED_HELD_SECONDS : SHARE_HELD_SECONDS);
  return isOver ? { share, at: now } : { share: before.share, at: before.at, ...soured };
};

/** What may be bought: the caps of the policy, and the room that demand leaves below the maximum. */
const allowedFor = ({ demandUnits, policy }: ReserveQuestion): number => {
  const { maximumUnits, maximumShare } = policy.reserve;
  const room = Math.max(0, policy.capacity.maximumUnits - demandUnits);
  return Math.min(room, maximumUnits ?? Number.POSITIVE_INFINITY, Math.floor(maximumShare * demandUnits + 1e-9));
};

const priceOf = (extra: number, question: ReserveQuestion): { readonly price: string } => {
  const { demandUnits, policy, memory, price } = question;
  if (price === undefined) return { price: 'at a price that is not known' };
  const standIn = memory.spot?.standInUnits ?? 0;
  const cost = (total: number): number => usdPerHour(splitOf(units(total), policy, standIn), price);
  const usd = cost(demandUnits + extra) - cost(demandUnits);
  return { price: `for ${usd.toFixed(2)} dollars an hour` };
};

interface Against {
  readonly units: number;
  readonly reasons: readonly Reason[];
  readonly held?: Omit<ReserveMemory, 'units'>;
}

/** The reserve against a loss of the largest pools, before headroom. */
const againstLosses = (question: ReserveQuestion): Against => {
  const { demandUnits, policy, memory, now } = question;
  const { poolsLost } = policy.reserve;
  const seen = poolsLost === 0 ? undefined : largestPools(memory, poolsLost, now);
  if (seen === undefined) return { units: 0, reasons: [] };
  const held = heldShare(seen.share, question);
  const neededUnits = neededFor(held.share, question);
  if (neededUnits === 0) return { units: 0, reasons: [], held };
  const known = seen.ageSeconds === undefined ? 'assumed equal' : `read ${Math.floor(seen.ageSeconds / 60)} min ago`;
  const numbers = { poolsLost, pools: seen.pools, share: held.share, known };
  if (isNotWorth(held.share, policy)) {
    return { units: 0, reasons: [{ code: 'reserve-not-worth', numbers }], held };
  }
  const amount = Math.min(neededUnits, allowedFor(question));
  const told: Reason = { code: 'reserve', numbers: { ...numbers, units: amount, ...priceOf(amount, question) } };
  const missingUnits = Math.ceil(demandUnits - leftOf(demandUnits + amount, held.share, question) - 1e-9);
  const capped: Reason = { code: 'reserve-capped', numbers: { neededUnits, units: amount, poolsLost, missingUnits } };
  const reasons = [...(amount > 0 ? [told] : []), ...(amount < neededUnits ? [capped] : [])];
  return { units: amount, reasons, held };
};

/** Spot is short for real: a growth on its way is missing for a start lag too. */
const isShort = ({ memory, policy, now }: ReserveQuestion): boolean => {
  const { standInUnits = 0, deficitSince } = memory.spot ?? {};
  return (
    standInUnits > 0 || (deficitSince !== undefined && now - deficitSince >= policy.markets.fallbackAfterSeconds / 2)
  );
};

/**
 * Units kept on top of demand. Spare units that were asked for outright count towards what a loss may take. While spot
 * is short the reserve does not grow: it would be asked of a market that has none.
 */
export const reserveFor = (question: ReserveQuestion): Reserve => {
  const { policy, memory, demandUnits } = question;
  const against = againstLosses(question);
  const room = Math.max(0, policy.capacity.maximumUnits - demandUnits);
  const headroom = Math.min(room, policy.reserve.headroomUnits);
  const asked = Math.max(against.units, headroom);
  const most = isShort(question) ? (memory.reserve?.units ?? 0) : asked;
  const amount = Math.min(asked, most);
  const spare: Reason = { code: 'reserve-headroom', numbers: { units: headroom, ...priceOf(headroom, question) } };
  const short: Reason = { code: 'reserve-waits', numbers: { wantedUnits: asked, units: amount } };
  return {
    units: amount,
    reasons: [...against.reasons, ...(headroom > against.units ? [spare] : []), ...(amount < asked ? [short] : [])],
    ...(asked === 0 && against.held === undefined
      ? {}
      : { memory: { share: 0, at: question.now, ...against.held, units: amount } }),
  };
};
