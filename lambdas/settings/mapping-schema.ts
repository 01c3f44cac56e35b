/** Mappings as they stand in a file: one schema for every kind of place, all mistakes at once, no key that is not known. */
import * as z from 'zod/mini';
import { type PolicyProblem, problemsOf } from '../core/policy/problems.ts';
import {
  type FieldPath,
  type FieldsBy,
  NEEDED_CLASS_FIELDS,
  OTHER_CLASS_FIELDS,
  placesOf,
  SAMPLE_FIELDS,
} from './mapped-fields.ts';

/** A mistake in a mapping: where it is, what was given, what was expected. */
export type MappingProblem = PolicyProblem;

export type ParsedMapping<Mapping> =
  | { readonly mapping: Mapping; readonly problems?: undefined }
  | { readonly mapping?: undefined; readonly problems: readonly MappingProblem[] };

const shapeOf = <Place extends z.core.$ZodType>(fields: readonly string[], place: Place) =>
  Object.fromEntries(fields.map((field) => [field, place]));

/**
 * @param place schema of the place of one field
 * @param others keys that a mapping has besides fields
 */
export const mappingSchema = (place: z.core.$ZodType, others: Readonly<Record<string, z.core.$ZodType>> = {}) =>
  z.strictObject({
    ...others,
    ...shapeOf(SAMPLE_FIELDS, z.optional(place)),
    all: z.optional(
      z.strictObject({
        ...shapeOf(NEEDED_CLASS_FIELDS, place),
        ...shapeOf(OTHER_CLASS_FIELDS, z.optional(place)),
      }),
    ),
  });

const pathOf = (path: FieldPath): readonly string[] => path.split('.');

/** What is wrong with the places themselves: asked only where the whole has the right shape. */
export type JudgePlace<Mapping, Place> = (place: Place, mapping: Mapping) => Omit<MappingProblem, 'path'> | undefined;

/** Reads a mapping from any value, e.g. parsed JSON. Never throws. */
export const parseMapping = <Place, Mapping extends FieldsBy<Place>>(
  value: unknown,
  schema: z.core.$ZodType,
  judge: JudgePlace<Mapping, Place>,
): ParsedMapping<Mapping> => {
  const parsed = z.safeParse(schema, value);
  if (!parsed.success) return { problems: problemsOf(value, parsed.error.issues, schema) };
  const mapping = parsed.data as Mapping;
  const places = placesOf<Place>(mapping);
  if (places.length === 0) {
    return { problems: [{ path: [], given: JSON.stringify(value), expected: 'at least one field of a sample' }] };
  }
  const problems = places.flatMap(([path, place]) => {
    const problem = judge(place, mapping);
    return problem === undefined ? [] : [{ path: pathOf(path), ...problem }];
  });
  return problems.length === 0 ? { mapping } : { problems };
};
