/** What a plan is asked and what it answers. */
import type { Architecture, CatalogueType } from '../catalogue/model.ts';
import type { PlanReason } from './reasons.ts';

export type { PlanReason } from './reasons.ts';

export const OBJECTIVES = ['cheapest', 'balanced', 'steadiest'] as const;
/** What is minimised: price alone, price with the price of expected losses, or losses first. */
export type Objective = (typeof OBJECTIVES)[number];

/**
 * What losing spot instances costs. A unit that is lost costs the work that has to be done again and the time until it
 * is replaced, both at the type's on-demand price, times what capacity is worth to the owner.
 */
export interface LossModel {
  /** Expected losses of one instance in a month of running, by the advisor's band. The last band has no upper end. */
  readonly lossesPerMonth: readonly [number, number, number, number, number];
  /** Work of every worker that a loss undoes, in minutes: half of a usual query, for a query runs on all workers. */
  readonly redoneMinutes: number;
  /** Share of the capacity that goes in one such loss: the instances of a pool are taken together. 0–1, above 0. */
  readonly lostTogether: number;
  /** Minutes until lost capacity is replaced. */
  readonly replaceMinutes: number;
  /** What an hour of capacity that is missing is worth, as a multiple of its on-demand price. */
  readonly worth: number;
}

export interface PlanQuestion {
  /** Filter as people write it: `vcpu>=8 memory>=64 arch=arm64,x86_64 generation=current family!=t*`. */
  readonly filter: string;
  readonly objective: Objective;
  /** The score that speed is read from; `coremark` unless told otherwise. */
  readonly score: string;
  readonly coresPerUnit: number;
  /** The policy's maximum: the largest weight is at most 5 % of it. */
  readonly maximumUnits: number;
  /** Load that dollars an hour are told for: what so many units of `r5.4xlarge` do. */
  readonly loadUnits: number;
  /** Largest share of the capacity that one type may have, 0–1. */
  readonly largestShare: number;
  /** Largest share of the capacity that one family (`r6g`) may have, 0–1. */
  readonly largestFamilyShare: number;
  /** So many types where they exist; EMR takes at most 30 with an allocation strategy. */
  readonly typesAtLeast: number;
  readonly typesAtMost: number;
  readonly losses: LossModel;
  /** `steadiest` may cost so much more per unit of work than `cheapest`: 0.25 is a quarter. */
  readonly steadinessMayCost: number;
}

/** What a type would cost and give. Prices are dollars an hour with EMR's fee. */
export interface RatedType {
  readonly type: CatalogueType;
  readonly weightUnits: number;
  readonly spotUsdPerUnitHour: number;
  readonly onDemandUsdPerUnitHour: number;
  /** Dollars an hour on spot per unit of work: price over speed, the reference type's speed per unit being 1. */
  readonly spotUsdPerWorkHour: number;
  readonly onDemandUsdPerWorkHour: number;
  /** Speed per unit against the reference type. */
  readonly relativeSpeed: number;
  /** Expected losses of one instance in a month of running, by its band; the last band's where the band is not known. */
  readonly lossesPerMonth: number;
  /** What those losses cost per unit of work and hour, in dollars (`LossModel`). */
  readonly lossUsdPerWorkHour: number;
}

export interface ChosenType extends RatedType {
  /**
   * Share of the capacity, as work it can do, that is planned for it, 0–1. EMR is never told: its allocation strategy
   * decides at each launch. It is what prices and losses of the plan are worked out with.
   */
  readonly share: number;
  /** The same share in units, as EMR counts: a fast type does the same work with fewer. */
  readonly shareOfUnits: number;
  readonly reasons: readonly PlanReason[];
}

export interface LeftType {
  readonly type: CatalogueType;
  /** Absent where a figure was missing that rating needs. */
  readonly rated?: RatedType;
  readonly reasons: readonly PlanReason[];
}

export interface Plan {
  readonly question: PlanQuestion;
  /** The largest share first. */
  readonly chosen: readonly ChosenType[];
  /** Every other type of the catalogue, by name. */
  readonly left: readonly LeftType[];
  /** Units of the mix that do the work of the load. */
  readonly unitsForLoad: number;
  /** Spot dollars an hour for the load, EMR's fee included. */
  readonly spotUsdPerHour: number;
  readonly onDemandUsdPerHour: number;
  /** Mean spot dollars an hour per unit of work, as the shares have it. */
  readonly spotUsdPerWorkHour: number;
  /** The same if EMR took everything from the cheapest, or from the dearest, type of the plan: no allocation is outside. */
  readonly spotUsdPerWorkHourBetween: readonly [number, number];
  readonly onDemandUsdPerWorkHour: number;
  /** The same for `r5.4xlarge` alone, where the catalogue has it. */
  readonly referenceUsdPerWorkHour?: number;
  /** Largest share of the capacity that goes when the one largest pool goes. */
  readonly largestPoolShare: number;
  /** Share of the capacity by family, the largest first. */
  readonly familyShares: readonly { readonly family: string; readonly share: number }[];
  readonly architectures: readonly Architecture[];
  /** Smallest and largest GiB of memory per vCPU among the chosen. */
  readonly memoryPerVcpuGib: readonly [number, number];
  /** Expected share of the capacity lost in a month. */
  readonly lossesPerMonth: number;
  readonly notices: readonly PlanReason[];
}

/** Something wrong with what was asked, or with the catalogue for what was asked. */
export interface PlanProblem {
  readonly where: keyof PlanQuestion | 'catalogue';
  /** First character of the filter that it is about, from 1. */
  readonly at?: number;
  readonly given: string;
  /** What was expected, and what to do where that is not the same. */
  readonly expected: string;
  /** What works, the nearest first; empty where nothing is near. */
  readonly nearest: readonly string[];
}

export type PlanAnswer =
  | { readonly plan: Plan; readonly problems?: undefined }
  | { readonly plan?: undefined; readonly problems: readonly PlanProblem[] };
