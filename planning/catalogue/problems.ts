/** What is wrong with a catalogue or with a file that one is made of: all of it at once. */
import { distance } from 'fastest-levenshtein';
import type * as z from 'zod/mini';

export interface CatalogueProblem {
  /** Keys from the top, e.g. `['types', 3, 'vcpu']`; for a table `['line 4', 'vcpu']`. */
  readonly path: readonly (string | number)[];
  /** The value given, as JSON; absent when nothing was given. */
  readonly given?: string;
  readonly expected: string;
}

const MOST_PRINTED = 50;
const MOST_SHOWN = 80;

/** A value as it is shown in a problem. */
export const given = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length <= MOST_SHOWN ? text : `${text.slice(0, MOST_SHOWN)}…`;
};

/** One problem on one line: where, what was given, what was expected. */
export const describeCatalogueProblem = (file: string, { path, given: value, expected }: CatalogueProblem): string => {
  const place = path.length === 0 ? file : `${file}: ${path.join('.')}`;
  return `${place}: ${value === undefined ? 'nothing given' : `given ${value}`}; expected ${expected}`;
};

/** A file cannot be used. Carries every problem; its message prints the first fifty, one a line, and what to do. */
export class CatalogueError extends Error {
  override readonly name = 'CatalogueError';
  readonly file: string;
  readonly problems: readonly CatalogueProblem[];

  /** @param remedy what to do, a sentence */
  constructor(file: string, problems: readonly CatalogueProblem[], remedy = `Correct ${file}, or leave it out.`) {
    const lines = problems.slice(0, MOST_PRINTED).map((problem) => describeCatalogueProblem(file, problem));
    const more = problems.length > MOST_PRINTED ? [`… and ${problems.length - MOST_PRINTED} more`] : [];
    super([...lines, ...more, remedy].join('\n'));
    this.file = file;
    this.problems = problems;
  }
}

const NOUNS: Readonly<Record<string, string>> = {
  number: 'a number',
  int: 'a whole number',
  string: 'a text',
  object: 'an object { … }',
  record: 'an object { … }',
  array: 'a list [ … ]',
  boolean: 'true or false',
};

const limit = (issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig): string => {
  if (issue.code === 'too_big') return `at most ${issue.maximum}`;
  if (issue.origin === 'string') return 'a text that is not empty';
  if (issue.origin === 'array') return `at least ${issue.minimum} of them`;
  return issue.inclusive === false ? `more than ${issue.minimum}` : `at least ${issue.minimum}`;
};

const expectedOf = (issue: z.core.$ZodIssue): string => {
  switch (issue.code) {
    case 'invalid_type':
      return NOUNS[issue.expected] ?? issue.expected;
    case 'too_small':
    case 'too_big':
      return limit(issue);
    case 'invalid_value':
      return `one of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`;
    default:
      return issue.message;
  }
};

const valueAt = (root: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    root,
  );

const keysOf = (path: readonly PropertyKey[]): (string | number)[] =>
  path.map((key) => (typeof key === 'number' ? key : String(key)));

/** The nearest of the known keys, if it is near enough to have been meant. */
const nearKey = (key: string, known: readonly string[]): string => {
  const [near] = known.toSorted((a, b) => distance(key, a) - distance(key, b));
  return near !== undefined && distance(key, near) <= Math.max(2, key.length / 3) ? `: did you mean ${near}?` : '';
};

/**
 * Every problem that a schema found.
 * @param known every key that a catalogue has anywhere, for what may have been meant
 */
export const problemsOf = (
  issues: readonly z.core.$ZodIssue[],
  root: unknown,
  known: readonly string[],
): readonly CatalogueProblem[] =>
  issues.flatMap((issue): CatalogueProblem[] => {
    const path = keysOf(issue.path);
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        path: [...path, key],
        given: given(valueAt(root, [...issue.path, key])),
        expected: `no such key${nearKey(key, known)}`,
      }));
    }
    const value = valueAt(root, issue.path);
    return [{ path, ...(value === undefined ? {} : { given: given(value) }), expected: expectedOf(issue) }];
  });
