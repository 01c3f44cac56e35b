/** A filter that leaves nothing: which condition was the last, and the nearest filter that leaves something. */
import type { CatalogueType } from '../../catalogue/model.ts';
import type { PlanProblem } from '../model.ts';
import type { Condition } from './conditions.ts';

const passes = (condition: Condition, type: CatalogueType): boolean => condition.admits(type) === true;

/** Conditions that a type does not meet. */
export const failing = (conditions: readonly Condition[], type: CatalogueType): readonly Condition[] =>
  conditions.filter((condition) => !passes(condition, type));

/** What the conditions do one after the other, and each alone. */
const stepsOf = (conditions: readonly Condition[], types: readonly CatalogueType[]): string => {
  let left = types;
  const steps = conditions.map((condition) => {
    const alone = types.filter((type) => !passes(condition, type)).length;
    const unknown = types.filter((type) => condition.admits(type) === undefined).length;
    const before = left.length;
    left = left.filter((type) => passes(condition, type));
    const last = before > 0 && left.length === 0 ? ', the last ones' : '';
    const unsaid = unknown === 0 ? '' : `, ${unknown} of them because it is not known`;
    return `${condition.piece.text} takes ${before - left.length} of ${before}${last} (alone ${alone} of ${types.length}${unsaid})`;
  });
  return steps.join('; ');
};

interface Near {
  readonly type: CatalogueType;
  readonly failed: readonly Condition[];
  readonly far: number;
}

const nearer = (a: Near, b: Near): number =>
  a.failed.length - b.failed.length || a.far - b.far || (a.type.name < b.type.name ? -1 : 1);

/** The filter as it has to read to leave one type that it leaves out. */
const loosened = (conditions: readonly Condition[], { type, failed }: Near): string =>
  conditions
    .flatMap((condition) => (failed.includes(condition) ? (condition.loosened(type) ?? []) : condition.piece.text))
    .join(' ');

/** The filter nearest to one that leaves nothing that leaves something: as few conditions changed, as little, as can be. */
const relaxation = (conditions: readonly Condition[], types: readonly CatalogueType[]): string | undefined => {
  const [nearest] = types
    .map((type): Near => {
      const failed = failing(conditions, type);
      return { type, failed, far: failed.reduce((sum, condition) => sum + condition.distance(type), 0) };
    })
    .toSorted(nearer);
  return nearest === undefined ? undefined : loosened(conditions, nearest);
};

/** The problem of a filter that leaves none of the types that could be used. */
export const nothingLeft = (
  filter: string,
  conditions: readonly Condition[],
  usable: readonly CatalogueType[],
): PlanProblem => {
  const nearest = relaxation(conditions, usable);
  return {
    where: 'filter',
    at: 1,
    given: filter,
    expected: `a filter that leaves at least one of the ${usable.length} types that can be used: ${stepsOf(conditions, usable)}`,
    nearest: nearest === undefined ? [] : [nearest],
  };
};
