/** Sliding maxima and minima in a short list, so that a long window costs a few numbers in memory. */
import type { UnitsAt } from './decision.ts';
import { type EpochSeconds, type Units, units } from './quantities.ts';

/** Entries of a window; a hold of 15 minutes at a tick every 15 s needs 60. */
const MOST_ENTRIES = 64;

/**
 * Joins the two neighbours that together cover the shortest time: the older, more extreme value stands until the
 * younger's end. The oldest entry is left alone, or it would never end.
 */
const joinShortest = (window: readonly UnitsAt[]): UnitsAt[] => {
  const startOf = (index: number): number => window[index - 1]?.[0] ?? 0;
  const spans = window.slice(2).map(([at], index) => at - startOf(index + 1));
  const first = spans.indexOf(Math.min(...spans)) + 1;
  return window.flatMap((entry, index): UnitsAt[] => {
    if (index === first) return [];
    return index === first + 1 ? [[entry[0], window[first]?.[1] ?? entry[1]]] : [entry];
  });
};

const pushed = (
  window: readonly UnitsAt[],
  at: EpochSeconds,
  value: Units,
  seconds: number,
  beats: (kept: number, value: number) => boolean,
): UnitsAt[] => {
  const oldest = at - seconds;
  const kept = window.filter((entry) => entry[0] >= oldest && beats(entry[1], value));
  const joined = kept.length < MOST_ENTRIES ? kept : joinShortest(kept);
  return [...joined, [at, value]];
};

/** Adds a value to a window of falling maxima; the first entry is the largest of the last `seconds`. */
export const pushMaximum = (window: readonly UnitsAt[], at: EpochSeconds, value: Units, seconds: number): UnitsAt[] =>
  pushed(window, at, value, seconds, (kept, added) => kept > added);

/** Adds a value to a window of rising minima; the first entry is the smallest of the last `seconds`. */
export const pushMinimum = (window: readonly UnitsAt[], at: EpochSeconds, value: Units, seconds: number): UnitsAt[] =>
  pushed(window, at, value, seconds, (kept, added) => kept < added);

/** The extreme that a window holds; 0 when nothing is in it. */
export const extreme = (window: readonly UnitsAt[]): Units => window[0]?.[1] ?? units(0);
