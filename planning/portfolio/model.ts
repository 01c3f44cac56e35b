/** What a plan is asked and what it answers. */
import type { CatalogueType } from '../catalogue/model.ts';

export const OBJECTIVES = ['cheapest', 'balanced', 'steadiest'] as const;
/** What is minimised: price alone, price with the price of expected losses, or losses first. */
export type Objective = (typeof OBJECTIVES)[number];

export interface PlanQuestion {
  /** Filter as people write it: `vcpu>=8 memory>=64 arch=arm64,x86_64 generation=current family!=t*`. */
  readonly filter: string;
  readonly objective: Objective;
  /** The score that speed is read from; `coremark` unless told otherwise. */
  readonly score: string;
  readonly coresPerUnit: number;
  /** The policy's maximum: the largest weight is at most 5 % of it. */
  readonly maximumUnits: number;
  /** Load that dollars an hour are told for, in units. */
  readonly loadUnits: number;
  /** Largest share of the capacity that one type may have, 0–1. */
  readonly largestShare: number;
  /** So many types where they exist; EMR takes at most 30 with an allocation strategy. */
  readonly typesAtLeast: number;
  readonly typesAtMost: number;
}

/** Why a type was taken or left: a code with the sentence's numbers. */
export interface PlanReason {
  readonly code: string;
  readonly numbers: Readonly<Record<string, number | string>>;
}

/** What a type would cost and give. Prices are dollars an hour with EMR's fee. */
export interface RatedType {
  readonly type: CatalogueType;
  readonly weightUnits: number;
  readonly spotUsdPerUnitHour: number;
  readonly onDemandUsdPerUnitHour: number;
  /** Dollars an hour on spot per unit of work: price over speed, the reference type's speed per unit being 1. */
  readonly spotUsdPerWorkHour: number;
  /** Speed per unit against the reference type. */
  readonly relativeSpeed: number;
  /** Expected losses of one instance in a month of running, by its band. */
  readonly lossesPerMonth: number;
}

export interface ChosenType extends RatedType {
  /** Share of the capacity that is expected of it, 0–1. */
  readonly share: number;
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
  readonly chosen: readonly ChosenType[];
  readonly left: readonly LeftType[];
  /** Spot dollars an hour for the load, EMR's fee included. */
  readonly spotUsdPerHour: number;
  readonly onDemandUsdPerHour: number;
  /** Mean spot dollars an hour per unit of work. */
  readonly spotUsdPerWorkHour: number;
  /** The same for `r5.4xlarge` alone, where the catalogue has it. */
  readonly referenceUsdPerWorkHour?: number;
  /** Largest share of the capacity that goes when the one largest pool goes. */
  readonly largestPoolShare: number;
  /** Expected share of the capacity lost in a month. */
  readonly lossesPerMonth: number;
  readonly notices: readonly PlanReason[];
}
