/** What every {@link Fleet} does, whatever stands behind it. */
import type { ModifyCommand } from '../../../lambdas/core/decision.ts';
import type { FleetState, PoolsState } from '../../../lambdas/core/model.ts';
import { type EpochSeconds, epochSeconds, units } from '../../../lambdas/core/quantities.ts';
import { type Fleet, FleetError, type FleetFault } from '../../../lambdas/ports/fleets.ts';

/** A fleet of 2 on-demand and 8 spot units, all provisioned and old enough to go, with a cluster that we may disturb. */
export interface FleetHarness {
  readonly fleet: Fleet;
  now(): EpochSeconds;
  advance(seconds: number): void;
  /** The next call fails without an effect. */
  fail(fault: FleetFault): void;
  /** The next modify has its effect, and the caller hears nothing of it. */
  loseAnswer(): void;
  close(): Promise<void>;
}

/** Reads may be stale for so long after a modify (port). */
const STALE_SECONDS = 60;
/** Any resize is over by then. */
const SETTLED_SECONDS = 3 * 3600;

const FAULTS: readonly FleetFault[] = ['throttled', 'refused', 'denied', 'not-found', 'unavailable'];

const command = (onDemandUnits: number, spotUnits: number, timeoutSeconds = 600): ModifyCommand => ({
  targets: { onDemandUnits: units(onDemandUnits), spotUnits: units(spotUnits) },
  onDemandTimeoutSeconds: timeoutSeconds,
  spotTimeoutSeconds: timeoutSeconds,
});

const targetsOf = ({ onDemand, spot }: FleetState): readonly number[] => [onDemand.targetUnits, spot.targetUnits];
const provisionedOf = ({ onDemand, spot }: FleetState): readonly number[] => [
  onDemand.provisionedUnits,
  spot.provisionedUnits,
];

const unitsOf = (read: PoolsState | undefined, market: 'onDemand' | 'spot'): number =>
  (read?.pools ?? []).filter((pool) => pool.market === market).reduce((sum, pool) => sum + pool.units, 0);

const failureOf = async (call: Promise<unknown>): Promise<FleetError> => {
  const error: unknown = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof FleetError)) throw new Error(`expected a FleetError, got ${String(error)}`);
  return error;
};

/** Registers the tests of the contract for one implementation. */
export const fleetContract = (name: string, make: () => Promise<FleetHarness>): void => {
  describe(`fleet contract: ${name}`, () => {
    let harness: FleetHarness;
    let fleet: Fleet;

    beforeEach(async () => {
      harness = await make();
      fleet = harness.fleet;
    });

    afterEach(() => harness.close());

    const readAfter = async (seconds: number): Promise<FleetState> => {
      harness.advance(seconds);
      return fleet.read(harness.now());
    };

    const poolsNow = (now = harness.now()) => fleet.pools(now, async () => true);

    test('nothing was asked for → running at its targets, stamped with the time of the tick', async () => {
      const readAt = epochSeconds(harness.now() - 0.25);
      expect(await fleet.read(readAt)).toEqual({
        id: expect.any(String),
        readAt,
        status: 'running',
        onDemand: { targetUnits: 2, provisionedUnits: 2 },
        spot: { targetUnits: 8, provisionedUnits: 8 },
        largestWeightUnits: expect.any(Number),
        instanceTypes: expect.any(Number),
      });
    });

    test('a read survives JSON unchanged', async () => {
      const state = await readAfter(0);
      expect(JSON.parse(JSON.stringify(state))).toEqual(state);
    });

    test('pools: what is provisioned, by type and market, weighed and stamped with the time of the tick', async () => {
      const readAt = epochSeconds(harness.now() - 0.25);
      const read = await poolsNow(readAt);
      expect(read?.readAt).toBe(readAt);
      expect([unitsOf(read, 'onDemand'), unitsOf(read, 'spot')]).toEqual([2, 8]);
      for (const pool of read?.pools ?? []) expect(Math.min(pool.instances, pool.units)).toBeGreaterThan(0);
      const names = read?.pools.map(({ instanceType, market }) => `${instanceType} ${market}`) ?? [];
      expect(new Set(names).size).toBe(names.length);
      expect(JSON.parse(JSON.stringify(read))).toEqual(read);
    });

    test('pools follow a resize', async () => {
      await fleet.modify(command(0, 12));
      harness.advance(SETTLED_SECONDS);
      const read = await poolsNow();
      expect([unitsOf(read, 'onDemand'), unitsOf(read, 'spot')]).toEqual([0, 12]);
    });

    test('pools: a call is not granted → not finished, and the next read is', async () => {
      expect(await fleet.pools(harness.now(), async () => false)).toBeUndefined();
      expect(unitsOf(await poolsNow(), 'spot')).toBe(8);
    });

    test.each(FAULTS)('a read of the pools fails with %s → told so, and the next one answers', async (fault) => {
      harness.fail(fault);
      expect((await failureOf(poolsNow())).fault).toBe(fault);
      expect(unitsOf(await poolsNow(), 'spot')).toBe(8);
    });

    test('facts: the minimum age is a number of seconds, known without asking', () => {
      const facts = fleet.facts();
      expect(facts.minimumWorkerAgeSeconds).toBeGreaterThanOrEqual(0);
      expect(JSON.parse(JSON.stringify(facts))).toEqual(facts);
    });

    test('more of both asked for → the read at once shows before or after, never a mix', async () => {
      await fleet.modify(command(5, 20));
      expect([
        [2, 8],
        [5, 20],
      ]).toContainEqual(targetsOf(await readAfter(0)));
    });

    test('more of both asked for → both targets within a minute, capacity when the resize is over', async () => {
      await fleet.modify(command(5, 20));
      const soon = await readAfter(STALE_SECONDS);
      expect(targetsOf(soon)).toEqual([5, 20]);
      expect(soon.status).toBe('resizing');
      const settled = await readAfter(SETTLED_SECONDS);
      expect(settled.status).toBe('running');
      expect(provisionedOf(settled)).toEqual([5, 20]);
    });

    test('one market up and the other to nothing in one command → both follow', async () => {
      await fleet.modify(command(9, 0));
      expect(provisionedOf(await readAfter(SETTLED_SECONDS))).toEqual([9, 0]);
    });

    test('nothing at all asked for → an empty fleet that can be asked again', async () => {
      await fleet.modify(command(0, 0));
      expect(provisionedOf(await readAfter(SETTLED_SECONDS))).toEqual([0, 0]);
      await fleet.modify(command(1, 1));
      expect(provisionedOf(await readAfter(SETTLED_SECONDS))).toEqual([1, 1]);
    });

    test('the same command twice → as once', async () => {
      await fleet.modify(command(3, 12));
      await fleet.modify(command(3, 12));
      expect(provisionedOf(await readAfter(SETTLED_SECONDS))).toEqual([3, 12]);
    });

    test('a second command while the first one resizes → the second is what comes true', async () => {
      await fleet.modify(command(2, 30));
      harness.advance(30);
      await fleet.modify(command(4, 10));
      harness.advance(SETTLED_SECONDS);
      expect(provisionedOf(await readAfter(SETTLED_SECONDS))).toEqual([4, 10]);
    });

    test.each([0, 1, 300, 601, 86_400])('timeouts of %d s are accepted', async (seconds) => {
      await fleet.modify(command(3, 9, seconds));
      expect(targetsOf(await readAfter(STALE_SECONDS))).toEqual([3, 9]);
    });

    test.each([
      ['half a unit', command(1.5, 8)],
      ['less than nothing', command(2, -1)],
      ['no number', command(Number.NaN, 8)],
      ['without end', command(2, Number.POSITIVE_INFINITY)],
    ])('targets with %s → refused, and nothing changes', async (_, wrong) => {
      expect((await failureOf(fleet.modify(wrong))).fault).toBe('refused');
      expect(targetsOf(await readAfter(STALE_SECONDS))).toEqual([2, 8]);
    });

    test.each(FAULTS)('a read fails with %s → told so, and the next read answers', async (fault) => {
      harness.fail(fault);
      expect((await failureOf(fleet.read(harness.now()))).fault).toBe(fault);
      expect(targetsOf(await readAfter(0))).toEqual([2, 8]);
    });

    test.each(FAULTS)('a modify fails with %s → told so, no effect, and a repeat works', async (fault) => {
      harness.fail(fault);
      expect((await failureOf(fleet.modify(command(4, 16)))).fault).toBe(fault);
      expect(targetsOf(await readAfter(STALE_SECONDS))).toEqual([2, 8]);
      await fleet.modify(command(4, 16));
      expect(targetsOf(await readAfter(STALE_SECONDS))).toEqual([4, 16]);
    });

    test('the answer to a modify is lost → unavailable, which leaves open that it had its effect', async () => {
      harness.loseAnswer();
      expect((await failureOf(fleet.modify(command(4, 16)))).fault).toBe('unavailable');
      expect(targetsOf(await readAfter(STALE_SECONDS))).toEqual([4, 16]);
    });

    test('a failure is one line that says which cluster or call', async () => {
      harness.fail('refused');
      const { message } = await failureOf(fleet.modify(command(4, 16)));
      expect(message).toMatch(/^[^\n]{20,}$/);
    });
  });
};
