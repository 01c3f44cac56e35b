/** The rows of the tables of markets and pools, as text. */
import type { FleetNow, MarketNow, PoolNow } from '../protocol.ts';
import { dollars, share, UNKNOWN, units } from './format.ts';

/** One row over the columns spot, on-demand and both. */
export interface MarketRow {
  readonly label: string;
  readonly cells: (fleet: FleetNow) => readonly [spot: string, onDemand: string, both: string];
  /** How a number of it that is not 0 is meant; the style only underlines it. */
  readonly grave?: 'warn' | 'bad';
}

/** A cell in which nothing can stand. */
const NOTHING = '';

const summed =
  (value: (market: MarketNow) => number, show: (value: number) => string): MarketRow['cells'] =>
  ({ spot, onDemand }) => [show(value(spot)), show(value(onDemand)), show(value(spot) + value(onDemand))];

const lost = ({ lostUnits, goingUnits }: MarketNow): string =>
  goingUnits === 0 ? units(lostUnits) : `${units(lostUnits)} + ${units(goingUnits)} going`;

/** What its instances would have cost on-demand, and the share of that which was saved; the percent sign is not cut off. */
const saved = ({ usd, asOnDemandUsd }: Pick<MarketNow, 'usd' | 'asOnDemandUsd'>): string => {
  if (asOnDemandUsd <= usd) return dollars(asOnDemandUsd);
  return `${dollars(asOnDemandUsd)}, −${share(asOnDemandUsd - usd, asOnDemandUsd).replace(' ', '\u00a0')}`;
};

export const MARKET_ROWS: readonly MarketRow[] = [
  { label: 'Target', cells: summed(({ targetUnits }) => targetUnits, units) },
  { label: 'Running', cells: summed(({ runningUnits }) => runningUnits, units) },
  { label: 'Arriving', cells: summed(({ startingUnits }) => startingUnits, units) },
  {
    label: 'Missing',
    cells: summed(({ missingUnits }) => missingUnits, units),
    grave: 'bad',
  },
  {
    label: 'Lost in 10 minutes',
    cells: ({ spot }) => [lost(spot), NOTHING, NOTHING],
    grave: 'bad',
  },
  {
    label: 'Stands in for spot',
    cells: ({ standInUnits }) => [NOTHING, units(standInUnits), NOTHING],
    grave: 'warn',
  },
  { label: 'Dollars an hour', cells: summed(({ usdPerHour }) => usdPerHour, dollars) },
  { label: 'Dollars so far', cells: summed(({ usd }) => usd, dollars) },
  {
    label: 'The same on-demand',
    cells: ({ spot, onDemand }) => [
      saved(spot),
      dollars(onDemand.asOnDemandUsd),
      saved({
        usd: spot.usd + onDemand.usd,
        asOnDemandUsd: spot.asOnDemandUsd + onDemand.asOnDemandUsd,
      }),
    ],
  },
];

/** What can be had of a pool as spot. */
export const supplyText = ({ gone, goingUnits, freeUnits }: PoolNow): string => {
  if (gone) return goingUnits > 0 ? `gone, ${units(goingUnits)} going` : 'gone';
  const going = goingUnits > 0 ? `, ${units(goingUnits)} going` : '';
  return `${freeUnits === null ? 'any number' : `${units(freeUnits)} more`}${going}`;
};

/** Cells of a pool after its name: what it holds, its share of all spot, prices of a unit for an hour, supply. */
export const poolCells = (pool: PoolNow, fleet: FleetNow): readonly string[] => {
  const all = fleet.pools.reduce((sum, { spotUnits }) => sum + spotUnits, 0);
  return [
    units(pool.spotUnits),
    pool.spotUnits === 0 ? UNKNOWN : share(pool.spotUnits, all),
    units(pool.onDemandUnits),
    dollars(pool.spotUsdPerUnitHour),
    dollars(pool.onDemandUsdPerUnitHour),
    supplyText(pool),
  ];
};
