/** From a catalogue and a question to the types that can be chosen, or to all that stands in the way. */
import type { Catalogue, CatalogueType } from '../catalogue/model.ts';
import type { Condition } from './filter/conditions.ts';
import { nameProblems } from './filter/names.ts';
import { failing, nothingLeft } from './filter/nothing.ts';
import { nearestWords, parseFilter } from './filter/parse.ts';
import { questionProblems } from './judge-question.ts';
import type { PlanProblem, PlanQuestion, RatedType } from './model.ts';
import { type Judged, judgeType, LARGEST_WEIGHT_SHARE, type Yardstick, yardstickOf } from './rate.ts';
import type { PlanReasonCode } from './reasons.ts';

/** Every type with what speaks against it, the filter's conditions included. */
export interface Found {
  readonly yardstick: Yardstick;
  readonly judged: readonly Judged[];
  /** Those that nothing speaks against. */
  readonly candidates: readonly RatedType[];
}

export type FoundOrProblems =
  | { readonly found: Found; readonly problems?: undefined }
  | { readonly found?: undefined; readonly problems: readonly PlanProblem[] };

const emptyCatalogue = (catalogue: Catalogue): PlanProblem => ({
  where: 'catalogue',
  given: `${catalogue.types.length} types of ${catalogue.region}`,
  expected: 'at least one type: read it anew (prestoscale catalog refresh), or leave it out for the shipped one',
  nearest: [],
});

const unknownScore = (catalogue: Catalogue, score: string): PlanProblem => {
  const known = [...new Set(catalogue.types.flatMap((type) => Object.keys(type.scores)))].toSorted();
  const expected =
    known.length === 0
      ? 'a catalogue with a score of speed; this one has none'
      : `a score that the catalogue has: ${known.join(', ')}`;
  return { where: 'score', given: score, expected, nearest: nearestWords(score, known).slice(0, 1) };
};

/** Units of which most types are whole, the nearest to those given first. */
const workingUnits = (types: readonly CatalogueType[], given: number): readonly string[] => {
  const sizes = [...new Set(types.map((type) => type.vcpu))];
  return sizes
    .toSorted((a, b) => Math.abs(a - given) - Math.abs(b - given) || a - b)
    .slice(0, 1)
    .map(String);
};

const count = (judged: readonly Judged[], code: PlanReasonCode): number =>
  judged.filter((one) => one.against.some((reason) => reason.code === code)).length;

const missingText = (judged: readonly Judged[]): string => {
  const figures = new Map<string, number>();
  for (const one of judged) {
    const missing = one.against.find((reason) => reason.code === 'figure-missing')?.numbers['figures'] ?? '';
    for (const figure of String(missing)
      .split(', ')
      .filter((name) => name !== '')) {
      figures.set(figure, (figures.get(figure) ?? 0) + 1);
    }
  }
  return [...figures].map(([figure, types]) => `${types} lack ${figure}`).join(', ');
};

/** Weights are in the way of types that are sound otherwise. */
const weightProblem = (sound: readonly Judged[], question: PlanQuestion): PlanProblem => {
  const whole = sound.filter((one) => Number.isInteger(one.type.vcpu / question.coresPerUnit));
  if (whole.length === 0) {
    return {
      where: 'coresPerUnit',
      given: String(question.coresPerUnit),
      expected: `vCPU of a unit so that a type’s vCPU are a whole number of units: none of ${sound.length} types’ are`,
      nearest: workingUnits(
        sound.map((one) => one.type),
        question.coresPerUnit,
      ),
    };
  }
  const lightest = Math.min(...whole.map((one) => one.type.vcpu / question.coresPerUnit));
  return {
    where: 'maximumUnits',
    given: String(question.maximumUnits),
    expected: `so many units that the lightest type, ${lightest} units, is at most ${100 * LARGEST_WEIGHT_SHARE} % of them; or larger units (coresPerUnit)`,
    nearest: [String(Math.ceil(lightest / LARGEST_WEIGHT_SHARE))],
  };
};

/** None of these types can be used, whatever the filter says. */
const unusable = (judged: readonly Judged[], question: PlanQuestion, catalogue: Catalogue): PlanProblem => {
  const sound = judged.filter((one) => one.against.every((reason) => reason.code.startsWith('weight-')));
  if (sound.length > 0) return weightProblem(sound, question);
  const refused = count(judged, 'not-supported');
  const release = catalogue.release === undefined ? '' : ` for ${catalogue.release}`;
  const told = [
    ...(refused === 0 ? [] : [`EMR does not offer ${refused}${release}`]),
    ...(count(judged, 'figure-missing') === 0 ? [] : [missingText(judged)]),
  ];
  return {
    where: 'catalogue',
    given: `${judged.length} types of ${catalogue.region}: ${told.join('; ')}`,
    expected:
      'types that EMR offers, each with its price on-demand and on spot, EMR’s fee and its score: read them anew (prestoscale catalog refresh), or leave the catalogue out for the shipped one',
    nearest: [],
  };
};

const withFilter = (one: Judged, conditions: readonly Condition[]): Judged => {
  const failed = failing(conditions, one.type);
  if (failed.length === 0) return one;
  const told = failed.map((condition) => condition.piece.text).join(' ');
  return { ...one, against: [{ code: 'filtered', numbers: { conditions: told } }, ...one.against] };
};

const candidatesAmong = (
  judged: readonly Judged[],
  conditions: readonly Condition[],
  catalogue: Catalogue,
  question: PlanQuestion,
): readonly RatedType[] | PlanProblem => {
  const usable = judged.filter((one) => one.against.length === 0);
  if (usable.length === 0) return unusable(judged, question, catalogue);
  const candidates = usable.filter((one) => failing(conditions, one.type).length === 0);
  if (candidates.length > 0) return candidates.flatMap((one) => one.rated ?? []);
  const meant = judged.filter((one) => failing(conditions, one.type).length === 0);
  const problem = nothingLeft(
    question.filter,
    conditions,
    usable.map((one) => one.type),
  );
  if (meant.length === 0) return problem;
  const why = unusable(meant, question, catalogue);
  return { ...problem, expected: `${problem.expected}. It leaves ${meant.length} that cannot be used (${why.given})` };
};

/** Judges every type; gives all problems of question, filter and names at once. */
export const findCandidates = (catalogue: Catalogue, question: PlanQuestion): FoundOrProblems => {
  const filter = parseFilter(question.filter);
  const asked = [...questionProblems(question), ...(filter.problems ?? [])];
  if (catalogue.types.length === 0) return { problems: [...asked, emptyCatalogue(catalogue)] };
  const yardstick = yardstickOf(catalogue, question.score);
  if (yardstick === undefined) return { problems: [...asked, unknownScore(catalogue, question.score)] };
  const judged = catalogue.types.map((type) => judgeType(type, question, yardstick, catalogue.release));
  const { conditions } = filter;
  const problems = [...asked, ...nameProblems(conditions ?? [], judged)];
  if (problems.length > 0 || conditions === undefined) return { problems };
  const candidates = candidatesAmong(judged, conditions, catalogue, question);
  if ('where' in candidates) return { problems: [candidates] };
  return { found: { yardstick, judged: judged.map((one) => withFilter(one, conditions)), candidates } };
};
