/** One section of a file: what of it is sound although some of it is not. */
import * as z from 'zod/mini';
import { nearestName } from '../lambdas/core/policy/nearest.ts';
import { problemsOf } from '../lambdas/core/policy/problems.ts';
import type { EnvironmentProblem } from './environment-problem.ts';

/** What was read of a part: its sound fields, and what is wrong with the others. */
export interface Reading<Part> {
  readonly part: Part;
  readonly problems: readonly EnvironmentProblem[];
}

/** The schema of a section. */
interface Fields {
  readonly _zod: { readonly def: { readonly shape: Readonly<Record<string, z.core.$ZodType>> } };
}

/** Whether a value has keys. */
export const isSection = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The fields that are right by themselves, with their defaults. */
export const soundFields = (schema: Fields, value: unknown): Readonly<Record<string, unknown>> => {
  if (!isSection(value)) return {};
  const fields = Object.entries(schema._zod.def.shape).flatMap(([key, field]) => {
    const parsed = z.safeParse(field, value[key]);
    return parsed.success && parsed.data !== undefined ? [[key, parsed.data] as const] : [];
  });
  return Object.fromEntries(fields);
};

/** A text of a fixed form tells its form, also where it is missing; zod's own words for that begin so. */
const inOurWords = (issue: z.core.$ZodIssue): z.core.$ZodIssue =>
  issue.code === 'invalid_type' && !issue.message.startsWith('Invalid input')
    ? { ...issue, code: 'custom' as const, params: {} }
    : issue;

/** The problems of a section without those of keys that are only misspelt: they are not missing as well. */
export const withoutMisspelt = (
  schema: Fields,
  problems: readonly EnvironmentProblem[],
  value: unknown,
): EnvironmentProblem[] => {
  const known = Object.keys(schema._zod.def.shape);
  const unknown = isSection(value) ? Object.keys(value).filter((key) => !known.includes(key)) : [];
  const meant = new Set(unknown.map((key) => nearestName(key, known)));
  return problems.filter(({ path, given }) => given !== undefined || path.length !== 1 || !meant.has(String(path[0])));
};

/**
 * Reads one section.
 * @param apart keys that are read by somebody else
 */
export const readSection = (
  schema: z.core.$ZodType & Fields,
  value: unknown,
  apart: readonly string[] = [],
): Reading<Readonly<Record<string, unknown>>> => {
  const parsed = z.safeParse(schema, value);
  const issues = parsed.success ? [] : parsed.error.issues.filter(({ path }) => !apart.includes(String(path[0])));
  const fields = Object.entries(soundFields(schema, value)).filter(
    ([key]) => !apart.includes(key) && key !== '$schema',
  );
  const problems = problemsOf(value, issues.map(inOurWords), schema);
  return { part: Object.fromEntries(fields), problems: withoutMisspelt(schema, problems, value) };
};
