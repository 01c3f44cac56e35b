/** The points of the run: all of them at first, fewer of the older ones as the run gets long. */
import type { Point } from '../protocol.ts';
import { thin } from './thin.ts';

/** More are not drawn. A day of ticks every 15 s has 5,760. */
export const MOST_POINTS = 6000;
/** Never thinned: three hours of ticks every 15 s. */
const RECENT_POINTS = 720;
/** What is kept of the older ones; half, so that thinning is rare. */
const OLDER_POINTS = 2640;

const shortened = (points: readonly Point[]): readonly Point[] => {
  if (points.length <= MOST_POINTS) return points;
  return [...thin(points.slice(0, -RECENT_POINTS), OLDER_POINTS), ...points.slice(-RECENT_POINTS)];
};

/** A tick told twice counts once, as told last; charts need rising times. */
const inOrder = (points: readonly Point[]): Point[] => {
  const kept: Point[] = [];
  for (const point of points) {
    const last = kept.at(-1);
    if (last !== undefined && point.at < last.at) continue;
    if (last?.at === point.at) kept.pop();
    kept.push(point);
  }
  return kept;
};

/** The points with newer ones behind them, at most `MOST_POINTS`. */
export const extended = (points: readonly Point[], newer: readonly Point[]): readonly Point[] => {
  if (newer.length === 0) return points;
  const first = newer[0]?.at ?? 0;
  const known = points.at(-1)?.at ?? Number.NEGATIVE_INFINITY;
  if (first > known) return shortened([...points, ...inOrder(newer)]);
  return shortened(inOrder([...points, ...newer]));
};
