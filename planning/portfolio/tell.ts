/** Why each type was taken or left. */
import { familyOf } from '../catalogue/model.ts';
import type { LeftType, PlanQuestion, RatedType } from './model.ts';
import type { Mix } from './objectives.ts';
import { limitsOf } from './objectives.ts';
import type { Judged } from './rate.ts';
import type { PlanReason } from './reasons.ts';

const SAME = 1e-6;
const percent = (share: number): number => Math.round(share * 1000) / 10;
const memoryOf = ({ type }: RatedType): number => type.memoryGib / type.vcpu;

/** What sentences about a mix are made from. */
export interface Told {
  readonly mix: Mix;
  readonly question: PlanQuestion;
  /** Place of each candidate of the mix's memory by price per unit of work, from 1. */
  readonly ranks: ReadonlyMap<string, number>;
  readonly familyShares: ReadonlyMap<string, number>;
  readonly meanUsdPerWorkHour: number;
  readonly memoryPerVcpuGib: readonly [number, number];
}

/** Ranks, sums and means of a mix. */
export const toldOf = (mix: Mix, question: PlanQuestion): Told => {
  const { candidates, selection } = mix;
  const byPrice = candidates.rated.toSorted((a, b) => a.spotUsdPerWorkHour - b.spotUsdPerWorkHour);
  const familyShares = new Map<string, number>();
  const taken = selection.taken.flatMap(({ index, share }) => {
    const rated = candidates.rated[index];
    return rated === undefined ? [] : [{ rated, share }];
  });
  for (const { rated, share } of taken) {
    const family = familyOf(rated.type.name);
    familyShares.set(family, (familyShares.get(family) ?? 0) + share);
  }
  const memory = taken.map(({ rated }) => memoryOf(rated));
  return {
    mix,
    question,
    ranks: new Map(byPrice.map((rated, index) => [rated.type.name, index + 1])),
    familyShares,
    meanUsdPerWorkHour: taken.reduce((sum, { rated, share }) => sum + share * rated.spotUsdPerWorkHour, 0),
    memoryPerVcpuGib: [Math.min(...memory), Math.max(...memory)],
  };
};

const familyIsFull = (told: Told, family: string): boolean =>
  (told.familyShares.get(family) ?? 0) >= told.mix.selection.limits.familyMost - SAME;

const rankOf = (told: Told, rated: RatedType) => ({
  rank: told.ranks.get(rated.type.name) ?? 0,
  candidates: told.ranks.size,
  usdPerWorkHour: rated.spotUsdPerWorkHour,
});

/** What is not known for sure of a type that is taken. */
const doubts = ({ type, lossesPerMonth }: RatedType): readonly PlanReason[] => {
  const reasons: PlanReason[] = [];
  if (type.interruptionBand === undefined) reasons.push({ code: 'band-unknown', numbers: { lossesPerMonth } });
  if (type.emrSupported === undefined) reasons.push({ code: 'support-unknown', numbers: {} });
  if (/^t\d/.test(type.name)) reasons.push({ code: 'burstable', numbers: {} });
  return reasons;
};

/** Why a type was taken, with so much of the capacity. */
export const takenReasons = (told: Told, rated: RatedType, index: number, share: number): readonly PlanReason[] => {
  const { selection } = told.mix;
  const family = familyOf(rated.type.name);
  const reasons: PlanReason[] = [{ code: 'price-rank', numbers: rankOf(told, rated) }];
  if (told.question.objective === 'steadiest' && rated.lossesPerMonth < told.question.losses.lossesPerMonth[4]) {
    reasons.push({ code: 'few-losses', numbers: { lossesPerMonth: rated.lossesPerMonth } });
  }
  if (share >= selection.limits.most - SAME)
    reasons.push({ code: 'at-type-limit', numbers: { share: percent(share) } });
  if (familyIsFull(told, family)) {
    reasons.push({ code: 'at-family-limit', numbers: { family, share: percent(told.familyShares.get(family) ?? 0) } });
  }
  if (selection.forSpread.has(index)) reasons.push({ code: 'for-spread', numbers: { types: selection.taken.length } });
  return [...reasons, ...doubts(rated)];
};

const rounded = (value: number): number => Math.round(value * 100) / 100;

/** Why a type that could have been taken was not. */
const passedOver = (told: Told, rated: RatedType): PlanReason => {
  const [from, to] = told.memoryPerVcpuGib;
  if (!told.ranks.has(rated.type.name)) {
    const numbers = { gibPerVcpu: rounded(memoryOf(rated)), from: rounded(from), to: rounded(to) };
    return { code: 'other-memory', numbers };
  }
  const family = familyOf(rated.type.name);
  const above = rated.spotUsdPerWorkHour / told.meanUsdPerWorkHour - 1;
  const { taken } = told.mix.selection;
  const dearest = Math.max(
    ...taken.map(({ index }) => told.mix.candidates.rated[index]?.spotUsdPerWorkHour ?? Number.NEGATIVE_INFINITY),
  );
  if (rated.spotUsdPerWorkHour < dearest) {
    if (familyIsFull(told, family)) return { code: 'family-full', numbers: { family } };
    if (told.question.objective !== 'cheapest') {
      return { code: 'more-losses', numbers: { lossesPerMonth: rated.lossesPerMonth } };
    }
    if (taken.length >= told.question.typesAtMost) return { code: 'types-at-most', numbers: { types: taken.length } };
  }
  return { code: 'dearer', numbers: { ...rankOf(told, rated), percent: percent(above) } };
};

/** Every type that was not taken, by name, with the reasons. */
export const leftTypes = (told: Told, judged: readonly Judged[], taken: ReadonlySet<string>): readonly LeftType[] =>
  judged
    .filter((one) => !taken.has(one.type.name))
    .map(({ type, rated, against }): LeftType => {
      const reasons = against.length > 0 || rated === undefined ? against : [passedOver(told, rated)];
      return rated === undefined ? { type, reasons } : { type, rated, reasons };
    })
    .toSorted((a, b) => (a.type.name < b.type.name ? -1 : 1));

/** Limits that had to give way because there are too few types or families. */
export const raisedLimits = ({ mix, question }: Told): readonly PlanReason[] => {
  const wished = limitsOf(question);
  const { limits, taken } = mix.selection;
  const families = new Set(taken.map(({ index }) => mix.candidates.families[index])).size;
  const reasons: PlanReason[] = [];
  if (limits.most > wished.most + SAME) {
    const numbers = { types: taken.length, share: percent(limits.most), wanted: percent(wished.most) };
    reasons.push({ code: 'type-share-raised', numbers });
  }
  if (limits.familyMost > wished.familyMost + SAME) {
    const numbers = { families, share: percent(limits.familyMost), wanted: percent(wished.familyMost) };
    reasons.push({ code: 'family-share-raised', numbers });
  }
  return reasons;
};
