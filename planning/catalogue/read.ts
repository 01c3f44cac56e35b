/** Catalogues from files: read, or everything that is wrong with them. */
import { readFileSync } from 'node:fs';
import type { Catalogue } from './model.ts';
import { CatalogueError, type CatalogueProblem, given, problemsOf } from './problems.ts';
import { CATALOGUE_KEYS, catalogueSchema } from './schema.ts';

export type ParsedCatalogue =
  | { readonly catalogue: Catalogue; readonly problems?: undefined }
  | { readonly catalogue?: undefined; readonly problems: readonly CatalogueProblem[] };

const twice = ({ types }: Catalogue): readonly CatalogueProblem[] => {
  const first = new Map<string, number>();
  return types.flatMap(({ name }, index) => {
    const before = first.get(name);
    if (before === undefined) first.set(name, index);
    const expected = `every type once: types.${before} is it too`;
    return before === undefined ? [] : [{ path: ['types', index, 'name'], given: given(name), expected }];
  });
};

/** Judges a value as a catalogue; nothing is filled in. */
export const parseCatalogue = (value: unknown): ParsedCatalogue => {
  const parsed = catalogueSchema.safeParse(value);
  if (!parsed.success) return { problems: problemsOf(parsed.error.issues, value, CATALOGUE_KEYS) };
  // Absent keys stay absent: the schema's `undefined` never comes from JSON.
  const catalogue = parsed.data as Catalogue;
  const problems = twice(catalogue);
  return problems.length > 0 ? { problems } : { catalogue };
};

/**
 * The text of a file.
 * @throws CatalogueError when it cannot be read
 */
export const readCatalogueText = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new CatalogueError(file, [{ path: [], given: `a file that cannot be read (${code})`, expected: 'a file' }]);
  }
};

/**
 * JSON of a text.
 * @throws CatalogueError when it is none
 */
export const jsonOf = (file: string, text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CatalogueError(file, [{ path: [], given: (error as Error).message, expected: 'JSON' }]);
  }
};

/**
 * Reads a catalogue.
 * @throws CatalogueError with every problem at once
 */
export const readCatalogue = (file: string): Catalogue => {
  const { catalogue, problems } = parseCatalogue(jsonOf(file, readCatalogueText(file)));
  if (catalogue !== undefined) return catalogue;
  const remedy = `Correct ${file}, or write a new one: prestoscale catalog refresh --region REGION --out ${file}`;
  throw new CatalogueError(file, problems, remedy);
};
