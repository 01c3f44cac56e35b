/** Problems of a question as sentences. */
import type { PlanProblem } from '../portfolio/model.ts';

/** What each field is called where people give it. */
export type Names = Readonly<Partial<Record<PlanProblem['where'], string>>>;

const MOST_GIVEN = 60;

const quoted = (text: string): string =>
  JSON.stringify(text.length <= MOST_GIVEN ? text : `${text.slice(0, MOST_GIVEN)}…`);

/** One line: where, what was given, what was expected, what is nearest. */
export const problemText = ({ where, at, given, expected, nearest }: PlanProblem, names: Names): string => {
  const place = `${names[where] ?? where}${at === undefined ? '' : `, character ${at}`}`;
  const near = nearest.length === 0 ? '' : ` Nearest: ${nearest.join(', ')}.`;
  return `${place}: ${quoted(given)}; expected ${expected.replace(/\.$/, '')}.${near}`;
};
