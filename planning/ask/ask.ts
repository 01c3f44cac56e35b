/** From what a person gives to a plan: one way for the command and for the construct, so that both choose the same. */
import type { Catalogue } from '../catalogue/model.ts';
import { CatalogueError } from '../catalogue/problems.ts';
import { readCatalogue } from '../catalogue/read.ts';
import { shippedCatalogue } from '../catalogue/shipped.ts';
import { parseFilter } from '../portfolio/filter/parse.ts';
import type { Plan, PlanQuestion } from '../portfolio/model.ts';
import { plan } from '../portfolio/plan.ts';
import { DEFAULT_QUESTION } from '../portfolio/question.ts';
import { type Names, problemText } from './problem-text.ts';

/** What is asked; what is absent has its default. */
export interface Ask {
  /** Path of a catalogue. Absent: the shipped one. */
  readonly catalogue?: string | undefined;
  readonly question: Readonly<{ [Key in keyof PlanQuestion]?: PlanQuestion[Key] | undefined }>;
}

export type Asked =
  | { readonly plan: Plan; readonly catalogue: Catalogue; readonly mistakes?: undefined }
  | { readonly plan?: undefined; readonly catalogue?: undefined; readonly mistakes: readonly string[] };

const given = <Fields extends object>(fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Fields;

const questionOf = ({ question }: Ask): PlanQuestion => ({ ...DEFAULT_QUESTION, ...given(question) }) as PlanQuestion;

/** The catalogue, or what is wrong with its file. */
const catalogueOf = ({ catalogue }: Ask): Catalogue | readonly string[] => {
  try {
    return catalogue === undefined ? shippedCatalogue() : readCatalogue(catalogue);
  } catch (error) {
    if (error instanceof CatalogueError) return error.message.split('\n');
    throw error;
  }
};

const isList = (value: Catalogue | readonly string[]): value is readonly string[] => Array.isArray(value);

/** What is wrong with a filter whatever the catalogue: told beside a catalogue that cannot be read. */
const filterMistakes = (filter: string, names: Names): readonly string[] =>
  (parseFilter(filter).problems ?? []).map((problem) => problemText(problem, names));

/**
 * Makes the plan that is asked for.
 * @param names what the fields are called where they were given, for the mistakes
 * @returns the plan, or every mistake, a sentence each
 */
export const ask = (asked: Ask, names: Names): Asked => {
  const question = questionOf(asked);
  const catalogue = catalogueOf(asked);
  if (isList(catalogue)) return { mistakes: [...catalogue, ...filterMistakes(question.filter, names)] };
  const answer = plan(catalogue, question);
  return answer.plan === undefined
    ? { mistakes: answer.problems.map((problem) => problemText(problem, names)) }
    : { plan: answer.plan, catalogue };
};
