/** What a plan costs and risks, in the figures that people compare. */
import type { Catalogue } from '../catalogue/model.ts';
import type { Plan } from '../portfolio/model.ts';
import { REFERENCE } from '../portfolio/question.ts';

/** Dollars an hour with EMR's fee, for one load. */
export interface Bill {
  readonly spotUsdPerHour: number;
  readonly onDemandUsdPerHour: number;
  /** The same load on `r5.4xlarge` alone; absent where the catalogue cannot tell. */
  readonly reference?: { readonly spotUsdPerHour?: number; readonly onDemandUsdPerHour?: number };
}

const plus = (first: number | undefined, second: number | undefined): number | undefined =>
  first === undefined || second === undefined ? undefined : first + second;

/** Its speed per unit is 1 by definition, so a unit of work is a unit of it. */
const referenceBill = ({ question }: Plan, { types }: Catalogue): Bill['reference'] => {
  const type = types.find(({ name }) => name === REFERENCE);
  if (type?.scores[question.score] === undefined) return undefined;
  const instances = (question.loadUnits * question.coresPerUnit) / type.vcpu;
  const spot = plus(type.spotUsdPerHour, type.emrUsdPerHour);
  const onDemand = plus(type.onDemandUsdPerHour, type.emrUsdPerHour);
  return {
    ...(spot === undefined ? {} : { spotUsdPerHour: spot * instances }),
    ...(onDemand === undefined ? {} : { onDemandUsdPerHour: onDemand * instances }),
  };
};

/** The plan's bill beside that of one type alone. */
export const billOf = (plan: Plan, catalogue: Catalogue): Bill => {
  const reference = referenceBill(plan, catalogue);
  return {
    spotUsdPerHour: plan.spotUsdPerHour,
    onDemandUsdPerHour: plan.onDemandUsdPerHour,
    ...(reference === undefined ? {} : { reference }),
  };
};

/** Share of the capacity that goes when so many of the largest pools go at once, 0–1. */
export const shareOfPools = ({ chosen }: Plan, pools: number): number =>
  chosen
    .map(({ share }) => share)
    .toSorted((first, second) => second - first)
    .slice(0, pools)
    .reduce((sum, share) => sum + share, 0);
