import { Bench, knobsWith, poolOf } from './bench.ts';

describe('a launch', () => {
  test('from launch to worker: provisioning, at a fifth of the lag bootstrapping, at its end ready', () => {
    const bench = new Bench(knobsWith()).to(100).modify({ spotUnits: 1 });
    const id = 'r5.4xlarge/spot/1';
    const states = [100, 159, 160, 399, 400].map((at) => [at, bench.to(at).instance(id).state]);
    expect(states).toEqual([
      [100, 'provisioning'],
      [159, 'provisioning'],
      [160, 'bootstrapping'],
      [399, 'bootstrapping'],
      [400, 'running'],
    ]);
    expect(bench.instance(id)).toMatchObject({ market: 'spot', launchedAt: 100, runningAt: 400, zombie: false });
    expect(bench.engine.ready).toEqual([id]);
  });

  test('median 300 s, p95 480 s, 2,000 launches → lags with that median and that tail', () => {
    const bench = new Bench(knobsWith({ startLagP95Seconds: 480 })).modify({ spotUnits: 2000 }).to(3600);
    const lags = bench.fleet.instances().map(({ runningAt, launchedAt }) => (runningAt ?? Number.NaN) - launchedAt);
    const sorted = lags.sort((a, b) => a - b);
    expect(sorted[1000]).toBeGreaterThan(290);
    expect(sorted[1000]).toBeLessThan(310);
    expect(sorted[1900]).toBeGreaterThan(455);
    expect(sorted[1900]).toBeLessThan(505);
  });

  test('a world without lags → ready in the same step', () => {
    const bench = new Bench(knobsWith({ startLagMedianSeconds: 0, startLagP95Seconds: 0 })).modify({ spotUnits: 2 });
    expect(bench.to(0).engine.ready).toHaveLength(2);
    expect(bench.ended).toEqual([[0, 'request', 'complete']]);
  });
});

describe('how much is launched', () => {
  test.each([
    ['weight 1, target 7 → 7 instances, 7 units', 1, 7, 7, 7],
    ['weight 5, target 2 → 1 instance, overshoot of 3', 5, 2, 1, 5],
    ['weight 4, target 8 → 2 instances, no overshoot', 4, 8, 2, 8],
    ['weight 4, target 9 → 3 instances, overshoot of 3', 4, 9, 3, 12],
    ['target 0 → nothing', 4, 0, 0, 0],
  ])('%s', (_, weightUnits, spotUnits, instances, provisioned) => {
    const bench = new Bench(knobsWith({ pools: [poolOf('a', { weightUnits })] })).modify({ spotUnits }).to(400);
    expect(bench.fleet.instances()).toHaveLength(instances);
    expect(bench.provisioned).toEqual([0, provisioned]);
    expect(bench.fleet.read().largestWeightUnits).toBe(weightUnits);
  });

  test('10 running on spot, on-demand raised to 4 → 4 on-demand launched, spot untouched', () => {
    const bench = new Bench(knobsWith()).start(0, 10).modify({ onDemandUnits: 4, spotUnits: 10 }).to(400);
    expect(bench.provisioned).toEqual([4, 10]);
    expect(bench.engine.drained).toEqual([]);
  });
});

describe('knobs of counting', () => {
  test.each([
    ['launched', [0, 6]],
    ['running', [0, 0]],
  ] as const)('provisionedCounts %s, 6 launched and none running → %j', (provisionedCounts, provisioned) => {
    const bench = new Bench(knobsWith({ provisionedCounts })).modify({ spotUnits: 6 }).to(299);
    expect(bench.provisioned).toEqual(provisioned);
    expect(bench.to(300).provisioned).toEqual([0, 6]);
  });

  test.each([
    ['launched', 0, 'running'],
    ['running', 300, 'resizing'],
  ] as const)('resizeEndsWhen %s → ends at %d', (resizeEndsWhen, endsAt, statusBefore) => {
    const bench = new Bench(knobsWith({ resizeEndsWhen })).modify({ spotUnits: 6 }).to(299);
    expect(bench.status).toBe(statusBefore);
    expect(bench.to(300).ended).toEqual([[endsAt, 'request', 'complete']]);
    expect(bench.status).toBe('running');
  });
});

describe('failed starts', () => {
  test('every second start fails → each is gone at the end of its lag, replaced at once, the target is reached in one resize', () => {
    const bench = new Bench(knobsWith({ startFailureShare: 0.5, suspendAfterFailedStarts: 1000 }));
    bench.modify({ spotUnits: 20 }).to(300);
    const failed = bench.of('terminated');
    expect(failed.length).toBeGreaterThan(3);
    expect(failed.every(({ at, how }) => at === 300 && how === 'failedStart')).toBe(true);
    expect(bench.inState('provisioning')).toHaveLength(failed.length);
    bench.to(3600);
    expect(bench.ended).toHaveLength(1);
    expect(bench.engine.ready).toHaveLength(20);
    expect(bench.removals).toEqual({ failedStart: bench.fleet.instances().length - 20 });
  });

  test('every start fails, limit 10, target 4 → SUSPENDED at the tenth, nothing is launched any more', () => {
    const bench = new Bench(knobsWith({ startFailureShare: 1 })).modify({ spotUnits: 4 }).to(900);
    expect(bench.of('suspended')).toEqual([{ kind: 'suspended', at: 900, failedStarts: 10 }]);
    expect(bench.ended).toEqual([[900, 'request', 'suspended']]);
    expect(bench.to(7200).status).toBe('suspended');
    expect(bench.fleet.instances()).toHaveLength(13);
    expect(bench.provisioned).toEqual([0, 0]);
    expect(bench.engine.ready).toEqual([]);
  });

  test('starts fail while a resize shrinks their market → nothing is launched for them', () => {
    const knobs = knobsWith({ startFailureShare: 1, resizeEndsWhen: 'launched' });
    const bench = new Bench(knobs).modify({ spotUnits: 4 }).to(10).modify({ spotUnits: 0 }).to(7200);
    expect(bench.removals).toEqual({ failedStart: 4 });
    expect(bench.ended.at(-1)).toEqual([300, 'request', 'complete']);
  });

  test('a start fails after its resize has ended → EMR replaces it like a loss, after the delay', () => {
    const bench = new Bench(knobsWith({ startFailureShare: 0.5, resizeEndsWhen: 'launched' })).modify({ spotUnits: 4 });
    bench.to(300);
    const failed = bench.of('terminated').length;
    expect(failed).toBeGreaterThan(0);
    expect(bench.fleet.instances()).toHaveLength(4);
    expect(bench.to(360).fleet.instances()).toHaveLength(4 + failed);
    expect(bench.of('resizeStarted').map(({ at, cause }) => [at, cause])).toEqual([
      [0, 'request'],
      [360, 'replacement'],
    ]);
  });
});

describe('zombies', () => {
  test('every instance a zombie → RUNNING and provisioned for EMR, never ready for the engine', () => {
    const bench = new Bench(knobsWith({ zombieShare: 1 })).modify({ spotUnits: 3 }).to(300);
    expect(bench.status).toBe('running');
    expect(bench.provisioned).toEqual([0, 3]);
    expect(bench.engine.ready).toEqual([]);
    expect(bench.of('zombie')).toHaveLength(3);
    expect(bench.fleet.instances().every(({ zombie, state }) => zombie && state === 'running')).toBe(true);
  });

  test('a zombie still bootstraps → not yet told apart', () => {
    const bench = new Bench(knobsWith({ zombieShare: 1 })).modify({ spotUnits: 1 }).to(299);
    expect(bench.instance('r5.4xlarge/spot/1').zombie).toBe(false);
  });

  test('a third are zombies → about a third of 300', () => {
    const bench = new Bench(knobsWith({ zombieShare: 1 / 3 })).modify({ spotUnits: 300 }).to(300);
    expect(bench.of('zombie').length).toBeGreaterThan(75);
    expect(bench.of('zombie').length).toBeLessThan(125);
    expect(bench.engine.ready).toHaveLength(300 - bench.of('zombie').length);
  });

  test('a zombie is removed → at once, without a drain', () => {
    const bench = new Bench(knobsWith({ zombieShare: 1, minimumAgeSeconds: 0 })).modify({ spotUnits: 1 }).to(300);
    bench.modify({ spotUnits: 0 });
    expect(bench.engine.drained).toEqual([]);
    expect(bench.removals).toEqual({ drained: 1 });
  });
});

describe('spot that cannot be had', () => {
  const scarce = knobsWith({ pools: [poolOf('a', { spotInstances: 4 })] });

  test('pool of 4, target 10 → 4 launched, 6 wait, tried every 30 s, given up at the timeout', () => {
    const bench = new Bench(scarce).modify({ spotUnits: 10, spotTimeoutSeconds: 600 }).to(599);
    expect(bench.waiting).toEqual({ onDemandUnits: 0, spotUnits: 6 });
    expect(bench.status).toBe('resizing');
    expect(bench.of('insufficientCapacity').map(({ at }) => at)).toEqual(Array.from({ length: 20 }, (_, n) => 30 * n));
    bench.to(600);
    expect(bench.of('provisioningTimeout')).toEqual([
      {
        kind: 'provisioningTimeout',
        at: 600,
        market: 'spot',
        continuing: false,
        code: 'Spot Provisioning timeout',
        missingUnits: 6,
      },
    ]);
    expect(bench.ended).toEqual([[600, 'request', 'timedOut']]);
  });

  test('given up → RUNNING below its target for good, until asked anew', () => {
    const bench = new Bench(scarce).modify({ spotUnits: 10 }).to(7200);
    expect([bench.status, bench.provisioned, bench.targets]).toEqual(['running', [0, 4], [0, 10]]);
    expect(bench.of('resizeStarted')).toHaveLength(1);
    bench.modify({ spotUnits: 10 });
    expect([bench.status, bench.waiting.spotUnits]).toEqual(['resizing', 6]);
  });

  test('timeout while launched ones still start → RUNNING at once, and they become ready later', () => {
    const slow = { ...scarce, startLagMedianSeconds: 900, startLagP95Seconds: 900 };
    const bench = new Bench(slow).modify({ spotUnits: 10 }).to(600);
    expect([bench.status, bench.provisioned, bench.engine.ready]).toEqual(['running', [0, 4], []]);
    expect(bench.to(900).engine.ready).toHaveLength(4);
  });

  test('spot waits, on-demand is there → on-demand is served, and the resize ends when spot gives up', () => {
    const bench = new Bench(scarce).modify({ onDemandUnits: 3, spotUnits: 10 }).to(300);
    expect(bench.engine.ready).toHaveLength(7);
    expect(bench.status).toBe('resizing');
    expect(bench.to(600).status).toBe('running');
  });

  test('spot gives up while on-demand still starts → RESIZING until on-demand runs', () => {
    const slow = { ...scarce, startLagMedianSeconds: 900, startLagP95Seconds: 900 };
    const bench = new Bench(slow).modify({ onDemandUnits: 1, spotUnits: 10 }).to(899);
    expect([bench.status, bench.of('provisioningTimeout').length]).toEqual(['resizing', 1]);
    expect(bench.to(900).ended).toEqual([[900, 'request', 'timedOut']]);
  });

  test('an outage ends while the resize waits → launched at the next try', () => {
    const outages = [{ startSeconds: 0, endSeconds: 120, instanceTypes: null, reclaims: false }];
    const bench = new Bench(knobsWith({ outages })).modify({ spotUnits: 2 }).to(119);
    expect(bench.fleet.instances()).toEqual([]);
    expect(
      bench
        .to(120)
        .fleet.instances()
        .map(({ launchedAt }) => launchedAt),
    ).toEqual([120, 120]);
    expect(bench.to(420).ended).toEqual([[420, 'request', 'complete']]);
  });

  test('spotRetrySeconds 45 → tried at 0, 45, 90, launched at 135', () => {
    const outages = [{ startSeconds: 0, endSeconds: 100, instanceTypes: null, reclaims: false }];
    const bench = new Bench(knobsWith({ outages, spotRetrySeconds: 45 })).modify({ spotUnits: 1 }).to(400);
    expect(bench.of('insufficientCapacity').map(({ at }) => at)).toEqual([0, 45, 90]);
    expect(bench.instance('r5.4xlarge/spot/1').launchedAt).toBe(135);
  });

  test('an outage of one of two types → the other gives everything', () => {
    const outages = [{ startSeconds: 0, endSeconds: 100, instanceTypes: ['a'], reclaims: false }];
    const bench = new Bench(knobsWith({ pools: [poolOf('a'), poolOf('b')], outages })).modify({ spotUnits: 4 });
    expect(bench.fleet.instances().map(({ pool }) => pool.instanceType)).toEqual(['b', 'b', 'b', 'b']);
  });

  test('starts fail while others wait → still one try every 30 s from the last', () => {
    const knobs = knobsWith({ ...scarce, startFailureShare: 1, suspendAfterFailedStarts: 100 });
    const bench = new Bench(knobs).modify({ spotUnits: 5, spotTimeoutSeconds: 400 }).to(399);
    const tries = bench.of('insufficientCapacity').map(({ at }) => at);
    expect(tries.filter((at) => at > 300)).toEqual([330, 360, 390]);
  });

  test('4 of a pool of 4 were removed → the pool gives 4 again', () => {
    const bench = new Bench(scarce).start(0, 4).modify({ spotUnits: 0 }).to(100).modify({ spotUnits: 4 }).to(400);
    expect([bench.provisioned, bench.of('insufficientCapacity')]).toEqual([[0, 4], []]);
  });

  test('timeout 0 → one try, then given up', () => {
    const bench = new Bench(scarce).modify({ spotUnits: 10, spotTimeoutSeconds: 0 });
    expect(bench.of('provisioningTimeout').map(({ at }) => at)).toEqual([0]);
    expect(bench.provisioned).toEqual([0, 4]);
  });
});
