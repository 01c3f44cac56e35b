/** The points of the chart: every candidate that has a price and a speed. */
import type { ChosenType, LeftType, Plan, RatedType } from '../portfolio/model.ts';
import { planSentence } from '../portfolio/reasons.ts';
import { dollars, factor, percent } from './html.ts';

export interface Point {
  readonly rated: RatedType;
  /** Place in the list of the chosen, from 1; absent for a type that was left. */
  readonly number?: number;
  /** What is told of it, a line each. */
  readonly lines: readonly string[];
}

const figures = (rated: RatedType): readonly string[] => [
  `${rated.type.vcpu} vCPU, ${rated.type.memoryGib} GiB, ${rated.type.arch}, weight ${rated.weightUnits}`,
  `speed ${factor(rated.relativeSpeed)}, ${dollars(rated.spotUsdPerUnitHour)} a unit and hour`,
  `${dollars(rated.spotUsdPerWorkHour)} per unit of work`,
];

const chosenPoint = (chosen: ChosenType, index: number): Point => ({
  rated: chosen,
  number: index + 1,
  lines: [
    `${index + 1}. ${chosen.type.name}: taken, ${percent(chosen.share)} of the capacity`,
    ...figures(chosen),
    ...chosen.reasons.map(planSentence),
  ],
});

const leftPoint = (rated: RatedType, left: LeftType): Point => ({
  rated,
  lines: [`${left.type.name}: left`, ...figures(rated), ...left.reasons.map(planSentence)],
});

/** Whether the filter let it pass: what nobody asked for is no candidate. */
export const isCandidate = ({ reasons }: LeftType): boolean => reasons.every(({ code }) => code !== 'filtered');

/** Chosen first, in the order of the plan; the others by their price per unit of work. */
export const pointsOf = (plan: Plan): readonly Point[] => [
  ...plan.chosen.map((chosen, index) => chosenPoint(chosen, index)),
  ...plan.left
    .filter(isCandidate)
    .flatMap((left) => (left.rated === undefined ? [] : [leftPoint(left.rated, left)]))
    .toSorted((first, second) => first.rated.spotUsdPerWorkHour - second.rated.spotUsdPerWorkHour),
];
