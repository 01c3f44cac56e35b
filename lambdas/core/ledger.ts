/**
 * Accounting: what the provisioned capacity has cost, from tick to tick. A stretch of time is priced by what the fleet's
 * last read before it showed, so the sum does not depend on when the ticks come. It ends at midnight UTC, when another
 * cluster takes over the name, and after an outage that is too long to guess (docs/decisions/0015-money.md).
 */
import { accrued, dayOf, newPart, type Part, partUsd, SECONDS_PER_DAY } from './ledger-part.ts';
import { type Lot, largerLots, lotsOf } from './ledger-price.ts';
import { type DayPart, recordOfPart } from './ledger-record.ts';
import { shared, type Work, withQueries, workSince } from './ledger-shares.ts';
import type { AccountMemory, Memory } from './memory.ts';
import type { ClusterFacts, Observation, WorkloadSample } from './model.ts';
import type { Policy } from './policy/schema.ts';
import { type EpochSeconds, epochSeconds } from './quantities.ts';

/** Without a tick for longer than this, what was there is a guess, and told as a gap. */
export const GAP_SECONDS = 300;
/** Of a longer outage nothing is counted: nobody knows whether the cluster was there. */
export const LONGEST_GAP_SECONDS = 6 * 3600;
/** A record is written so often: each write costs as much as a tick's own. */
export const WRITE_EVERY_SECONDS = 3600;

export interface Accounting {
  readonly observation: Observation;
  /** The sample, when it may be believed. */
  readonly sample: WorkloadSample | undefined;
  readonly policy: Policy;
  readonly before: Memory;
  readonly now: EpochSeconds;
}

export interface Accounted {
  readonly account: AccountMemory;
  readonly spending: NonNullable<Memory['spending']>;
  /** To be written in this tick. */
  readonly due: readonly DayPart[];
}

interface Stretch {
  readonly until: EpochSeconds;
  readonly seconds: number;
}

/** From a moment to another, cut at midnight. */
const stretches = (from: EpochSeconds, to: EpochSeconds): Stretch[] => {
  const midnight = epochSeconds((dayOf(from) + 1) * SECONDS_PER_DAY);
  if (to < midnight) return [{ until: to, seconds: to - from }];
  return [{ until: midnight, seconds: midnight - from }, ...(to > midnight ? stretches(midnight, to) : [])];
};

/** What was provisioned in the time before this tick; undefined: nobody has read it. */
const lotsBefore = ({ before, observation }: Accounting, isGap: boolean): readonly Lot[] | undefined => {
  if (before.fleet === undefined) return undefined;
  const lots = lotsOf(before.fleet, before.pools);
  if (!isGap || observation.fleet === undefined) return lots;
  return largerLots(lots, lotsOf(observation.fleet, observation.pools ?? before.pools));
};

const coresOf = (lots: readonly Lot[], { capacity }: Policy): number =>
  lots.reduce((sum, { units }) => sum + units, 0) * capacity.coresPerUnit + capacity.alwaysOnCores;

/** A part, and what is still to be shared out of it. */
interface Open {
  readonly part: Part;
  readonly pendingUsd: number;
}

const advanced = (
  open: Open,
  stretch: Stretch,
  lots: readonly Lot[] | undefined,
  isGap: boolean,
  asked: Accounting,
): Open => {
  const { part } = open;
  if (lots === undefined) return { ...open, part: { ...part, at: stretch.until } };
  const { seconds, until } = stretch;
  const next = {
    ...accrued(part, { seconds, lots, isGap }, asked.observation.facts as ClusterFacts, asked.policy),
    at: until,
  };
  return { part: next, pendingUsd: open.pendingUsd + partUsd(next) - partUsd(part) };
};

/** The parts that a tick has touched: the last one goes on, those before it are closed. */
const advancedParts = (account: AccountMemory, asked: Accounting): { opens: Open[]; coreSeconds: number } => {
  const { now, policy } = asked;
  const { part, pending } = account;
  const isGap = now - part.at > GAP_SECONDS;
  const lots = lotsBefore(asked, isGap);
  let open: Open = { part, pendingUsd: pending?.usd ?? 0 };
  const opens: Open[] = [];
  for (const stretch of stretches(part.at, now)) {
    open = advanced(open, stretch, lots, isGap, asked);
    if (dayOf(stretch.until) === dayOf(open.part.from)) continue;
    opens.push(open);
    open = { part: newPart(stretch.until, part.emrClusterId), pendingUsd: 0 };
  }
  const seconds = lots === undefined ? 0 : now - part.at;
  return { opens: [...opens, open], coreSeconds: (pending?.coreSeconds ?? 0) + seconds * coresOf(lots ?? [], policy) };
};

/** Shares out what is pending by the work done meanwhile. */
const settled = (opens: readonly Open[], coreSeconds: number, work: Work): Part[] => {
  const usd = opens.reduce((sum, open) => sum + open.pendingUsd, 0);
  const parts = opens.map(({ part, pendingUsd }) =>
    usd <= 0 ? part : shared(part, scaled(work, pendingUsd / usd), pendingUsd, (coreSeconds * pendingUsd) / usd),
  );
  return parts.map((part, index) => (index === parts.length - 1 ? withQueries(part, work) : part));
};

const scaled = (work: Work, factor: number): Work => ({
  cpuSeconds: new Map([...work.cpuSeconds].map(([row, cpu]) => [row, cpu * factor])),
  totalCpuSeconds: work.totalCpuSeconds * factor,
  queries: work.queries,
});

/** The engine was heard of and said nothing that could be used: what is pending stays without an owner. */
const isHeard = (sample: WorkloadSample | undefined, { rate }: Memory): boolean =>
  sample !== undefined && (rate === undefined || sample.cpuSecondsTotal === undefined || sample.takenAt > rate.at);

/** What is to be written: closed parts at once and once more, the open one every hour. */
const withDue = (account: AccountMemory, closed: readonly Part[], now: EpochSeconds) => {
  const isTime = now - account.writtenAt >= WRITE_EVERY_SECONDS;
  if (closed.length === 0 && !isTime) return { account, due: [] };
  const { closed: last, ...kept } = account;
  const again = last === undefined ? [] : [last];
  const parts = [...again, ...(closed.length > 0 ? closed : [account.part])];
  const newest = closed.at(-1);
  return {
    account: { ...kept, ...(newest === undefined ? {} : { closed: newest }), writtenAt: now },
    due: parts.filter(({ from, at }) => at > from).map(recordOfPart),
  };
};

const usdSince = (day: number, before: readonly Part[], after: readonly Part[]): number => {
  const of = (parts: readonly Part[]) =>
    parts.filter(({ from }) => dayOf(from) === day).reduce((sum, part) => sum + partUsd(part), 0);
  return Math.max(0, of(after) - of(before));
};

/** Adds what has become known of the day; a clock that goes back takes nothing back. */
const spentAfter = (
  spending: Memory['spending'],
  before: readonly Part[],
  after: readonly Part[],
  now: EpochSeconds,
): NonNullable<Memory['spending']> => {
  const day = dayOf(now);
  if (spending !== undefined && spending.day > day) return spending;
  const usd = spending?.day === day ? spending.usd : 0;
  return { day, usd: usd + usdSince(day, before, after), at: now };
};

/** Begins to account, or to account another cluster. */
const begun = ({ before, now }: Accounting): Accounted => {
  const { account, emrClusterId } = before;
  const fresh: AccountMemory = { part: newPart(now, emrClusterId), writtenAt: account?.writtenAt ?? now };
  const closed = account === undefined ? [] : [account.part];
  const kept = account?.closed === undefined ? fresh : { ...fresh, closed: account.closed };
  return { ...withDue(kept, closed, now), spending: spentAfter(before.spending, [], [], now) };
};

/** Accounts for the time since the tick before. */
export const keepAccount = (asked: Accounting): Accounted => {
  const { before, sample, now } = asked;
  const { account } = before;
  const isOther = account?.part.emrClusterId !== before.emrClusterId;
  if (account === undefined || isOther || now - account.part.at > LONGEST_GAP_SECONDS) return begun(asked);
  if (now < account.part.at) return { account, spending: spentAfter(before.spending, [], [], now), due: [] };
  const { opens, coreSeconds } = advancedParts(account, asked);
  const work = workSince(before, sample);
  const parts = work === undefined ? opens.map(({ part }) => part) : settled(opens, coreSeconds, work);
  const usd = opens.at(-1)?.pendingUsd ?? 0;
  const isPending = work === undefined && !isHeard(sample, before) && coreSeconds > 0;
  const { pending: _, ...kept } = account;
  const next: AccountMemory = {
    ...kept,
    part: parts.at(-1) ?? account.part,
    ...(isPending ? { pending: { usd, coreSeconds } } : {}),
  };
  return {
    ...withDue(next, parts.slice(0, -1), now),
    spending: spentAfter(before.spending, [account.part], parts, now),
  };
};
