/** Sums over parts of days, and the questions that are asked of them. What cannot be said is null, and never 0. */
import type { DayPart } from '../../lambdas/core/ledger-record.ts';
import { dayText } from './days.ts';

export const WAYS = ['day', 'market', 'type', 'group', 'source'] as const;

/** How a report is split. */
export type Way = (typeof WAYS)[number];

/** Part of the shape of `prestoscale cost --json`. */
export interface Sums {
  /** Of the units whose price is known; null: none of them is. */
  readonly usd: number | null;
  readonly unitHours: number;
  /** Share of the unit-hours whose price is known; null: there were none. */
  readonly pricedShare: number | null;
  /** EMR's fee in `usd`, as far as it can be told apart. */
  readonly emrUsd: number;
  /** Unit-hours in whose price EMR's fee is hidden. */
  readonly flatUnitHours: number;
  /** What the same units would have cost on-demand. */
  readonly onDemandUsd: number | null;
  readonly savedByMarketUsd: number | null;
  /** What a cluster of fixed size would have cost on-demand. */
  readonly fixedUsd: number | null;
  readonly savedBySizeUsd: number | null;
  readonly queries: number | null;
  readonly usdPerThousandQueries: number | null;
  readonly knownSeconds: number;
  readonly gapSeconds: number;
}

/** One line of a report by market, type, group or source. */
export interface Row {
  readonly name: string;
  readonly usd: number | null;
  /** Of all dollars. */
  readonly share: number | null;
  /** Null: by this way hours are not told. */
  readonly unitHours: number | null;
}

export interface DayRow extends Sums {
  readonly day: string;
}

export interface CostReport {
  readonly cluster: string;
  readonly total: Sums;
  readonly days: readonly DayRow[];
  /** Empty by day. */
  readonly rows: readonly Row[];
  /** Since the first record in the span nobody knows of so many seconds what was there. */
  readonly unknownSeconds: number;
  readonly notice: string | null;
}

const FULLY = 0.9999;

const sumOf = (parts: readonly DayPart[], value: (part: DayPart) => number): number =>
  parts.reduce((sum, part) => sum + value(part), 0);

/** Every part has to know it; a sum over some of them would be too small. */
const knownSum = (parts: readonly DayPart[], value: (part: DayPart) => number | undefined): number | null => {
  const values = parts.map(value);
  return values.every((one) => one !== undefined) ? values.reduce<number>((sum, one) => sum + (one ?? 0), 0) : null;
};

const minus = (one: number | null, other: number | null): number | null =>
  one === null || other === null ? null : one - other;

/** Queries of those parts that told of them, and what was spent in these. */
const perThousand = (parts: readonly DayPart[]): Pick<Sums, 'queries' | 'usdPerThousandQueries'> => {
  const telling = parts.filter(({ queries, unpricedUnitHours }) => queries !== undefined && unpricedUnitHours === 0);
  const told = parts.filter(({ queries }) => queries !== undefined);
  const counted = sumOf(telling, ({ queries = 0 }) => queries);
  return {
    queries: told.length === 0 ? null : sumOf(told, ({ queries = 0 }) => queries),
    usdPerThousandQueries: counted === 0 ? null : (1000 * sumOf(telling, ({ usd }) => usd)) / counted,
  };
};

/** Adds parts up. */
export const sumsOf = (parts: readonly DayPart[]): Sums => {
  const unitHours = sumOf(parts, (part) => part.unitHours);
  const unpriced = sumOf(parts, (part) => part.unpricedUnitHours);
  const pricedShare = unitHours > 0 ? Math.max(0, 1 - unpriced / unitHours) : null;
  const isPriced = pricedShare === null || pricedShare > 0;
  const usd = isPriced ? sumOf(parts, (part) => part.usd) : null;
  const onDemandUsd = isPriced ? sumOf(parts, (part) => part.onDemandUsd) : null;
  // Against a fixed cluster only the whole can be held.
  const fixedUsd = (pricedShare ?? 1) < FULLY ? null : knownSum(parts, (part) => part.fixedUsd);
  return {
    usd,
    unitHours,
    pricedShare,
    emrUsd: sumOf(parts, (part) => part.emrUsd),
    flatUnitHours: sumOf(parts, (part) => part.flatUnitHours),
    onDemandUsd,
    savedByMarketUsd: minus(onDemandUsd, usd),
    fixedUsd,
    savedBySizeUsd: minus(fixedUsd, usd),
    ...perThousand(parts),
    knownSeconds: sumOf(parts, (part) => part.knownSeconds),
    gapSeconds: sumOf(parts, (part) => part.gapSeconds),
  };
};

interface Slice {
  readonly name: string;
  readonly usd: number;
  readonly unitHours?: number;
}

const MARKET_NAMES = { onDemand: 'on-demand', spot: 'spot' } as const;
const UNREAD_TYPE = '(not read)';

const byOwner = (part: DayPart, key: 'group' | 'source'): Slice[] => [
  ...part.groups.map((one) => ({ name: one[key], usd: one.usd })),
  { name: '(idle)', usd: part.idleUsd },
  { name: '(not known)', usd: part.unattributedUsd },
];

const SLICES: Readonly<Record<Exclude<Way, 'day'>, (part: DayPart) => readonly Slice[]>> = {
  market: ({ types }) => types.map(({ market, usd, unitHours }) => ({ name: MARKET_NAMES[market], usd, unitHours })),
  type: ({ types }) =>
    types.map(({ type, usd, unitHours }) => ({ name: type === '?' ? UNREAD_TYPE : type, usd, unitHours })),
  group: (part) => byOwner(part, 'group'),
  source: (part) => byOwner(part, 'source'),
};

const rowsOf = (parts: readonly DayPart[], way: Exclude<Way, 'day'>, total: number | null): Row[] => {
  const names = new Map<string, { usd: number; unitHours: number | null }>();
  for (const { name, usd, unitHours } of parts.flatMap(SLICES[way])) {
    const row = names.get(name) ?? { usd: 0, unitHours: unitHours === undefined ? null : 0 };
    names.set(name, {
      usd: row.usd + usd,
      unitHours: unitHours === undefined ? null : (row.unitHours ?? 0) + unitHours,
    });
  }
  return [...names]
    .map(([name, { usd, unitHours }]) => ({
      name,
      // Hours without any dollars have no price.
      usd: total === null || (usd === 0 && (unitHours ?? 0) > 0) ? null : usd,
      share: total === null || total === 0 ? null : usd / total,
      unitHours,
    }))
    .filter(({ usd, unitHours }) => (usd ?? 0) > 0 || (unitHours ?? 0) > 0)
    .toSorted((one, other) => (other.usd ?? -1) - (one.usd ?? -1) || (one.name < other.name ? -1 : 1));
};

const daysOf = (parts: readonly DayPart[]): DayRow[] =>
  [...new Set(parts.map(({ day }) => day))].map((day) => ({
    day: dayText(day),
    ...sumsOf(parts.filter((part) => part.day === day)),
  }));

const SECONDS_PER_DAY = 86_400;

/**
 * The report of one cluster.
 * @param parts of the span, oldest first
 * @param last day of the span, in days since 1970
 */
export const costReport = (
  cluster: string,
  parts: readonly DayPart[],
  way: Way,
  last: number,
  now: number,
  notice: string | undefined,
): CostReport => {
  const total = sumsOf(parts);
  const end = Math.min(now, (last + 1) * SECONDS_PER_DAY);
  const begin = parts[0]?.from ?? end;
  return {
    cluster,
    total,
    days: daysOf(parts),
    rows: way === 'day' ? [] : rowsOf(parts, way, total.usd),
    unknownSeconds: Math.max(0, end - begin - total.knownSeconds),
    notice: notice ?? null,
  };
};
