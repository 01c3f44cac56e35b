/** Types whose memory per vCPU is alike: workers of one cluster are given the same share of every query. */
import type { RatedType } from './model.ts';

/** The most memory per vCPU over the least, among the workers of one cluster. */
export const MEMORY_SPAN = 1.25;
/** 7.625 × 1.25 is not to be lost to a last digit. */
const SLACK = 1 + 1e-9;

const memoryOf = ({ type }: RatedType): number => type.memoryGib / type.vcpu;

/**
 * Every group of types within a quarter of each other that is part of no larger one; of these, only those with as many
 * types as are wanted, or the largest where none has.
 */
export const memoryGroups = (rated: readonly RatedType[], typesAtLeast: number): readonly RatedType[][] => {
  const sorted = rated.toSorted((a, b) => memoryOf(a) - memoryOf(b));
  const groups: RatedType[][] = [];
  let end = 0;
  sorted.forEach((first, start) => {
    const before = end;
    while (end < sorted.length && memoryOf(sorted[end] ?? first) <= memoryOf(first) * MEMORY_SPAN * SLACK) end++;
    if (end > before) groups.push(sorted.slice(start, end));
  });
  const most = Math.max(0, ...groups.map((group) => group.length));
  const wanted = Math.min(typesAtLeast, most);
  return groups.filter((group) => group.length >= wanted);
};
