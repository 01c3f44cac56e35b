/** Facts about types as single sources tell them, before they are one catalogue. */
import type { CatalogueSource, CatalogueType } from './model.ts';

/** What one source tells of one type; everything but the name may be unknown to it. */
export interface TypeFacts extends Partial<Omit<CatalogueType, 'name' | 'estimated'>> {
  readonly name: string;
  /** What spot costs less than on demand, as a share of the on-demand price: below 1, and below 0 where it is dearer. */
  readonly spotSaving?: number;
}

/** One source and what it tells. */
export interface FactsOf {
  readonly source: CatalogueSource;
  readonly types: readonly TypeFacts[];
  /** What the source tells of every type that it does not list: a list of what is supported says what is not. */
  readonly others?: Omit<TypeFacts, 'name'>;
}

/** What a loader is told about a file. */
export interface FileContext {
  /** Name of the file, for problems and as the source. */
  readonly file: string;
  /** Region whose figures are wanted. */
  readonly region: string;
}

/** A date in the name of a file, such as `2025-06` in `spot-advisor-2025-06.json`; these files have none inside. */
export const dateInName = (file: string): string => /(\d{4}-\d{2}(-\d{2})?)(?!\d)/.exec(file)?.[1] ?? 'unknown';

/** The facts without what is unknown. */
export const known = <Facts extends object>(facts: Facts): { [Key in keyof Facts]: Exclude<Facts[Key], undefined> } =>
  Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as {
    [Key in keyof Facts]: Exclude<Facts[Key], undefined>;
  };
