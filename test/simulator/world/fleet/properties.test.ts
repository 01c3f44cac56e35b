import fc from 'fast-check';
import type { FleetEvent, InstanceChanged } from '../../../../simulator/world/fleet/events.ts';
import { MARKETS, type ModifyRequest } from '../../../../simulator/world/fleet/model.ts';
import type { FleetKnobs, PoolKnobs } from '../../../../simulator/world/knobs.ts';
import { Bench, type EngineBehaviour, knobsWith, poolOf } from './bench.ts';

const pools = [
  poolOf('a', { weightUnits: 1, vcpu: 8 }),
  poolOf('b', { weightUnits: 3, vcpu: 24, spotInstances: 5, onDemandUsdPerHour: 2.9 }),
  poolOf('c', { weightUnits: 4, vcpu: 32, onDemandUsdPerHour: 4, spotInstances: 9 }),
];

const LARGEST = Math.max(...pools.map(({ weightUnits }) => weightUnits));

interface Step {
  readonly wait: number;
  readonly request: ModifyRequest;
}

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    wait: fc.constantFrom(0, 1, 40, 299, 300, 700, 2000),
    request: fc.record({
      onDemandUnits: fc.nat(20),
      spotUnits: fc.nat(40),
      onDemandTimeoutSeconds: fc.constantFrom(300, 600),
      spotTimeoutSeconds: fc.constantFrom(0, 300, 600),
    }),
  }),
  { maxLength: 8 },
);

const worlds: fc.Arbitrary<FleetKnobs> = fc
  .record({
    pools: fc.subarray(pools, { minLength: 1 }),
    startLagP95Seconds: fc.constantFrom(300, 500),
    startFailureShare: fc.constantFrom(0, 0.2),
    suspendAfterFailedStarts: fc.constantFrom(3, 100),
    resizes: fc.constantFrom('sequential' as const, 'override' as const),
    resizeEndsWhen: fc.constantFrom('running' as const, 'launched' as const),
    provisionedCounts: fc.constantFrom('launched' as const, 'running' as const),
    minimumAgeSeconds: fc.constantFrom(0, 600),
    shrinkTimeoutSeconds: fc.constantFrom(500, 3600),
    victims: fc.constantFrom('random' as const, 'oldest' as const, 'newest' as const),
    gracefulTimeoutSeconds: fc.constantFrom(0, 60, 1800),
    mayUndershoot: fc.boolean(),
    replacementDelaySeconds: fc.constantFrom(null, 0, 60),
    zombieShare: fc.constantFrom(0, 0.2),
    poolReclaimMeanSeconds: fc.constantFrom(null, 1500),
    interruptionNoticeSeconds: fc.constantFrom(0, 120),
    rebalanceLeadSeconds: fc.constantFrom(null, 300),
  })
  .map(knobsWith);

const behaviours: fc.Arbitrary<EngineBehaviour> = fc.record({
  drainSeconds: fc.constantFrom(0, 100, 5000),
  knowsEnd: fc.boolean(),
  reversible: fc.boolean(),
});

const run = (knobs: FleetKnobs, history: readonly Step[], behaviour: Partial<EngineBehaviour> = {}): Bench => {
  const bench = new Bench(knobs, behaviour).start(3, 10);
  let now = 0;
  for (const { wait, request } of history) {
    now += wait;
    bench.to(now).fleet.modify(request);
  }
  return bench.to(now + 10_000);
};

/** Every world that was drawn, in every history. */
const always = (check: (bench: Bench, history: readonly Step[]) => void): void =>
  fc.assert(
    fc.property(worlds, steps, behaviours, (knobs, history, behaviour) => {
      check(run(knobs, history, behaviour), history);
    }),
    { numRuns: 100 },
  );

const launchesOf = (events: readonly FleetEvent[]) =>
  events.filter((event): event is InstanceChanged => event.kind === 'instance' && event.state === 'provisioning');

const poolNamed = (instanceType: string): PoolKnobs => {
  const pool = pools.find((candidate) => candidate.instanceType === instanceType);
  if (pool === undefined) throw new Error(`no pool ${instanceType}`);
  return pool;
};

/** How the starts that came to an end went: after how many milliseconds, and to what. */
const startsOf = (bench: Bench): ReadonlyMap<string, readonly [number, string]> =>
  new Map(
    bench.fleet.instances().flatMap(({ id, launchedAt, runningAt, terminatedAt, removal, zombie }) => {
      const endedAt = runningAt ?? (removal === 'failedStart' ? terminatedAt : undefined);
      const what = runningAt === undefined ? 'failed' : `zombie ${zombie}`;
      return endedAt === undefined ? [] : [[id, [Math.round((endedAt - launchedAt) * 1000), what]] as const];
    }),
  );

describe('in every history', () => {
  test('an instance that was launched ends in exactly one state, and its times are in order', () => {
    always((bench) => {
      const byId = new Map(bench.fleet.instances().map((instance) => [instance.id, instance]));
      expect(byId.size).toBe(bench.fleet.instances().length);
      expect(new Map(bench.of('terminated').map(({ instanceId, how }) => [instanceId, how]))).toEqual(
        bench.engine.gone,
      );
      const wrong = [...byId.values()].filter(({ id, state, launchedAt, runningAt, terminatedAt, removal }) => {
        const endsAsTold =
          (state === 'terminated') === (terminatedAt !== undefined) && removal === bench.engine.gone.get(id);
        const from = runningAt ?? launchedAt;
        return !endsAsTold || from < launchedAt || (terminatedAt ?? Number.POSITIVE_INFINITY) < from;
      });
      expect(wrong).toEqual([]);
    });
  });

  test('ready are those that ran and are no zombies; nobody is drained that was not ready', () => {
    always((bench) => {
      const ran = bench.fleet.instances().filter(({ runningAt, zombie }) => runningAt !== undefined && !zombie);
      expect(new Set(bench.engine.ready)).toEqual(new Set(ran.map(({ id }) => id)));
      expect(bench.engine.ready).toHaveLength(ran.length);
      for (const id of bench.engine.drained) expect(bench.engine.ready).toContain(id);
    });
  });

  test('provisioned is the weight of what lives', () => {
    always((bench) => {
      const counted = bench.fleet
        .instances()
        .filter(({ state, runningAt }) => state !== 'terminated' && runningAt !== undefined);
      const starting = bench.inState('provisioning', 'bootstrapping');
      const total = counted.reduce((sum, { pool }) => sum + pool.weightUnits, 0);
      if (starting.length === 0) expect(bench.provisioned[0] + bench.provisioned[1]).toBe(total);
    });
  });

  test('the bill equals the lifetimes summed from the events, a minute at least', () => {
    always((bench) => {
      const until = bench.engine.now;
      const ends = new Map(bench.of('terminated').map(({ instanceId, at }) => [instanceId, at]));
      const usd = launchesOf(bench.events)
        .map(({ at, instanceId, instanceType, market }) => {
          const { onDemandUsdPerHour, spotPriceShare, emrUsdPerHour } = poolNamed(instanceType);
          const hours = Math.max(60, (ends.get(instanceId) ?? until) - at) / 3600;
          return hours * (onDemandUsdPerHour * (market === 'spot' ? spotPriceShare : 1) + emrUsdPerHour);
        })
        .reduce((sum, each) => sum + each, 0);
      const bill = bench.fleet.bill(until);
      expect(bill.ec2Usd + bill.emrUsd).toBeCloseTo(usd, 6);
      const { onDemand, spot } = bill.byMarket;
      expect(onDemand.ec2Usd + spot.ec2Usd + onDemand.emrUsd + spot.emrUsd).toBeCloseTo(usd, 6);
    });
  });

  test('every resize that began ended, one at a time, and RESIZING is shown in between', () => {
    always((bench) => {
      const turns = bench.events.map(({ kind }) => kind).filter((kind) => /^resize(Started|Ended)$/.test(kind));
      expect(turns).toEqual(turns.map((_, index) => (index % 2 === 0 ? 'resizeStarted' : 'resizeEnded')));
      expect(bench.status === 'resizing').toBe(turns.length % 2 === 1);
    });
  });

  test('EC2 recommends and takes only what lives, and only once', () => {
    always((bench) => {
      const gone = new Map(bench.of('terminated').map(({ instanceId, at }) => [instanceId, at]));
      const notices = new Map(bench.of('interruptionNotice').map(({ instanceId, at }) => [instanceId, at]));
      expect(notices.size).toBe(bench.of('interruptionNotice').length);
      const never = Number.POSITIVE_INFINITY;
      for (const [id, at] of notices) expect(at).toBeLessThanOrEqual(gone.get(id) ?? never);
      for (const { instanceId, at } of bench.of('rebalanceRecommendation'))
        expect(at).toBeLessThanOrEqual(Math.min(gone.get(instanceId) ?? never, notices.get(instanceId) ?? never));
    });
  });

  test('spot pools are never asked for more than they hold', () => {
    always((bench) => {
      const changes = [
        ...launchesOf(bench.events).map((event) => ({ ...event, change: 1 })),
        ...bench.of('terminated').map((event) => ({ ...event, change: -1 })),
      ].sort((first, second) => first.at - second.at || first.change - second.change);
      for (const { instanceType, spotInstances } of pools) {
        let live = 0;
        for (const { change } of changes.filter(
          (event) => event.market === 'spot' && event.instanceType === instanceType,
        )) {
          live += change;
          expect(live).toBeLessThanOrEqual(spotInstances ?? Number.POSITIVE_INFINITY);
        }
      }
    });
  });

  test('nobody is drained, or removed without a drain, before the minimum age', () => {
    always((bench) => {
      const removals = bench.of('terminated').filter(({ how }) => how === 'killed' || how === 'drained');
      const drains = bench.of('instance').filter(({ state }) => state === 'draining');
      for (const { at, instanceId } of [...removals, ...drains]) {
        if (instanceId.includes('initial')) continue;
        const age = at - (bench.instance(instanceId).runningAt ?? Number.NaN);
        expect(age).toBeGreaterThanOrEqual(bench.minimumAge - 1e-6);
      }
    });
  });
});

describe('sequential, nothing lost by chance', () => {
  const calm = worlds.map((knobs) => ({ ...knobs, resizes: 'sequential' as const, poolReclaimMeanSeconds: null }));

  test('a resize that EMR completed in time → no market is a whole weight above its target', () => {
    fc.assert(
      fc.property(calm, steps, behaviours, (knobs, history, behaviour) => {
        const bench = run(knobs, history, behaviour);
        for (const { cause, outcome, shrinkTimedOut, targetUnits, provisionedUnits } of bench.of('resizeEnded')) {
          if (cause !== 'request' || outcome === 'suspended' || shrinkTimedOut) continue;
          for (const market of MARKETS) expect(provisionedUnits[market] - targetUnits[market]).toBeLessThan(LARGEST);
        }
      }),
    );
  });

  test('completed, nobody fails, undershooting forbidden → no market is below its target either', () => {
    const careful = calm.map((knobs) => ({ ...knobs, mayUndershoot: false, startFailureShare: 0 }));
    fc.assert(
      fc.property(careful, steps, behaviours, (knobs, history, behaviour) => {
        const bench = run(knobs, history, behaviour);
        for (const { outcome, shrinkTimedOut, targetUnits, provisionedUnits } of bench.of('resizeEnded')) {
          if (outcome !== 'complete' || shrinkTimedOut) continue;
          for (const market of MARKETS) expect(provisionedUnits[market]).toBeGreaterThanOrEqual(targetUnits[market]);
        }
      }),
    );
  });
});

describe('determinism', () => {
  test('same seed, same knobs, same commands → same history', () => {
    fc.assert(
      fc.property(worlds, steps, behaviours, (knobs, history, behaviour) => {
        expect(run(knobs, history, behaviour).events).toEqual(run(knobs, history, behaviour).events);
      }),
      { numRuns: 50 },
    );
  });

  test('ends of drains known beforehand → one long step gives the same history as many', () => {
    fc.assert(
      fc.property(worlds, steps, fc.constantFrom(0, 100, 5000), (knobs, history, drainSeconds) => {
        const stepped = run(knobs, history, { drainSeconds });
        const leaping = new Bench(knobs, { drainSeconds }).start(3, 10);
        let now = 0;
        for (const { wait, request } of history) {
          now += wait;
          leaping.fleet.advanceTo(now);
          leaping.engine.now = now;
          leaping.fleet.modify(request);
        }
        leaping.fleet.advanceTo(now + 10_000);
        expect(leaping.events).toEqual(stepped.events);
      }),
      { numRuns: 50 },
    );
  });

  test('two policies on one seed → an instance that both launch has the same lag, failure and zombie', () => {
    fc.assert(
      fc.property(worlds, steps, steps, (knobs, one, other) => {
        const chance = { zombieShare: 0.3, startFailureShare: 0.3, suspendAfterFailedStarts: 1000 };
        const world = { ...knobs, ...chance, resizes: 'sequential' as const, poolReclaimMeanSeconds: null };
        const [first, second] = [startsOf(run(world, one)), startsOf(run(world, other))];
        for (const [id, start] of first) expect(second.get(id) ?? start).toEqual(start);
      }),
      { numRuns: 50 },
    );
  });

  test('another seed → another history', () => {
    const knobs = knobsWith({ pools, startLagP95Seconds: 500 });
    const events = (seed: number) => new Bench(knobs, {}, seed).modify({ spotUnits: 5 }).to(2000).events;
    expect(events(1)).not.toEqual(events(2));
  });
});
