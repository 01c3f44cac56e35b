/** What a cluster is looked for by. */
import type { ClusterCriterion } from '../settings/settings.ts';

const tagsInWords = (tags: Readonly<Record<string, string>>): string =>
  Object.entries(tags)
    .toSorted(([first], [second]) => (first < second ? -1 : 1))
    .map(([key, value]) => `${key}=${value}`)
    .join(', ');

/** A criterion in words: the same words for the same criterion, whatever the order of its tags. */
export const inWords = (find: ClusterCriterion): string => {
  if (find.id !== undefined) return `the id ${find.id}`;
  if (find.name !== undefined) return `the name ${find.name}`;
  return `the tags ${tagsInWords(find.tags)}`;
};
