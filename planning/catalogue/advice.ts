/** What is the matter with a type that somebody named, and what comes nearest to it. */
import { distance } from 'fastest-levenshtein';
import { type Catalogue, type CatalogueType, familyOf, nearestFamilies } from './model.ts';

/** Why a name cannot be used, with types or families that can. */
export interface TypeAdvice {
  readonly why: 'unknown-family' | 'unknown-size' | 'not-supported';
  /** Families for an unknown one, else types; the nearest first, at most three. */
  readonly nearest: readonly string[];
  /** A sentence for people. */
  readonly text: string;
}

const MOST_NEAR = 3;

const isOffered = ({ emrSupported }: CatalogueType): boolean => emrSupported !== false;

/** Like the wanted one: as many vCPUs before as much memory before the same processor before a name that looks alike. */
const unlikeness = (wanted: CatalogueType, type: CatalogueType): readonly number[] => [
  Math.abs(Math.log2(type.vcpu / wanted.vcpu)),
  Math.abs(Math.log2(type.memoryGib / wanted.memoryGib)),
  type.arch === wanted.arch ? 0 : 1,
  distance(type.name, wanted.name),
];

const compared = (a: readonly number[], b: readonly number[]): number => {
  const index = a.findIndex((value, at) => value !== b[at]);
  return index < 0 ? 0 : (a[index] ?? 0) - (b[index] ?? 0);
};

/** Types that EMR offers and that are most like one. */
export const likeTypes = (wanted: CatalogueType, { types }: Pick<Catalogue, 'types'>): readonly string[] =>
  types
    .filter((type) => isOffered(type) && type.name !== wanted.name)
    .map((type) => ({ name: type.name, unlikeness: unlikeness(wanted, type) }))
    .toSorted((a, b) => compared(a.unlikeness, b.unlikeness) || a.name.localeCompare(b.name))
    .slice(0, MOST_NEAR)
    .map(({ name }) => name);

const unknownFamily = (name: string, { types }: Catalogue): TypeAdvice => {
  const nearest = nearestFamilies(name, types);
  const text = `The catalogue has no family ${familyOf(name)}; nearest: ${nearest.join(', ') || 'none'}.`;
  return { why: 'unknown-family', nearest, text };
};

const unknownSize = (name: string, family: readonly CatalogueType[]): TypeAdvice => {
  const names = family.filter(isOffered).map((type) => type.name);
  const nearest = names.toSorted((a, b) => distance(name, a) - distance(name, b)).slice(0, MOST_NEAR);
  const text = `The catalogue has no type ${name}; of its family: ${nearest.join(', ') || 'none that EMR supports'}.`;
  return { why: 'unknown-size', nearest, text };
};

/** @returns undefined for a type that the catalogue has and that EMR, as far as is known, supports */
export const adviceOn = (name: string, catalogue: Catalogue): TypeAdvice | undefined => {
  const found = catalogue.types.find((type) => type.name === name);
  if (found === undefined) {
    const family = catalogue.types.filter((type) => familyOf(type.name) === familyOf(name));
    return family.length === 0 ? unknownFamily(name, catalogue) : unknownSize(name, family);
  }
  if (isOffered(found)) return undefined;
  const nearest = likeTypes(found, catalogue);
  const where = catalogue.release === undefined ? catalogue.region : `${catalogue.release} in ${catalogue.region}`;
  const text = `EMR does not support ${name} (${where}); most like it: ${nearest.join(', ') || 'none'}.`;
  return { why: 'not-supported', nearest, text };
};
