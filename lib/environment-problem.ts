/** Mistakes in an environment's file, as sentences. */
import { nearestName } from '../lambdas/core/policy/nearest.ts';
import { lineOf, type PolicyProblem } from '../lambdas/core/policy/problems.ts';

export type Path = readonly (string | number)[];

/** A mistake: where it is, what was given, what was expected, and what to do where that does not follow. */
export interface EnvironmentProblem extends PolicyProblem {
  readonly remedy?: string;
}

const MOST_SHOWN = 120;

/** A value as it is shown in a problem. */
export const shownValue = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length <= MOST_SHOWN ? text : `${text.slice(0, MOST_SHOWN)}…`;
};

/** @param given the value; undefined: nothing was given */
export const problemAt = (path: Path, given: unknown, expected: string, remedy?: string): EnvironmentProblem => ({
  path,
  ...(given === undefined ? {} : { given: shownValue(given) }),
  expected,
  ...(remedy === undefined ? {} : { remedy }),
});

/** The same problems, of a value that stands further down. */
export const under = (path: Path, problems: readonly EnvironmentProblem[]): EnvironmentProblem[] =>
  problems.map((problem) => ({ ...problem, path: [...path, ...problem.path] }));

/**
 * A name that nothing has: with the nearest that there is.
 * @param kind what the names are of, as in "one of the networks"
 */
export const noSuchName = (
  path: Path,
  given: unknown,
  names: readonly string[],
  kind: string,
  remedy: string,
): EnvironmentProblem => {
  const near = typeof given === 'string' ? nearestName(given, names) : undefined;
  const others = near === undefined ? names : names.filter((name) => name !== near);
  const known = others.length === 0 ? `of ${kind}; there is none` : `of ${kind}: ${others.join(', ')}`;
  if (near === undefined) return problemAt(path, given, `one ${known}`, remedy);
  return problemAt(path, given, others.length === 0 ? `"${near}"` : `"${near}", or another ${known}`, remedy);
};

const PLAIN_KEY = /^[\w$@:/.+= -]+$/;

const shownKey = (key: string | number): string => {
  const text = String(key);
  return PLAIN_KEY.test(text) ? text : JSON.stringify(text);
};

/** One line for people: `clusters.apps.find.id: "x" was given, expected an id …; what to do`. */
export const sentenceOf = ({ path, remedy, ...problem }: EnvironmentProblem): string => {
  const line = lineOf({ ...problem, path: path.length === 0 ? ['the environment'] : path.map(shownKey) });
  return (remedy === undefined ? line : `${line}; ${remedy}`).replaceAll(/\p{Cc}/gu, ' ');
};
