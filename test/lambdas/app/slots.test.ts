/** When clusters are looked at: each at its own second of a slot, for ever the same. */
import fc from 'fast-check';
import { offsetOf, slotsAfter } from '../../../lambdas/app/slots.ts';
import { epochSeconds } from '../../../lambdas/core/quantities.ts';
import { LATE_SECONDS } from '../../../lambdas/handlers/reconcile.ts';
import { CLUSTER } from '../../../local/system-wiring.ts';
import { NOON } from '../core/builders.ts';

/** Retention of the tick queue; the stack's own test holds it there. */
const RETENTION_SECONDS = 180;

const slotSeconds = fc.constantFrom(5, 10, 12, 15, 20, 30, 60);
const moments = fc.double({ min: 0, max: 59.999, noNaN: true }).map((seconds) => epochSeconds(NOON + seconds));

/** A name whose ticks are so many seconds into a slot of 15 s. */
const clusterAt = (offset: number): string => {
  const found = Array.from({ length: 1000 }, (_, index) => `c${index}`).find((name) => offsetOf(name, 15) === offset);
  if (found === undefined) throw new Error(`no name has the offset ${offset}`);
  return found;
};

const ticksAfter = (seconds: number, offset: number, catchUp = false): number[] =>
  slotsAfter(epochSeconds(NOON + seconds), clusterAt(offset), 15, catchUp).map((slot) => slot - NOON);

describe('the slots of the next minute', () => {
  test.each([
    ['on the minute', 0],
    ['in the middle of a minute', 31.5],
    ['a moment before the next', 59.999],
  ])('%s → absolute times, the same whenever in the minute it is asked', (_, seconds) => {
    expect(ticksAfter(seconds, 0)).toEqual([60, 75, 90, 105]);
    expect(ticksAfter(seconds, 4)).toEqual([64, 79, 94, 109]);
    expect(ticksAfter(seconds, 14)).toEqual([74, 89, 104, 119]);
  });
});

describe('the slots after a dispatch that failed', () => {
  test.each([
    ['20 s into the minute', 20, 0, [30, 45, 60, 75, 90, 105]],
    ['on a slot', 30, 0, [30, 45, 60, 75, 90, 105]],
    ['after the last slot of the minute', 46, 0, [60, 75, 90, 105]],
    ['before the cluster’s second of this slot', 17, 4, [19, 34, 49, 64, 79, 94, 109]],
    ['after it', 20, 4, [34, 49, 64, 79, 94, 109]],
    ['before the last of the minute', 58.5, 14, [59, 74, 89, 104, 119]],
  ])('%s → also what is left of this minute', (_, seconds, offset, slots) => {
    expect(ticksAfter(seconds, offset, true)).toEqual(slots);
  });
});

test('any name, slot and moment → a wake-up is less than 120 s away, and would be dropped as late before the queue drops it', () => {
  fc.assert(
    fc.property(fc.string(), slotSeconds, moments, fc.boolean(), (name, slot, now, catchUp) => {
      const delays = slotsAfter(now, name, slot, catchUp).map((one) => one - now);
      expect(Math.max(...delays)).toBeLessThan(120);
      expect(Math.min(...delays)).toBeGreaterThanOrEqual(0);
      expect(Math.ceil(Math.max(...delays)) + LATE_SECONDS).toBeLessThan(RETENTION_SECONDS);
    }),
  );
});

test('minute after minute, any one of them failed → every slot has come once, a slot apart', () => {
  fc.assert(
    fc.property(fc.string(), slotSeconds, fc.integer({ min: 1, max: 8 }), (name, slot, failed) => {
      const minutes = Array.from({ length: 10 }, (_, minute) => minute).filter((minute) => minute !== failed);
      const slots = minutes.flatMap((minute) =>
        slotsAfter(epochSeconds(NOON + 60 * minute), name, slot, minute === failed + 1),
      );
      const gaps = slots.slice(1).map((one, index) => one - (slots[index] ?? 0));
      expect(new Set(gaps)).toEqual(new Set(slots.length > 1 ? [slot] : []));
    }),
  );
});

test.each([
  ['numbered', (index: number) => `cluster-${String(index + 1).padStart(4, '0')}`],
  ['by team', (index: number) => `team-${index}-adhoc`],
  ['of one letter more each', (index: number) => 'x'.repeat(index + 1)],
])('a hundred clusters, names %s → no second of a slot has more than three times its share', (_, nameOf) => {
  const counts = new Map<number, number>();
  for (let index = 0; index < 100; index += 1) {
    const offset = offsetOf(nameOf(index), 15);
    counts.set(offset, (counts.get(offset) ?? 0) + 1);
  }
  expect(counts.size).toBeGreaterThanOrEqual(13);
  expect(Math.max(...counts.values())).toBeLessThanOrEqual(20);
});

test('the offset of a name never changes: it would shift every cluster at a deploy', () => {
  expect(['adhoc', 'etl', 'cluster-0001', ''].map((name) => offsetOf(name, 15))).toEqual([1, 12, 11, 8]);
});

test('the cluster of a local run → ticks at the begin of each slot, however long a slot is', () => {
  expect([5, 10, 12, 15, 20, 30, 60].map((seconds) => offsetOf(CLUSTER, seconds))).toEqual([0, 0, 0, 0, 0, 0, 0]);
});
