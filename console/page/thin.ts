/**
 * Makes a long run short enough to draw. Largest-triangle-three-buckets (Steinarsson, "Downsampling Time Series for
 * Visual Representation", 2013), with buckets of equal time and the triangles of all lines added up, so that every
 * point kept is a real one and a peak of one tick survives.
 */
import type { Point } from '../protocol.ts';

type Key = 'wantedUnits' | 'targetUnits' | 'readyUnits' | 'arrivingUnits' | 'runningQueries' | 'waitingQueries';

const KEYS: readonly Key[] = [
  'wantedUnits',
  'targetUnits',
  'readyUnits',
  'arrivingUnits',
  'runningQueries',
  'waitingQueries',
];

/** What is not known draws nothing, and stands out no more than what is 0. */
const drawn = (point: Point, key: 'at' | Key): number => point[key] ?? 0;

/** Lines of different size count the same. */
const scalesOf = (points: readonly Point[]): readonly { key: Key; scale: number }[] =>
  KEYS.map((key) => ({ key, scale: 1 / points.reduce((most, point) => Math.max(most, drawn(point, key)), 1e-9) }));

const bucketsOf = (points: readonly Point[], count: number): readonly (readonly Point[])[] => {
  const first = points[0]?.at ?? 0;
  const width = ((points.at(-1)?.at ?? 0) - first) / count || 1;
  const buckets: Point[][] = [];
  for (const point of points) {
    const index = Math.min(count - 1, Math.floor((point.at - first) / width));
    const bucket = buckets[index] ?? [];
    buckets[index] = bucket;
    bucket.push(point);
  }
  // Where nothing was told for a while there are holes.
  return buckets.filter((bucket) => bucket !== undefined);
};

const meanOf = (bucket: readonly Point[], key: 'at' | Key): number =>
  bucket.reduce((sum, point) => sum + drawn(point, key), 0) / bucket.length;

/** The point of a bucket that stands out most between the one chosen before and what comes next. */
const standingOut = (
  bucket: readonly Point[],
  before: Point,
  next: readonly Point[],
  scales: readonly { key: Key; scale: number }[],
): Point | undefined => {
  const nextAt = meanOf(next, 'at');
  const sides = scales.map(({ key, scale }) => ({ key, scale, nextValue: meanOf(next, key) }));
  let best: { point: Point; area: number } | undefined;
  for (const point of bucket) {
    let area = 0;
    for (const { key, scale, nextValue } of sides) {
      const rise = (before.at - nextAt) * (drawn(point, key) - drawn(before, key));
      const run = (before.at - point.at) * (nextValue - drawn(before, key));
      area += Math.abs(rise - run) * scale;
    }
    if (best === undefined || area > best.area) best = { point, area };
  }
  return best?.point;
};

/** At most so many of the points, in order, the first and the last among them. */
export const thin = (points: readonly Point[], most: number): readonly Point[] => {
  const [first] = points;
  const last = points.at(-1);
  if (points.length <= most || first === undefined || last === undefined) return points;
  const buckets = bucketsOf(points.slice(1, -1), most - 2);
  const scales = scalesOf(points);
  const kept = [first];
  let before = first;
  buckets.forEach((bucket, index) => {
    before = standingOut(bucket, before, buckets[index + 1] ?? [last], scales) ?? before;
    kept.push(before);
  });
  return [...kept, last];
};
