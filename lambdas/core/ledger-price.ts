/** What provisioned capacity costs an hour: by instance type where the pools and their prices are known, else by the unit. */
import type { ClusterFacts, FleetState, MarketCapacity, PoolCapacity, PoolsState } from './model.ts';

export type Market = PoolCapacity['market'];

export const MARKETS = ['onDemand', 'spot'] as const satisfies readonly Market[];

/** Stands for the type of units whose pools nobody has read. */
export const UNKNOWN_TYPE = '?';

/** Units of one type in one market. */
export interface Lot {
  readonly type: string;
  readonly market: Market;
  readonly units: number;
  /** May be a fraction, where the pools were read before or after the fleet. Absent: the type is not known. */
  readonly instances?: number;
}

type Prices = Pick<ClusterFacts, 'typePrices' | 'usdPerUnitHour'>;

/** What a lot costs. A part that is not known is absent. */
export interface LotPrice {
  readonly usdPerHour?: number;
  /** The same units bought on-demand. */
  readonly onDemandUsdPerHour?: number;
  /** EMR's fee, part of the price. Absent: it cannot be told apart. */
  readonly emrUsdPerHour?: number;
}

/** The fleet says how many units there are; pools, which may be older or younger, say of which types. */
const lotsOfMarket = (market: Market, { provisionedUnits }: MarketCapacity, pools: readonly PoolCapacity[]): Lot[] => {
  const own = pools.filter((pool) => pool.market === market && pool.units > 0);
  const known = own.reduce((sum, { units }) => sum + units, 0);
  const share = known > provisionedUnits ? provisionedUnits / known : 1;
  const lots = own.map(({ instanceType, units, instances }): Lot => {
    return { type: instanceType, market, units: units * share, instances: instances * share };
  });
  const rest = provisionedUnits - known;
  return [...lots, ...(rest > 0 ? [{ type: UNKNOWN_TYPE, market, units: rest }] : [])].filter(({ units }) => units > 0);
};

/** What is provisioned, by type and market. */
export const lotsOf = (fleet: FleetState, pools: PoolsState | undefined): readonly Lot[] =>
  MARKETS.flatMap((market) => lotsOfMarket(market, fleet[market], pools?.pools ?? []));

const unitsIn = (lots: readonly Lot[]): number => lots.reduce((sum, { units }) => sum + units, 0);

/** Of two answers about one span the larger of each market: a bill is rather told too big than too small. */
export const largerLots = (first: readonly Lot[], second: readonly Lot[]): readonly Lot[] =>
  MARKETS.flatMap((market) => {
    const of = (lots: readonly Lot[]): Lot[] => lots.filter((lot) => lot.market === market);
    return unitsIn(of(second)) > unitsIn(of(first)) ? of(second) : of(first);
  });

/** Price of a lot: by its type, else at the fleet's dearest type, else not known. */
export const priceOf = ({ type, market, units, instances }: Lot, { typePrices, usdPerUnitHour }: Prices): LotPrice => {
  const price = typePrices !== undefined && Object.hasOwn(typePrices, type) ? typePrices[type] : undefined;
  if (price !== undefined && instances !== undefined) {
    const { onDemandUsdPerHour, spotUsdPerHour, emrUsdPerHour } = price;
    const ec2 = market === 'spot' ? spotUsdPerHour : onDemandUsdPerHour;
    return {
      usdPerHour: instances * (ec2 + emrUsdPerHour),
      onDemandUsdPerHour: instances * (onDemandUsdPerHour + emrUsdPerHour),
      emrUsdPerHour: instances * emrUsdPerHour,
    };
  }
  if (usdPerUnitHour === undefined) return {};
  return { usdPerHour: units * usdPerUnitHour[market], onDemandUsdPerHour: units * usdPerUnitHour.onDemand };
};
