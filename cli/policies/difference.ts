/** What changes from one policy to another, field by field, defaults included. */
import type { Policy } from '../../lambdas/core/policy/schema.ts';

/** One field that differs; undefined where there is none. */
export interface Change {
  /** Such as `scaleIn.holdSeconds`, or `schedules.morning.units`. */
  readonly field: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Entries of a list go by their names, so that a new one in front does not change all that follow. */
const entriesOf = (value: unknown): readonly (readonly [string, unknown])[] => {
  if (isFields(value)) return Object.entries(value);
  if (!Array.isArray(value)) return [];
  return value.map((entry: unknown, index) => [
    isFields(entry) ? String(entry['name'] ?? index) : String(index),
    entry,
  ]);
};

const leaves = (value: unknown, path: string): readonly (readonly [string, unknown])[] => {
  const entries = entriesOf(value);
  if (entries.length === 0) return path === '' || typeof value === 'object' ? [] : [[path, value]];
  return entries.flatMap(([key, entry]) => leaves(entry, path === '' ? key : `${path}.${key}`));
};

/** Every field that differs, in the order of the newer policy; what is gone comes last. `$schema` is for editors only. */
export const differenceOf = (before: Policy, after: Policy): readonly Change[] => {
  const [old, young] = [new Map(leaves(before, '')), new Map(leaves(after, ''))];
  return [...new Set([...young.keys(), ...old.keys()])]
    .filter((field) => field !== '$schema' && old.get(field) !== young.get(field))
    .map((field) => ({
      field,
      ...(old.has(field) ? { before: old.get(field) } : {}),
      ...(young.has(field) ? { after: young.get(field) } : {}),
    }));
};

const valueText = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value));

/** Changes as lines: `scaleIn.holdSeconds: 900 → 600`. */
export const changeLines = (changes: readonly Change[]): readonly string[] =>
  changes.map(({ field, before, after }) => `${field}: ${valueText(before)} → ${valueText(after)}`);
