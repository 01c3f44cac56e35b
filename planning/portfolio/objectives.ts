/** What each objective minimises, and the mix that does. */
import type { Objective, PlanQuestion, RatedType } from './model.ts';
import { familyIndices } from './rate.ts';
import { type Counts, type Selection, select } from './select.ts';
import type { Limits } from './spread.ts';

/**
 * What having everything in one type costs, as a share of the price (of a loss a month for `steadiest`). With n types of the
 * same share it is this divided by n. It also says how far a price moves the mix: 1 % moves a share by 0.01 / (2 × this).
 */
export const EVENNESS: Readonly<Record<Objective, number>> = { cheapest: 0.1, balanced: 1, steadiest: 0.5 };

/** The smallest share of a type that takes part; less where many types must. */
const SMALLEST_SHARE = 0.02;
const PRICE_STEPS = 20;
const MOST_DOUBLINGS = 40;

/** Types that could be chosen together, in a fixed order. */
export interface Candidates {
  readonly rated: readonly RatedType[];
  readonly families: readonly number[];
}

/** A mix of candidates and what it comes to. */
export interface Mix {
  readonly candidates: Candidates;
  readonly selection: Selection;
  /** What the objective minimises; comparable among mixes of one question. */
  readonly value: number;
}

/** Candidates in the order of their names, which decides among equals. */
export const candidatesOf = (rated: readonly RatedType[]): Candidates => {
  const sorted = rated.toSorted((a, b) => (a.type.name < b.type.name ? -1 : 1));
  return { rated: sorted, families: familyIndices(sorted) };
};

/** The limits that a question sets. */
export const limitsOf = (question: PlanQuestion): Limits => ({
  least: Math.min(SMALLEST_SHARE, 0.5 / question.typesAtLeast),
  most: question.largestShare,
  familyMost: Math.max(question.largestFamilyShare, question.largestShare),
});

const countsOf = (question: PlanQuestion): Counts => ({ atLeast: question.typesAtLeast, atMost: question.typesAtMost });

/** Σ figure × share. */
export const meanOf = ({ candidates, selection }: Omit<Mix, 'value'>, figure: (rated: RatedType) => number): number =>
  selection.taken.reduce((sum, { index, share }) => {
    const rated = candidates.rated[index];
    return rated === undefined ? sum : sum + share * figure(rated);
  }, 0);

const priceOf = (rated: RatedType): number => rated.spotUsdPerWorkHour;

/** Price of a type as an objective sees it. */
export const costOf = (objective: Exclude<Objective, 'steadiest'>, rated: RatedType): number =>
  objective === 'cheapest' ? rated.spotUsdPerWorkHour : rated.spotUsdPerWorkHour + rated.lossUsdPerWorkHour;

/** What evenness is a share of: the mean of as many cheapest types as there must be, so that no one price moves it much. */
export const usualPrice = (costs: readonly number[], types: number): number => {
  const cheapest = costs.toSorted((a, b) => a - b).slice(0, types);
  return cheapest.reduce((sum, cost) => sum + cost, 0) / cheapest.length;
};

const squares = ({ taken }: Selection): number => taken.reduce((sum, { share }) => sum + share * share, 0);

const byPrice = (candidates: Candidates, question: PlanQuestion, objective: 'cheapest' | 'balanced'): Mix => {
  const costs = candidates.rated.map((rated) => costOf(objective, rated));
  const evenness = EVENNESS[objective] * usualPrice(costs, question.typesAtLeast);
  const things = { costs, families: candidates.families };
  const selection = select(things, limitsOf(question), countsOf(question), evenness);
  const mix = { candidates, selection };
  return { ...mix, value: meanOf(mix, (rated) => costOf(objective, rated)) + evenness * squares(selection) };
};

/** The steadiest mix of which a dollar more is worth `weight` losses: 0 asks for no price at all. */
const byLosses = (candidates: Candidates, question: PlanQuestion, weight: number): Mix => {
  const costs = candidates.rated.map((rated) => rated.lossesPerMonth + weight * priceOf(rated));
  const worst = question.losses.lossesPerMonth[4];
  const evenness = EVENNESS.steadiest * worst;
  const things = { costs, families: candidates.families };
  const selection = select(things, limitsOf(question), countsOf(question), evenness);
  const mix = { candidates, selection };
  return { ...mix, value: meanOf(mix, (rated) => rated.lossesPerMonth) + evenness * squares(selection) };
};

/** Losses first, as far as the price stays within the bound. `undefined`: these candidates cannot keep it. */
const steadiest = (candidates: Candidates, question: PlanQuestion, boundUsd: number): Mix | undefined => {
  const within = (mix: Mix): boolean => meanOf(mix, priceOf) <= boundUsd;
  const at = (weight: number): Mix => byLosses(candidates, question, weight);
  let best = at(0);
  if (within(best)) return best;
  let high = 1 / boundUsd;
  for (let step = 0; step < MOST_DOUBLINGS && !within(at(high)); step++) high *= 2;
  best = at(high);
  if (!within(best)) return undefined;
  let low = 0;
  for (let step = 0; step < PRICE_STEPS; step++) {
    const middle = (low + high) / 2;
    const mix = at(middle);
    if (within(mix)) {
      best = mix;
      high = middle;
    } else low = middle;
  }
  return best;
};

const leastValue = (mixes: readonly Mix[]): Mix | undefined =>
  mixes.reduce<Mix | undefined>((best, mix) => (best === undefined || mix.value < best.value ? mix : best), undefined);

/** The best mix of any of the groups, each of which could be a cluster. `undefined` only where there is none. */
export const bestMix = (groups: readonly Candidates[], question: PlanQuestion): Mix | undefined => {
  const { objective } = question;
  if (objective !== 'steadiest') return leastValue(groups.map((group) => byPrice(group, question, objective)));
  const cheapest = groups.map((group) => byPrice(group, question, 'cheapest'));
  const lowest = Math.min(...cheapest.map((mix) => meanOf(mix, priceOf)));
  const boundUsd = lowest * (1 + question.steadinessMayCost);
  // A group that cannot keep the bound with its cheapest mix is not searched for a steady one.
  const able = cheapest.filter((mix) => meanOf(mix, priceOf) <= boundUsd);
  const found = leastValue(able.flatMap((mix) => steadiest(mix.candidates, question, boundUsd) ?? []));
  return found ?? leastValue(cheapest);
};
