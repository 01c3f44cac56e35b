/** Metrics of the money of the part of the day that is accounted now; a record of `prestoscale cost` in the making. */
import { type DayPart, recordOfPart } from '../../lambdas/core/ledger-record.ts';
import type { Memory } from '../../lambdas/core/memory.ts';

type Values = readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[];

interface MoneyMetric {
  /** Without the prefix. */
  readonly name: string;
  readonly help: string;
  readonly read: (memory: Memory, now: number) => Values;
}

const SECONDS_PER_DAY = 86_400;
const dayOf = (at: number): number => Math.floor(at / SECONDS_PER_DAY);

const SINCE = 'since midnight UTC, or since this cluster took its name';

/** Yesterday's part says nothing of today. */
const todayOf = ({ account }: Memory, now: number): DayPart | undefined =>
  account !== undefined && dayOf(account.part.from) === dayOf(now) ? recordOfPart(account.part) : undefined;

/** Nothing is told of dollars while no price is known. */
const isPriced = ({ unitHours, unpricedUnitHours }: DayPart): boolean =>
  unitHours === 0 || unpricedUnitHours < unitHours;

const ofToday =
  (values: (part: DayPart) => Values): MoneyMetric['read'] =>
  (memory, now) => {
    const part = todayOf(memory, now);
    return part === undefined ? [] : values(part);
  };

const ofPriced = (values: (part: DayPart) => Values): MoneyMetric['read'] =>
  ofToday((part) => (isPriced(part) ? values(part) : []));

const sumOfMarket = ({ types }: DayPart, market: 'onDemand' | 'spot', of: 'usd' | 'unitHours'): number =>
  types.filter((one) => one.market === market).reduce((sum, one) => sum + one[of], 0);

const byMarket = (part: DayPart, of: 'usd' | 'unitHours'): Values => [
  { labels: { market: 'on_demand' }, value: sumOfMarket(part, 'onDemand', of) },
  { labels: { market: 'spot' }, value: sumOfMarket(part, 'spot', of) },
];

const insteadOf = ({ onDemandUsd, fixedUsd, unpricedUnitHours }: DayPart): Values => [
  { labels: { instead: 'on_demand' }, value: onDemandUsd },
  ...(fixedUsd === undefined || unpricedUnitHours > 0 ? [] : [{ labels: { instead: 'fixed_size' }, value: fixedUsd }]),
];

export const MONEY_METRICS: readonly MoneyMetric[] = [
  {
    name: 'cost_today_by_market_usd',
    help: `Spent ${SINCE}, by market.`,
    read: ofPriced((part) => byMarket(part, 'usd')),
  },
  {
    name: 'unit_hours_today',
    help: `Hours of provisioned units ${SINCE}, by market.`,
    read: ofToday((part) => byMarket(part, 'unitHours')),
  },
  {
    name: 'cost_today_instead_usd',
    help: `What it would have cost ${SINCE}: the same units on-demand, or a cluster of fixed size (budget.fixedUnits).`,
    read: ofPriced(insteadOf),
  },
  {
    name: 'cost_today_emr_fee_usd',
    help: `EMR’s fee in what was spent ${SINCE}, of units priced by their type.`,
    read: ofPriced((part) => (part.flatUnitHours > 0 && part.emrUsd === 0 ? [] : [{ labels: {}, value: part.emrUsd }])),
  },
  {
    name: 'cost_today_idle_usd',
    help: `Spent ${SINCE}, for CPU that no query used; absent where the engine does not tell.`,
    read: ofPriced(({ queries, idleUsd }) => (queries === undefined ? [] : [{ labels: {}, value: idleUsd }])),
  },
  {
    name: 'cost_today_priced_ratio',
    help: `Share of the unit-hours ${SINCE}, whose price is known.`,
    read: ofToday(({ unitHours, unpricedUnitHours }) =>
      unitHours > 0 ? [{ labels: {}, value: Math.max(0, 1 - unpricedUnitHours / unitHours) }] : [],
    ),
  },
];
