/**
 * What instances of a cluster cost, as its owner tells it in the environment's file. A catalogue may tell the same at synth
 * for the types that the file leaves out: {@link pricesOf} is where both become what the functions are told.
 */
import * as z from 'zod/mini';
import { requiredNumber, section } from '../lambdas/core/policy/fields.ts';
import type { ClusterEntry } from '../lambdas/settings/settings.ts';
import { absentSection, type Form } from './environment-fields.ts';

/** A key of the prices; the checks tell one that is none. */
export const INSTANCE_TYPE: Form = {
  pattern: /^[a-z][a-z0-9-]*\.[a-z0-9-]+$/,
  means: 'an instance type such as "r5.4xlarge"',
};

const ends = {
  small: 'a report tells too little, and a budget lets more be bought than it pays for',
  big: 'a budget stops growth that it could pay for',
};

const price = section('What one instance of this type costs.', {
  units: requiredNumber(
    0.001,
    100_000,
    'Its weighted capacity in the fleet: its vCPU divided by capacity.coresPerUnit.',
    {
      small: 'a unit seems to cost too much',
      big: 'a unit seems to cost too little',
    },
  ),
  onDemand: requiredNumber(0.0001, 100_000, 'Dollars an hour of EC2, on-demand.', ends),
  spot: requiredNumber(0.0001, 100_000, 'Dollars an hour of EC2, spot, as you expect it.', ends),
  emr: requiredNumber(0, 100_000, 'Dollars an hour of EMR’s fee. Spot does not lower it.', ends),
});

/** Prices of a cluster by type. */
export const pricesSchema = absentSection(
  z.record(z.string(), price),
  'Prices by instance type, for budgets and for `prestoscale cost`: what is told here is told apart by type, with EMR’s fee.',
);

/** Prices by type, as they are written. */
export type PricesEntry = Readonly<
  Record<string, { readonly units: number; readonly onDemand: number; readonly spot: number; readonly emr: number }>
>;

type Told = Pick<ClusterEntry, 'usdPerUnitHour' | 'typePrices'>;

/**
 * What the functions are told of prices. A price by the unit that is not given is that of the dearest type by the unit,
 * in each market.
 * @param usdPerUnitHour as the file has it
 */
export const pricesOf = (prices: PricesEntry | undefined, usdPerUnitHour: Told['usdPerUnitHour']): Told => {
  const entries = Object.entries(prices ?? {});
  const given = usdPerUnitHour === undefined ? {} : { usdPerUnitHour };
  if (entries.length === 0) return given;
  const dearest = (market: 'onDemand' | 'spot'): number =>
    Math.max(...entries.map(([, type]) => (type[market] + type.emr) / type.units));
  const typePrices = entries.map(([type, { onDemand, spot, emr }]) => {
    return [type, { onDemandUsdPerHour: onDemand, spotUsdPerHour: spot, emrUsdPerHour: emr }] as const;
  });
  return {
    usdPerUnitHour: { onDemand: dearest('onDemand'), spot: dearest('spot') },
    ...given,
    typePrices: Object.fromEntries(typePrices),
  };
};
