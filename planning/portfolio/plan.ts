/** Which types to buy, and how much of each is reckoned with. */
import type { Catalogue } from '../catalogue/model.ts';
import { type Found, findCandidates } from './candidates.ts';
import { memoryGroups } from './memory-groups.ts';
import type { ChosenType, Plan, PlanAnswer, PlanQuestion, RatedType } from './model.ts';
import { bestMix, candidatesOf, type Mix } from './objectives.ts';
import { REFERENCE } from './question.ts';
import { judgeType } from './rate.ts';
import type { PlanReason } from './reasons.ts';
import { leftTypes, raisedLimits, type Told, takenReasons, toldOf } from './tell.ts';

const SMALL_MAXIMUM = 20;

const mean = (chosen: readonly ChosenType[], figure: (one: ChosenType) => number): number =>
  chosen.reduce((sum, one) => sum + one.share * figure(one), 0);

const chosenTypes = (told: Told): readonly ChosenType[] => {
  const { candidates, selection } = told.mix;
  const taken = selection.taken.flatMap(({ index, share }) => {
    const rated = candidates.rated[index];
    return rated === undefined ? [] : [{ rated, index, share }];
  });
  const units = taken.reduce((sum, { rated, share }) => sum + share / rated.relativeSpeed, 0);
  return taken.map(({ rated, index, share }) => ({
    ...rated,
    share,
    shareOfUnits: share / rated.relativeSpeed / units,
    reasons: takenReasons(told, rated, index, share),
  }));
};

/** The reference type, rated even where its weight or EMR are against it. */
const referenceOf = (catalogue: Catalogue, question: PlanQuestion, { yardstick }: Found): RatedType | undefined =>
  yardstick.reference === undefined
    ? undefined
    : judgeType(yardstick.reference, question, yardstick, catalogue.release).rated;

const FIGURES = { spotUsdPerHour: 'the spot price', emrUsdPerHour: 'EMR’s fee' } as const;

const estimateNotices = (chosen: readonly ChosenType[]): readonly PlanReason[] =>
  (['spotUsdPerHour', 'emrUsdPerHour'] as const).flatMap((figure): readonly PlanReason[] => {
    const types = chosen.filter((one) => one.type.estimated?.includes(figure) === true).length;
    return types === 0 ? [] : [{ code: 'prices-estimated', numbers: { types, figures: FIGURES[figure] } }];
  });

const spreadNotices = (chosen: readonly ChosenType[], question: PlanQuestion): readonly PlanReason[] => {
  const notices: PlanReason[] = [];
  if (chosen.length < question.typesAtLeast) {
    const numbers = {
      types: chosen.length,
      wanted: question.typesAtLeast,
      advice: 'widen the filter, or choose smaller units',
    };
    notices.push({ code: 'few-types', numbers });
  }
  const architectures = [...new Set(chosen.map((one) => one.type.arch))];
  const [arch] = architectures;
  if (arch !== undefined && architectures.length === 1) notices.push({ code: 'one-architecture', numbers: { arch } });
  const unknown = chosen.filter((one) => one.type.interruptionBand === undefined).length;
  if (unknown > 0) notices.push({ code: 'bands-unknown', numbers: { types: unknown } });
  return [...notices, ...estimateNotices(chosen)];
};

const referenceNotices = (told: Told, reference: RatedType | undefined): readonly PlanReason[] => {
  const { question, memoryPerVcpuGib } = told;
  if (reference === undefined) {
    return [{ code: 'reference-missing', numbers: { reference: REFERENCE, score: question.score } }];
  }
  const referenceGibPerVcpu = reference.type.memoryGib / reference.type.vcpu;
  const [gibPerVcpu] = memoryPerVcpuGib;
  return gibPerVcpu * 1.25 >= referenceGibPerVcpu
    ? []
    : [{ code: 'less-memory', numbers: { gibPerVcpu, referenceGibPerVcpu, reference: REFERENCE } }];
};

const between = (chosen: readonly ChosenType[]): readonly [number, number] => {
  const prices = chosen.map((one) => one.spotUsdPerWorkHour);
  return [Math.min(...prices), Math.max(...prices)];
};

const noticesOf = (
  told: Told,
  chosen: readonly ChosenType[],
  reference: RatedType | undefined,
): readonly PlanReason[] => {
  const { maximumUnits } = told.question;
  const [from, to] = between(chosen);
  return [
    ...spreadNotices(chosen, told.question),
    ...raisedLimits(told),
    ...(maximumUnits < SMALL_MAXIMUM ? [{ code: 'maximum-small', numbers: { maximumUnits } } as const] : []),
    ...referenceNotices(told, reference),
    { code: 'shares-are-planned', numbers: { from, to } },
  ];
};

/** What the shares come to. */
const figuresOf = (told: Told, chosen: readonly ChosenType[]) => {
  const { loadUnits } = told.question;
  const spotUsdPerWorkHour = mean(chosen, (one) => one.spotUsdPerWorkHour);
  const onDemandUsdPerWorkHour = mean(chosen, (one) => one.onDemandUsdPerWorkHour);
  return {
    unitsForLoad: loadUnits * mean(chosen, (one) => 1 / one.relativeSpeed),
    spotUsdPerHour: loadUnits * spotUsdPerWorkHour,
    onDemandUsdPerHour: loadUnits * onDemandUsdPerWorkHour,
    spotUsdPerWorkHour,
    onDemandUsdPerWorkHour,
    spotUsdPerWorkHourBetween: between(chosen),
    largestPoolShare: Math.max(...chosen.map((one) => one.share)),
    familyShares: [...told.familyShares]
      .map(([family, share]) => ({ family, share }))
      .toSorted((a, b) => b.share - a.share || (a.family < b.family ? -1 : 1)),
    architectures: [...new Set(chosen.map((one) => one.type.arch))].toSorted(),
    memoryPerVcpuGib: told.memoryPerVcpuGib,
    lossesPerMonth: mean(chosen, (one) => one.lossesPerMonth),
  };
};

const planOf = (mix: Mix, found: Found, catalogue: Catalogue, question: PlanQuestion): Plan => {
  const told = toldOf(mix, question);
  const chosen = chosenTypes(told);
  const reference = referenceOf(catalogue, question, found);
  return {
    question,
    chosen,
    left: leftTypes(told, found.judged, new Set(chosen.map((one) => one.type.name))),
    ...figuresOf(told, chosen),
    ...(reference === undefined ? {} : { referenceUsdPerWorkHour: reference.spotUsdPerWorkHour }),
    notices: noticesOf(told, chosen, reference),
  };
};

/**
 * Chooses the types of a fleet from a catalogue. The same input gives the same plan. Never throws: what is wrong with the
 * question, its filter, or the catalogue for it comes back, all of it at once, with the nearest that works.
 */
export const plan = (catalogue: Catalogue, question: PlanQuestion): PlanAnswer => {
  const { found, problems } = findCandidates(catalogue, question);
  if (found === undefined) return { problems };
  const groups = memoryGroups(found.candidates, question.typesAtLeast).map(candidatesOf);
  const mix = bestMix(groups, question);
  if (mix === undefined) throw new Error(`no mix of ${found.candidates.length} candidates: a fault of the portfolio`);
  return { plan: planOf(mix, found, catalogue, question) };
};
