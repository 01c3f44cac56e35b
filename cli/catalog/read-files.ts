/** Files that commands about catalogues are given: every mistake in all of them at once. */
import { resolve } from 'node:path';
import type { FactsOf } from '../../planning/catalogue/facts.ts';
import type { Catalogue } from '../../planning/catalogue/model.ts';
import { CatalogueError } from '../../planning/catalogue/problems.ts';
import { readCatalogue } from '../../planning/catalogue/read.ts';
import { shippedCatalogue } from '../../planning/catalogue/shipped.ts';
import { readFacts } from '../../planning/catalogue/sources/recognise.ts';
import { WrongError } from '../program/exit.ts';
import type { Io } from '../program/io.ts';

/** What can be read of each file, and what is wrong with the others. */
const readAll = <Value>(paths: readonly string[], read: (path: string) => Value): readonly Value[] => {
  const wrong: string[] = [];
  const values = paths.flatMap((path) => {
    try {
      return [read(path)];
    } catch (error) {
      if (!(error instanceof CatalogueError)) throw error;
      wrong.push(error.message);
      return [];
    }
  });
  if (wrong.length > 0) throw new WrongError(wrong.join('\n'));
  return values;
};

/**
 * Files of facts, as their content tells what they are.
 * @throws WrongError with every mistake
 */
export const readFactFiles = (paths: readonly string[], region: string, io: Io): readonly FactsOf[] =>
  readAll(paths, (path) => readFacts(resolve(io.folder, path), region));

/**
 * The catalogue of a file, or the shipped one.
 * @throws WrongError with every mistake in it
 */
export const openCatalogue = (path: string | undefined, io: Io): Catalogue => {
  if (path === undefined) return shippedCatalogue();
  const [catalogue] = readAll([path], (one) => readCatalogue(resolve(io.folder, one)));
  return catalogue as Catalogue;
};
