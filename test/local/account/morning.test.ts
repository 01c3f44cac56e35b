/** Ten clusters of one account, a step for all of them in the same second, and spot losses on three of them. */

import { playMorning } from '../../../local/account/morning.ts';
import { MORNING } from '../../../local/account/morning-options.ts';
import type { MorningResult } from '../../../local/account/morning-record.ts';
import { LIMITS, type Operation } from '../../../local/emr/throttle.ts';

let morning: MorningResult;
let again: MorningResult;

const SMALL = {
  ...MORNING,
  clusters: 10,
  losingShare: 0.3,
  lossAfterSeconds: 5,
  stepAtSeconds: 420,
  untilSeconds: 900,
};

beforeAll(async () => {
  morning = await playMorning(SMALL);
  again = await playMorning({ ...SMALL });
}, 300_000);

test('every slot of every cluster has its tick; none is late, none expires', () => {
  expect(morning.slots.due).toBe(10 * ((900 - 120) / 15));
  expect(morning.slots).toMatchObject({ missed: 0, droppedLate: 0, expired: 0 });
});

test('EMR refuses nothing, and no handler fails', () => {
  expect(Object.values(morning.emr).map(({ throttled }) => throttled)).toEqual(Object.keys(morning.emr).map(() => 0));
  expect(morning.failures).toEqual({});
});

test('calls stay within what the buckets of the whole run hold', () => {
  for (const [operation, { calls }] of Object.entries(morning.emr)) {
    const { burst, refillPerSecond } = LIMITS[operation as Operation];
    expect(calls).toBeLessThanOrEqual(burst + refillPerSecond * SMALL.untilSeconds);
  }
});

test('every cluster grows, every loss is looked at, and losses are first', () => {
  expect(morning.unserved).toEqual([]);
  expect(morning.reaction?.count).toBe(7);
  expect(morning.lossServed?.count).toBe(3);
  // A fleet that was read less than 30 s ago is not read again; then the next tick does, and has a token kept for it.
  expect(morning.lossServed?.max).toBeLessThanOrEqual(30 + SMALL.slotSeconds + 3);
  expect(morning.refusedTicks.losing).toBeLessThan(morning.refusedTicks.others);
  expect(morning.growthBeforeLosses).toBe(0);
});

test('the same morning again → the same numbers', () => {
  expect(again).toEqual(morning);
});
