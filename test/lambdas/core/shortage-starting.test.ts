/** Spot that EMR has launched and does not count yet: it must not be bought a second time as on-demand. */

import type { SpotMemory } from '../../../lambdas/core/memory.ts';
import { isFallbackNear, wantsPoolsRead } from '../../../lambdas/core/pools.ts';
import { at, codesOf, facts, fleet, memory, policyWith, pools } from './builders.ts';
import { drive, type Moment, running, type Ticked } from './drive.ts';

const FALLBACK = policyWith({ markets: { fallbackMaximumUnits: 100, fallbackAfterSeconds: 900 } });

/** 40 units are wanted from the first tick, and EMR shows 10 as provisioned all the time. */
const counted = (seconds: number, read: (moment: Moment) => ReturnType<typeof pools> | undefined): readonly Ticked[] =>
  drive({
    units: 10,
    seconds,
    policy: FALLBACK,
    sample: running(() => 40),
    pools: read,
    before: ({ fleet: simulated }) => {
      simulated.spotLimit = 10;
    },
  });

/** What on-demand has stood in for by a time. */
const standIns = (ticks: readonly Ticked[]): number =>
  Math.max(0, ...ticks.map(({ decision }) => Number(decision.command?.targets.onDemandUnits ?? 0)));

const fallbackAt = (ticks: readonly Ticked[]): number | undefined =>
  ticks.find(({ decision }) => codesOf(decision).includes('fallback-on-demand'))?.seconds;

test('nobody looked at the instances → all that is not counted is missing', () => {
  expect(standIns(counted(1200, () => undefined))).toBe(30);
});

test('the instances show that all of it starts → nothing stands in for it', () => {
  const ticks = counted(1200, ({ seconds }) => (seconds % 240 === 0 ? pools([20, 20], seconds) : undefined));
  expect(fallbackAt(ticks)).toBeUndefined();
});

test('ten of the thirty start → on-demand stands in for the others only', () => {
  const ticks = counted(1200, ({ seconds }) => (seconds % 240 === 0 ? pools([10, 10], seconds) : undefined));
  expect(standIns(ticks)).toBe(20);
});

test('they were seen to start and never came → after five minutes they count as missing again', () => {
  const ticks = counted(2400, ({ seconds }) => (seconds === 840 ? pools([20, 20], 840) : undefined));
  const fell = fallbackAt(ticks) ?? 0;
  expect(fell).toBeGreaterThan(840 + 300);
  expect(fell).toBeLessThanOrEqual(840 + 300 + 900 + 60);
});

describe('a growth that stands in EMR’s queue behind another resize', () => {
  /** Ten units of spot; 20 are asked for at 0 s and 30 from 600 s on, while EMR still works on the twenty until `endsAt`. */
  const queued = (endsAt: number): readonly Ticked[] =>
    drive({
      units: 10,
      seconds: 3000,
      readEveryTick: true,
      policy: policyWith({
        markets: { fallbackMaximumUnits: 100, fallbackAfterSeconds: 600 },
        resize: { spotTimeoutMinutes: 10, smallestGrowthShare: 0 },
      }),
      sample: running((seconds) => (seconds < 600 ? 20 : 30)),
      before: ({ fleet: simulated, seconds }) => {
        simulated.spotLimit = seconds < endsAt ? 20 : 1000;
        if (seconds > 60 && seconds < endsAt) simulated.status = 'resizing';
        else delete simulated.status;
      },
    });
  const sentAt = (ticks: readonly Ticked[]): number =>
    ticks.find(({ decision }) => Number(decision.command?.targets.spotUnits ?? 0) > 20)?.seconds ?? Number.NaN;

  test('… which ends twelve minutes later → nothing stands in for what EMR has not begun', () => {
    const ticks = queued(1350);
    expect(sentAt(ticks)).toBeLessThan(1000);
    expect(fallbackAt(ticks)).toBeUndefined();
  });

  test('… which never ends → after the time of one resize and the fallback time on-demand stands in all the same', () => {
    const ticks = queued(10_000);
    const fell = fallbackAt(ticks) ?? Number.NaN;
    expect(fell).toBeGreaterThanOrEqual(sentAt(ticks) + 600 + 600);
    expect(fell).toBeLessThanOrEqual(sentAt(ticks) + 600 + 600 + 60);
  });
});

describe('the instances are looked at before a fallback', () => {
  const spot = (given: Partial<SpotMemory>): SpotMemory =>
    ({ targets: [], standInUnits: 0, probeWaitSeconds: 300, ...given }) as SpotMemory;
  const short = (given: Parameters<typeof memory>[0] = {}) =>
    memory({ fleet: fleet(), spot: spot({ deficitSince: at(0) }), ...given });
  const wants = (known: ReturnType<typeof memory>, seconds: number): boolean =>
    wantsPoolsRead(known, FALLBACK, facts(), undefined, at(seconds));

  test.each([
    ['short for 839 s of 900 → not yet, and one type needs no read', short(), 839, false],
    ['short for 840 s → now', short(), 840, true],
    ['looked at 239 s ago → those that start are known', short({ pools: pools([10], 661) }), 900, false],
    ['looked at 240 s ago → again, before that read is too old', short({ pools: pools([10], 660) }), 900, true],
    [
      'the last look failed a minute ago → the fallback does not wait for it',
      short({ poolsFailed: { at: at(840), fault: 'throttled' } }),
      900,
      false,
    ],
    ['nothing is missing → not', memory({ fleet: fleet(), spot: spot({}) }), 900, false],
  ])('%s', (_, known, seconds, expected) => {
    expect(wants(known, seconds)).toBe(expected);
  });

  test('nothing may stand in for spot → nobody has to look before', () => {
    const never = policyWith({ markets: { fallbackMaximumUnits: 0, fallbackAfterSeconds: 900 } });
    expect(wantsPoolsRead(short(), never, facts(), undefined, at(900))).toBe(false);
  });

  test('its calls go with those of growth', () => {
    expect(isFallbackNear(short(), FALLBACK, at(840))).toBe(true);
    expect(isFallbackNear(short(), FALLBACK, at(839))).toBe(false);
  });
});

describe('on-demand that a shrink left above the mix counts in the cap', () => {
  const wishes = policyWith({
    capacity: { minimumUnits: 2, maximumUnits: 60 },
    markets: { onDemandShare: 0.3, fallbackMaximumUnits: 5, fallbackAfterSeconds: 900 },
    scaleIn: { mode: 'retried' },
  });
  const aboveShare = (onDemand: number, spotUnits: number): number =>
    onDemand - Math.ceil(0.3 * (onDemand + spotUnits) - 1e-9);

  test('whatever comes after it, what stands in and what is left over are no more than may stand in, once more is bought', () => {
    const ticks = drive({
      units: 20,
      seconds: 9000,
      policy: wishes,
      sample: running((seconds) => (seconds < 600 ? 40 : seconds < 4500 ? 12 : 30)),
      before: ({ fleet: simulated, seconds }) => {
        simulated.spotLimit = seconds < 2500 ? 1000 : 4;
      },
    });
    const raised = ticks.flatMap(({ decision }) => {
      const { before, command } = decision;
      if (before === undefined || command === undefined) return [];
      const { onDemandUnits, spotUnits } = command.targets;
      return onDemandUnits > before.onDemandUnits ? [aboveShare(onDemandUnits, spotUnits)] : [];
    });
    expect(raised.length).toBeGreaterThan(0);
    expect(Math.max(...raised)).toBeLessThanOrEqual(5);
  });
});
