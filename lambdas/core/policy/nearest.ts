import { distance } from 'fastest-levenshtein';

/** The nearest of the names, if it is near enough to have been meant: two edits, or a third of the word. */
export const nearestName = (given: string, names: readonly string[]): string | undefined => {
  const [nearest] = names.map((name) => ({ name, edits: distance(given, name) })).toSorted((a, b) => a.edits - b.edits);
  return nearest !== undefined && nearest.edits <= Math.max(2, Math.floor(given.length / 3)) ? nearest.name : undefined;
};
