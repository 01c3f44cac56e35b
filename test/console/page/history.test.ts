/** Runs that are longer than a chart. */
import { extended, MOST_POINTS } from '../../../console/page/history.ts';
import { thin } from '../../../console/page/thin.ts';
import type { Point } from '../../../console/protocol.ts';

const point = (tick: number, before: Partial<Point> = {}): Point => ({
  at: tick * 15,
  wantedUnits: 10,
  targetUnits: 10,
  readyUnits: 10,
  arrivingUnits: 0,
  drainingUnits: 0,
  runningQueries: 5,
  waitingQueries: 0,
  delayP95Seconds: 1,
  endedQueries: tick,
  failedQueries: 0,
  failedBy: { interrupted: 0, removed: 0, other: 0 },
  onDemand: { targetUnits: 0, runningUnits: 0 },
  spot: { targetUnits: 10, runningUnits: 10 },
  lateQueries: 0,
  usd: tick,
  fixedUsd: null,
  allOnDemandUsd: 2 * tick,
  ...before,
});

const ticks = (from: number, count: number): Point[] => Array.from({ length: count }, (_, i) => point(from + i));

const times = (points: readonly Point[]): number[] => points.map(({ at }) => at / 15);

const rising = (points: readonly Point[]): boolean =>
  points.every(({ at }, index) => index === 0 || at > (points[index - 1]?.at ?? 0));

describe('extended', () => {
  test('a day of ticks every 15 s → all of them', () => {
    expect(extended([], ticks(0, 5760))).toHaveLength(5760);
  });

  test('a month, tick by tick → never more than the limit, in order, from the first to the last', () => {
    let points: readonly Point[] = [];
    let most = 0;
    for (let tick = 0; tick < 30 * 5760; tick += 240) {
      points = extended(points, ticks(tick, 240));
      most = Math.max(most, points.length);
    }
    expect(most).toBeLessThanOrEqual(MOST_POINTS);
    expect(rising(points)).toBe(true);
    expect([times(points)[0], times(points).at(-1)]).toEqual([0, 30 * 5760 - 1]);
  });

  test('a week → the last three hours are whole, and no hour before is empty', () => {
    let points: readonly Point[] = [];
    for (let tick = 0; tick < 7 * 5760; tick += 240) points = extended(points, ticks(tick, 240));
    expect(times(points).slice(-720)).toEqual(times(ticks(7 * 5760 - 720, 720)));
    const hours = new Set(points.map(({ at }) => Math.floor(at / 3600)));
    expect(hours.size).toBe(7 * 24);
  });

  test('a tick told twice → once, as told last', () => {
    const again = point(4, { readyUnits: 99 });
    expect(extended(ticks(0, 5), [again, point(5)])).toEqual([...ticks(0, 4), again, point(5)]);
  });

  test('ticks from before → left out', () => {
    expect(times(extended(ticks(0, 5), [point(2), point(5)]))).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test('nothing new → the same points', () => {
    const points = ticks(0, 3);
    expect(extended(points, [])).toBe(points);
  });
});

describe('thin', () => {
  test('a peak of one tick survives, in whichever line it is', () => {
    const lines = [
      'wantedUnits',
      'targetUnits',
      'readyUnits',
      'arrivingUnits',
      'runningQueries',
      'waitingQueries',
    ] as const;
    for (const line of lines) {
      const points = ticks(0, 5000).map((one, tick) => (tick === 2345 ? { ...one, [line]: 90 } : one));
      expect(thin(points, 500).some((kept) => kept[line] === 90)).toBe(true);
    }
  });

  test('every point kept is a real one', () => {
    const points = ticks(0, 1000);
    const real = new Set(points);
    const kept = thin(points, 100);
    expect(kept.length).toBeLessThanOrEqual(100);
    expect(kept.every((one) => real.has(one))).toBe(true);
  });

  test('dense at its end → thinned evenly in time', () => {
    const points = [...ticks(0, 4000).filter((_, index) => index % 10 === 0), ...ticks(4000, 4000)];
    const kept = times(thin(points, 400));
    const early = kept.filter((tick) => tick < 4000).length;
    expect(early).toBeGreaterThan(150);
    expect(early).toBeLessThan(250);
  });

  test('few points, or a hole in time → nothing is invented', () => {
    expect(thin(ticks(0, 10), 100)).toEqual(ticks(0, 10));
    const holed = [...ticks(0, 200), ...ticks(10_000, 200)];
    const kept = times(thin(holed, 50));
    expect(kept.some((tick) => tick > 200 && tick < 10_000)).toBe(false);
    expect([kept[0], kept.at(-1)]).toEqual([0, 10_199]);
  });
});
