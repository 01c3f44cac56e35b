import {
  DEFAULT_LAG_P95_SECONDS,
  DEFAULT_LAG_SECONDS,
  startTiming,
  stopTiming,
  tailLag,
  typicalLag,
  watchArrival,
} from '../../../lambdas/core/lag.ts';
import type { LagMemory } from '../../../lambdas/core/memory.ts';
import { at, policyWith } from './builders.ts';
import { commandsOf, drive, running } from './drive.ts';

const nothing: LagMemory = { halfSeconds: [], tailSeconds: [] };
const timing = startTiming(nothing, at(0), 160, 640);

test('before anything was seen → 300 s, and 480 s for nearly all', () => {
  expect([typicalLag(nothing), tailLag(nothing)]).toEqual([DEFAULT_LAG_SECONDS, DEFAULT_LAG_P95_SECONDS]);
});

test('a growth from 160 to 640 cores: half after 200 s, 95 % after 290 s → learned', () => {
  const steps: [number, number][] = [
    [100, 300],
    [200, 400],
    [250, 600],
    [290, 616],
  ];
  const known = steps.reduce((lag, [seconds, ready]) => watchArrival(lag, ready, at(seconds)), timing);
  expect(known).toEqual({ halfSeconds: [200], tailSeconds: [290] });
});

test('everything comes at once → both at the same moment, and the timing ends', () => {
  expect(watchArrival(timing, 640, at(240))).toEqual({ halfSeconds: [240], tailSeconds: [240] });
});

test.each([
  ['ready cores unknown', watchArrival(timing, undefined, at(200))],
  ['fewer than half', watchArrival(timing, 399, at(200))],
])('%s → still timing, nothing learned', (_, lag) => {
  expect(lag).toEqual(timing);
});

test('never more than half comes → given up after half an hour, no tail is invented', () => {
  const half = watchArrival(timing, 500, at(300));
  expect(watchArrival(half, 500, at(1800))).toEqual(half);
  expect(watchArrival(half, 500, at(1801))).toEqual({ halfSeconds: [300], tailSeconds: [] });
});

test('a second growth while one is timed → the first goes on, they cannot be told apart', () => {
  expect(startTiming(timing, at(60), 200, 900)).toEqual(timing);
});

test('a growth of nothing is not timed', () => {
  expect(startTiming(nothing, at(0), 640, 640)).toEqual(nothing);
});

test('the target was lowered meanwhile → timing stops, what was learned stays', () => {
  expect(stopTiming({ ...timing, halfSeconds: [100] })).toEqual({ halfSeconds: [100], tailSeconds: [] });
});

test('the typical lag is the median of the last eight, the tail is the largest', () => {
  const known = { halfSeconds: [900, 100, 200, 300, 400, 500, 600, 700], tailSeconds: [400, 900, 500] };
  expect([typicalLag(known), tailLag(known)]).toEqual([400, 900]);
});

test('a ninth growth → the oldest is forgotten', () => {
  const eight = { ...timing, halfSeconds: [1, 2, 3, 4, 5, 6, 7, 8], tailSeconds: [1, 2, 3, 4, 5, 6, 7, 8] };
  expect(watchArrival(eight, 640, at(9))).toEqual({
    halfSeconds: [2, 3, 4, 5, 6, 7, 8, 9],
    tailSeconds: [2, 3, 4, 5, 6, 7, 8, 9],
  });
});

test('what was asked for never comes and is asked for again → the timing ends: it would measure the market, not the start', () => {
  const ticks = drive({
    seconds: 900,
    policy: policyWith({ markets: { fallbackMaximumUnits: 0 } }),
    sample: running((seconds) => (seconds < 60 ? 10 : 40)),
    before: ({ fleet }) => {
      fleet.spotLimit = 10;
    },
  });
  expect(commandsOf(ticks).length).toBeGreaterThan(1);
  expect(ticks.at(-1)?.memory.lag).toEqual(nothing);
});

test('a cluster whose workers take 180 s to start → that is what is learned from the first growth', () => {
  const ticks = drive({ seconds: 600, sample: running((seconds) => (seconds < 60 ? 10 : 40)) });
  expect(commandsOf(ticks)).toEqual([[60, 40]]);
  expect(ticks.at(-1)?.memory.lag).toEqual({ halfSeconds: [180], tailSeconds: [180] });
});
