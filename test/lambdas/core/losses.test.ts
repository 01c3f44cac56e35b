/** Notices of interruptions and rebalance recommendations: what they change, and what changes nothing. */
import { demandOf } from '../../../lambdas/core/demand.ts';
import { NO_DRAINS } from '../../../lambdas/core/drains.ts';
import { lastLossAt, lostUnits, watchLosses } from '../../../lambdas/core/losses.ts';
import type { CapacityLoss } from '../../../lambdas/core/model.ts';
import type { PolicyInput } from '../../../lambdas/core/policy/schema.ts';
import { at, codesOf, facts, memory, NOON, numbersOf, policyWith, queryClass, sample, workSample } from './builders.ts';
import { commandsOf, type Drive, drive, running, tickAt } from './drive.ts';

type Rebalance = NonNullable<NonNullable<PolicyInput['markets']>['rebalance']>;

/** A class that was never seen before the sample. */
const FORGETTABLE = {
  seenAt: NOON - 15,
  cpuSeconds: 0,
  finishedQueries: 0,
  finishedCpuSeconds: 0,
  live: 0,
  held: 0,
  busyCpuDecayed: 0,
  busyLiveDecayed: 0,
};

/** Of one worker of two units, 32 cores. */
const told = (id: string, seconds: number, kind?: 'rebalance'): CapacityLoss =>
  ({ id, at: at(seconds), units: 2, ...(kind === undefined ? {} : { kind }) }) as CapacityLoss;

const watched = (losses: readonly CapacityLoss[], given: { draining?: number; removed?: number } = {}) =>
  watchLosses({
    losses,
    sample: sample({ drainingCores: given.draining ?? 0 }),
    drains: { ...NO_DRAINS, removedUnits: given.removed ?? 0 },
    policy: policyWith(),
    now: at(0),
  });

describe('ready cores that are about to go', () => {
  test.each<[string, CapacityLoss[], { draining?: number; removed?: number }, number]>([
    ['nothing was told', [], {}, 0],
    ['a notice a minute ago', [told('a', -60)], {}, 32],
    ['the same notice twice', [told('a', -60), told('a', -60)], {}, 32],
    ['the same instance again half a minute later', [told('a', -60), told('a', -30)], {}, 32],
    ['two instances', [told('a', -60), told('b', -10)], {}, 64],
    ['two minutes ago: it is gone, and the sample shows it', [told('a', -120)], {}, 0],
    ['five minutes late', [told('a', -300)], {}, 0],
    ['by a clock that is a minute ahead', [told('a', 60)], {}, 32],
    ['it drains on its notice: the engine counts it as ready no more', [told('a', -60)], { draining: 32 }, 0],
    ['one of two drains', [told('a', -60), told('b', -60)], { draining: 32 }, 32],
    ['what drains was removed by a shrink, and is no loss', [told('a', -60)], { draining: 32, removed: 2 }, 32],
    ['a recommendation: it serves on', [told('a', -60, 'rebalance')], {}, 0],
    ['a recommendation and then a notice', [told('a', -90, 'rebalance'), told('a', -60)], {}, 32],
  ])('%s', (_, losses, given, cores) => {
    expect(watched(losses, given).leavingCores).toBe(cores);
  });

  test('more was told than is ready → all of it, and no more', () => {
    const many = Array.from({ length: 9 }, (_, index) => told(`i-${index}`, -10));
    expect(watched(many).leavingCores).toBe(160);
  });

  test('capacity that is always there cannot go', () => {
    const policy = policyWith({ capacity: { alwaysOnCores: 150 } });
    const losses = watchLosses({ losses: [told('a', 0)], sample: sample(), drains: NO_DRAINS, policy, now: at(0) });
    expect(losses.leavingCores).toBe(10);
  });

  test('nobody knows what is ready → nothing is taken from it', () => {
    const given = { losses: [told('a', 0)], sample: undefined, drains: NO_DRAINS, policy: policyWith(), now: at(0) };
    expect(watchLosses(given).leavingCores).toBe(0);
  });
});

describe('what keeps a shrink and asks for a look at the fleet', () => {
  test.each<[string, CapacityLoss[], number, number | undefined]>([
    ['one loss', [told('a', -60)], 2, -60],
    ['told twice → counted once', [told('a', -60), told('a', -30)], 2, -30],
    ['ten minutes ago → over', [told('a', -600)], 0, -600],
    ['a recommendation is no loss', [told('a', -60, 'rebalance')], 0, undefined],
    ['a loss, and after it a recommendation for another', [told('a', -60), told('b', -10, 'rebalance')], 2, -60],
  ])('%s', (_, losses, lost, last) => {
    expect(lostUnits(losses, at(0))).toBe(lost);
    expect(lastLossAt(losses)).toBe(last === undefined ? undefined : at(last));
  });
});

describe('demand while capacity goes', () => {
  /** 40 units serve work of 500 cores that arrives every second; of 32 of them notice is given at 600 s. */
  const losing = (losses: readonly CapacityLoss[], given: Partial<Drive> = {}) =>
    drive({
      units: 40,
      seconds: 660,
      policy: policyWith({ capacity: { maximumUnits: 200 } }),
      facts: facts(),
      sample: ({ ready, seconds }) =>
        workSample([queryClass({ live: 40, parallelismCores: 4000, finishedCpuSeconds: 500 * seconds })], {
          ...ready,
          cpuSecondsTotal: 500 * seconds,
          runningQueries: 40,
        }),
      losses: (seconds) => (seconds < 600 ? [] : losses),
      ...given,
    });
  const many = Array.from({ length: 16 }, (_, index) => told(`i-${index}`, 600));

  test('the notice counts at once, and what EMR replaces counts once as arriving', () => {
    const before = tickAt(losing(many), 585).decision.terms;
    const { decision } = tickAt(losing(many), 600);
    const { readyCores = 0, arrivingCores = 0 } = before;
    expect(readyCores).toBeGreaterThanOrEqual(640);
    expect(decision.terms).toMatchObject({ readyCores: readyCores - 512, arrivingCores: arrivingCores + 512 });
    expect(numbersOf(decision, 'spot-interrupted')).toEqual({ units: 32 });
  });

  test('every notice comes three times → the same decision, bit for bit', () => {
    expect(tickAt(losing([...many, ...many, ...many]), 660).decision).toEqual(tickAt(losing(many), 660).decision);
  });

  test('notices of instances that were gone and replaced long before → nothing but the shrink waits', () => {
    const old = many.map((one) => ({ ...one, at: at(100) }));
    const { decision } = tickAt(losing(old), 660);
    const { decision: undisturbed } = tickAt(losing([]), 660);
    expect(decision.terms.readyCores).toBe(undisturbed.terms.readyCores);
    expect(decision.targets).toEqual(undisturbed.targets);
  });

  test('a loss in the middle of a growth → what the growth brings keeps its own clock', () => {
    const live = [queryClass({ live: 100, parallelismCores: 1e6, cpuSecondsUsed: 0 })];
    const now = at(0);
    const known = memory({
      command: {
        targets: { onDemandUnits: 0, spotUnits: 80 },
        at: NOON - 200,
        grewAt: NOON - 200,
        seen: true,
        askedAgain: 0,
      },
      classes: { bi: { ...FORGETTABLE, workDecayed: 1e7, workCountDecayed: 100 } },
    });
    const policy = policyWith({ capacity: { maximumUnits: 10_000 } });
    const seen = workSample(live, { readyCores: 640 });
    const lost = watchLosses({ losses: [told('a', -10)], sample: seen, drains: NO_DRAINS, policy, now });
    const before = demandOf(seen, policy, known, known, now);
    const after = demandOf(seen, policy, known, known, now, 0, lost);
    // The lag is 300 s: 32 cores serve that much less until their replacement, asked for in 110 s, could be there.
    const more = (32 * 300) / policy.demand.clearBacklogSeconds / policy.capacity.coresPerUnit;
    expect((after.terms.workUnits ?? 0) - (before.terms.workUnits ?? 0)).toBeCloseTo(more, 6);
    expect(after.terms).toMatchObject({ readyCores: 608, arrivingCores: 640 + 32 });
  });
});

describe('a loss leaves the target alone', () => {
  const lossy = (back: number | undefined, wishes: PolicyInput = {}) =>
    drive({
      units: 40,
      seconds: 1500,
      policy: policyWith({ markets: { fallbackMaximumUnits: 0 }, ...wishes }),
      sample: running(() => 40),
      losses: (seconds) => (seconds >= 300 && seconds < 1200 ? [told('a', 300), told('b', 300)] : []),
      before: ({ fleet, seconds }) => {
        const gone = seconds >= 420 && (back === undefined || seconds < back);
        fleet.spotLimit = gone ? 36 : 1000;
        if (seconds === back) fleet.spot.coming.push({ seconds: seconds + 180, units: 40 });
        if (gone && fleet.spot.provisioned > 36) fleet.spot.provisioned = 36;
      },
    });

  test('EMR replaces within a minute → no call at all', () => {
    expect(commandsOf(lossy(480))).toEqual([]);
  });

  test('no resize follows → the fleet is asked again for what it was asked for, two minutes after it was seen short', () => {
    const [first] = commandsOf(lossy(undefined));
    expect(first).toEqual([expect.any(Number), 40]);
    expect(first?.[0]).toBeGreaterThanOrEqual(420 + 120);
    expect(first?.[0]).toBeLessThanOrEqual(420 + 120 + 60);
    expect(codesOf(tickAt(lossy(undefined), first?.[0] ?? 0).decision)).toContain('fleet-gave-up');
  });

  test('a read follows each half a minute while the loss is young, and none that a recommendation asks for', () => {
    const reads = (losses: readonly CapacityLoss[]) =>
      drive({ units: 40, seconds: 300, sample: running(() => 40), losses: () => losses }).filter(
        ({ observation }) => observation.fleet !== undefined,
      ).length;
    expect(reads([told('a', 0)])).toBeGreaterThanOrEqual(10);
    expect(reads([told('a', 0, 'rebalance')])).toBe(reads([]));
  });
});

describe('a rebalance recommendation', () => {
  const hinted = (rebalance: Rebalance, losses: readonly CapacityLoss[], given: Partial<Drive> = {}) =>
    drive({
      units: 40,
      seconds: 2700,
      policy: policyWith({ markets: { rebalance }, scaleIn: { holdSeconds: 0 } }),
      facts: facts({ minimumWorkerAgeSeconds: 0 }),
      sample: running(() => 40),
      losses: (seconds) => losses.filter((loss) => loss.at <= at(seconds)),
      ...given,
    });

  test('record → told for half an hour, and nothing else', () => {
    const ticks = hinted('record', [told('a', 300, 'rebalance')]);
    expect(commandsOf(ticks)).toEqual([]);
    expect(numbersOf(tickAt(ticks, 300).decision, 'rebalance-recorded')).toEqual({ units: 2 });
    expect(codesOf(tickAt(ticks, 2085).decision)).toContain('rebalance-recorded');
    expect(codesOf(tickAt(ticks, 2100).decision)).not.toContain('rebalance-recorded');
  });

  test.each<Rebalance>(['help', 'drain'])(
    '%s → so much is asked for on top, once, and given back half an hour later',
    (how) => {
      const ticks = hinted(how, [
        told('a', 300, 'rebalance'),
        told('a', 900, 'rebalance'),
        told('a', 300, 'rebalance'),
      ]);
      const [first, ...others] = commandsOf(ticks);
      expect(first).toEqual([300, 42]);
      expect(others.map(([, units]) => units)).toEqual([40]);
      expect(others[0]?.[0]).toBeGreaterThanOrEqual(2100);
      expect(codesOf(tickAt(ticks, 300).decision)).toContain(`rebalance-${how}`);
    },
  );

  test('help, and then the instance is interrupted → it counts once: nothing more is asked for', () => {
    const ticks = hinted('help', [told('a', 300, 'rebalance'), told('a', 1200)]);
    expect(Math.max(...commandsOf(ticks).map(([, units]) => units))).toBe(42);
    expect(codesOf(tickAt(ticks, 1200).decision)).not.toContain('rebalance-help');
  });

  test('drain, and the drained workers are known as absent already → they are asked for once', () => {
    const ticks = hinted('drain', [told('a', 300, 'rebalance')], {
      sample: ({ ready, seconds }) =>
        ({
          ...ready,
          runningQueries: 40,
          // The agent has stopped the engine on it; EMR calls the instance RUNNING as ever.
          readyCores: Number(ready.readyCores) - (seconds > 330 ? 32 : 0),
        }) as typeof ready,
    });
    expect(Math.max(...commandsOf(ticks).map(([, units]) => units))).toBe(42);
  });

  test('help for more than the maximum has room for → up to the maximum', () => {
    const many = Array.from({ length: 40 }, (_, index) => told(`i-${index}`, 300, 'rebalance'));
    const policy = policyWith({ markets: { rebalance: 'help' }, capacity: { maximumUnits: 50 } });
    expect(Math.max(...commandsOf(hinted('help', many, { policy })).map(([, units]) => units))).toBe(50);
  });
});
