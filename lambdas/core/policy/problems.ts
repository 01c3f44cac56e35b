/** From schema issues to sentences: where, what was given, what was expected, what to do. */
import type * as z from 'zod/mini';
import { nearestName } from './nearest.ts';

export interface PolicyProblem {
  /** Keys from the top, e.g. `['capacity', 'maximumUnits']`. */
  readonly path: readonly (string | number)[];
  /** The value given, as JSON; absent when nothing was given. */
  readonly given?: string;
  readonly expected: string;
}

const valueAt = (root: unknown, path: readonly PropertyKey[]): unknown => {
  let value = root;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
};

const MOST_SHOWN = 80;

const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length <= MOST_SHOWN ? text : `${text.slice(0, MOST_SHOWN)}…`;
};

const NOUNS: Readonly<Record<string, string>> = {
  number: 'a number',
  int: 'a whole number',
  string: 'a text',
  object: 'an object { … }',
  array: 'a list [ … ]',
  boolean: 'true or false',
};

const noun = (type: string): string => NOUNS[type] ?? type;

const expectedOf = (issue: z.core.$ZodIssue): string => {
  switch (issue.code) {
    case 'invalid_type':
      return noun(issue.expected);
    case 'too_small':
      return issue.origin === 'string' ? 'a text that is not empty' : `at least ${issue.minimum}`;
    case 'too_big':
      return issue.origin === 'array' ? `at most ${issue.maximum} entries` : `at most ${issue.maximum}`;
    case 'invalid_value':
      return `one of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`;
    default:
      return issue.message;
  }
};

interface Shaped {
  readonly _zod: {
    readonly def: {
      readonly shape?: Record<string, unknown>;
      readonly innerType?: unknown;
      readonly element?: unknown;
    };
  };
}

const step = (schema: Shaped | undefined, key: PropertyKey): Shaped | undefined => {
  if (schema === undefined) return undefined;
  const { shape, innerType, element } = schema._zod.def;
  if (innerType !== undefined) return step(innerType as Shaped, key);
  if (typeof key === 'number') return element as Shaped | undefined;
  return shape?.[String(key)] as Shaped | undefined;
};

const shapeKeys = (schema: Shaped | undefined): string[] => {
  if (schema === undefined) return [];
  const { shape, innerType } = schema._zod.def;
  return shape !== undefined ? Object.keys(shape) : shapeKeys(innerType as Shaped | undefined);
};

/** The keys that the section at a path knows. */
const keysAt = (schema: z.core.$ZodType, path: readonly PropertyKey[]): string[] =>
  shapeKeys(path.reduce<Shaped | undefined>((section, key) => step(section, key), schema as unknown as Shaped));

const unknownKeys = (issue: z.core.$ZodIssueUnrecognizedKeys, known: readonly string[]): PolicyProblem[] =>
  issue.keys.map((key) => {
    const near = nearestName(key, known);
    const hint = near === undefined ? `one of ${known.join(', ')}` : `${near}, or no such key`;
    return { path: [...(issue.path as (string | number)[]), key], given: `the key ${key}`, expected: hint };
  });

/**
 * All problems of a value that the schema refused.
 * @param schema what refused it; gives the known keys for suggestions
 */
export const problemsOf = (
  root: unknown,
  issues: readonly z.core.$ZodIssue[],
  schema: z.core.$ZodType,
): PolicyProblem[] =>
  issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') return unknownKeys(issue, keysAt(schema, issue.path));
    const value = valueAt(root, issue.path);
    const path = issue.path as (string | number)[];
    const given = value === undefined ? {} : { given: shown(value) };
    return [{ path, ...given, expected: expectedOf(issue) }];
  });

/** One line for people: `capacity.maximumUnits: 0 was given, expected at least 1`. */
export const lineOf = (problem: PolicyProblem): string => {
  const where = problem.path.length === 0 ? 'the policy' : problem.path.join('.');
  const given = problem.given === undefined ? 'nothing was given' : `${problem.given} was given`;
  return `${where}: ${given}, expected ${problem.expected}`;
};
