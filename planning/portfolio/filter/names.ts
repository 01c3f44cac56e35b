/** Names that a filter asks for and that are not to be had. */
import { type CatalogueType, familyOf, nearestFamilies } from '../../catalogue/model.ts';
import type { PlanProblem } from '../model.ts';
import type { Judged } from '../rate.ts';
import { type Condition, globPattern } from './conditions.ts';

const MOST_NEAR = 3;

const isAskedFor = (condition: Condition): boolean =>
  condition.piece.operator === '=' && (condition.key.name === 'type' || condition.key.name === 'family');

const problemOf = (condition: Condition, given: string, expected: string, nearest: readonly string[]): PlanProblem => ({
  where: 'filter',
  at: condition.piece.valueAt,
  given,
  expected,
  nearest,
});

/** How unlike two types are as workers: sizes as factors of two, a generation or a letter of the family as one. */
const unlike = (wanted: CatalogueType, other: CatalogueType): number => {
  const factor = (a: number, b: number): number => Math.abs(Math.log2(a / b));
  const size = factor(wanted.vcpu, other.vcpu) + factor(wanted.memoryGib / wanted.vcpu, other.memoryGib / other.vcpu);
  const [a, b] = [familyOf(wanted.name), familyOf(other.name)];
  return 2 * size + (wanted.arch === other.arch ? 0 : 1) + (a === b ? 0 : 0.25) + (a[0] === b[0] ? 0 : 0.25);
};

const nearestTypes = (wanted: CatalogueType, usable: readonly CatalogueType[]): readonly string[] =>
  usable
    .map((type) => ({ name: type.name, far: unlike(wanted, type) }))
    .toSorted((a, b) => a.far - b.far || (a.name < b.name ? -1 : 1))
    .slice(0, MOST_NEAR)
    .map(({ name }) => name);

const unknownName = (condition: Condition, glob: string, judged: readonly Judged[]): PlanProblem => {
  const types = judged.map((one) => one.type);
  const nearest = nearestFamilies(glob.replaceAll('*', ''), types);
  const what = condition.key.name === 'family' ? 'a family' : 'a type';
  const sized = glob.includes('.') && !glob.includes('*') ? glob.split('.')[1] : undefined;
  const named =
    condition.key.name === 'type' && sized !== undefined
      ? nearest.map((family) => `${family}.${sized}`).filter((name) => types.some((type) => type.name === name))
      : [];
  const works =
    named.length > 0 || condition.key.name === 'family' ? [...named] : nearest.map((family) => `${family}.*`);
  return problemOf(
    condition,
    glob,
    `${what} that the catalogue has: ${types.length} types of ${new Set(types.map((type) => familyOf(type.name))).size} families`,
    condition.key.name === 'family' ? nearest : works,
  );
};

/** All that a name stands for is refused by EMR, so it cannot have been meant. */
const unsupportedName = (
  condition: Condition,
  glob: string,
  meant: readonly Judged[],
  judged: readonly Judged[],
): PlanProblem | undefined => {
  const refused = meant.flatMap((one) => one.against.filter((reason) => reason.code === 'not-supported').slice(0, 1));
  const [wanted] = meant;
  const [reason] = refused;
  if (wanted === undefined || reason === undefined || refused.length < meant.length) return undefined;
  const usable = judged.filter((one) => one.against.length === 0).map((one) => one.type);
  const near = nearestTypes(wanted.type, usable);
  const nearest = condition.key.name === 'family' ? [...new Set(near.map(familyOf))] : near;
  const what = condition.key.name === 'family' ? 'a family' : 'a type';
  return problemOf(condition, glob, `${what} that EMR offers${reason.numbers['forRelease']}`, nearest);
};

/**
 * Problems of names that a filter asks for with `type=` and `family=`: those that the catalogue does not have, and those that
 * EMR does not offer. What is left out with `!=` may be anything.
 */
export const nameProblems = (conditions: readonly Condition[], judged: readonly Judged[]): readonly PlanProblem[] =>
  conditions.filter(isAskedFor).flatMap((condition) =>
    condition.piece.values.flatMap((value) => {
      const glob = value.toLowerCase();
      const pattern = globPattern(glob);
      const nameOf = (name: string): string => (condition.key.name === 'family' ? familyOf(name) : name);
      const meant = judged.filter((one) => pattern.test(nameOf(one.type.name)));
      if (meant.length === 0) return [unknownName(condition, glob, judged)];
      return unsupportedName(condition, glob, meant, judged) ?? [];
    }),
  );
