import { Bench, knobsWith, poolOf } from './bench.ts';

const NEVER = Number.POSITIVE_INFINITY;

describe('who drains', () => {
  test('10 running, target lowered to 6, all older than the minimum age → 4 drain', () => {
    const bench = new Bench(knobsWith()).start(0, 10).modify({ spotUnits: 6 });
    expect(bench.engine.drained).toHaveLength(4);
    expect([bench.status, bench.provisioned, bench.targets]).toEqual(['resizing', [0, 10], [0, 6]]);
  });

  test('10 running, target lowered to 6, all a minute short of the minimum age → they drain a minute later', () => {
    const bench = new Bench(knobsWith()).modify({ spotUnits: 10 }).to(840).modify({ spotUnits: 6 });
    expect(bench.to(899).engine.drained).toEqual([]);
    expect(bench.status).toBe('resizing');
    expect(bench.to(900).engine.drained).toHaveLength(4);
    expect(bench.to(1000).ended.at(-1)).toEqual([1000, 'request', 'complete']);
  });

  test('minimumAgeSeconds 0 → they drain as soon as they run', () => {
    const bench = new Bench(knobsWith({ minimumAgeSeconds: 0 })).modify({ spotUnits: 10 }).to(300);
    expect(bench.modify({ spotUnits: 6 }).engine.drained).toHaveLength(4);
  });

  test('6 old and 4 young, target 2 → 6 drain now, 2 of the young when they are old enough', () => {
    const bench = new Bench(knobsWith()).start(0, 6).modify({ spotUnits: 10 }).to(500).modify({ spotUnits: 2 });
    expect(bench.engine.drained).toHaveLength(6);
    expect(bench.to(899).engine.drained).toHaveLength(6);
    expect(bench.to(900).engine.drained).toHaveLength(8);
    expect(bench.to(1000).provisioned).toEqual([0, 2]);
  });

  test('lowered while all still start → nobody is touched before it runs and is old enough', () => {
    const bench = new Bench(knobsWith({ resizeEndsWhen: 'launched' })).modify({ spotUnits: 4 }).to(10);
    bench.modify({ spotUnits: 1 }).to(899);
    expect([bench.status, bench.engine.ready.length, bench.engine.drained.length]).toEqual(['resizing', 4, 0]);
    expect(bench.to(900).engine.drained).toHaveLength(3);
  });

  test('on-demand lowered → no spot instance is touched', () => {
    const bench = new Bench(knobsWith()).start(5, 5).modify({ onDemandUnits: 2, spotUnits: 5 });
    expect(bench.engine.drained).toHaveLength(3);
    expect(bench.engine.drained.every((id) => id.includes('/onDemand/'))).toBe(true);
  });

  test.each([
    ['oldest', (n: number) => n < 3],
    ['newest', (n: number) => n > 7],
  ] as const)('victims %s → by launch', (victims, expected) => {
    const bench = new Bench(knobsWith({ victims })).start(0, 10).modify({ spotUnits: 8 });
    const numbers = bench.engine.drained.map((id) => Number(id.split('-').at(-1)));
    expect(numbers.filter((n) => expected(n))).toHaveLength(2);
  });

  test('victims random → another choice by another seed, the same by the same', () => {
    const drained = (seed: number) =>
      new Bench(knobsWith(), {}, seed).start(0, 30).modify({ spotUnits: 20 }).engine.drained;
    expect(drained(1)).toEqual(drained(1));
    expect(drained(1)).not.toEqual(drained(2));
  });
});

describe('weights that do not fit', () => {
  const pools = [poolOf('a', { weightUnits: 4 })];

  test('12 units of weight 4, target 6 → one goes, 8 stay, complete', () => {
    const bench = new Bench(knobsWith({ pools })).start(0, 12).modify({ spotUnits: 6 }).to(100);
    expect([bench.status, bench.provisioned]).toEqual(['running', [0, 8]]);
  });

  test('the same, may undershoot → two go, 4 stay, and EMR leaves it so', () => {
    const bench = new Bench(knobsWith({ pools, mayUndershoot: true })).start(0, 12).modify({ spotUnits: 6 }).to(7200);
    expect([bench.status, bench.provisioned]).toEqual(['running', [0, 4]]);
  });
});

describe('the end of a drain', () => {
  test.each([
    ['known beforehand', true],
    ['not known', false],
  ])('drained after 100 s, %s → gone at that moment, drained', (_, knowsEnd) => {
    const bench = new Bench(knobsWith(), { drainSeconds: 100, knowsEnd }).start(0, 3).to(50).modify({ spotUnits: 2 });
    bench.to(149);
    expect(bench.removals).toEqual({});
    bench.to(150);
    expect(bench.removals).toEqual({ drained: 1 });
    expect(bench.of('terminated').map(({ at }) => at)).toEqual([150]);
    expect(bench.ended).toEqual([[150, 'request', 'complete']]);
  });

  test('known beforehand, one long step over it → gone at its moment all the same', () => {
    const bench = new Bench(knobsWith()).start(0, 3).modify({ spotUnits: 2 });
    expect(bench.fleet.nextEventAt()).toBe(100);
    bench.fleet.advanceTo(5000);
    expect(bench.of('terminated').map(({ at, how }) => [at, how])).toEqual([[100, 'drained']]);
  });

  test('work that does not end, grace of 1,800 s → killed then', () => {
    const bench = new Bench(knobsWith(), { drainSeconds: NEVER }).start(0, 3).modify({ spotUnits: 2 }).to(1799);
    expect(bench.removals).toEqual({});
    bench.to(1800);
    expect(bench.removals).toEqual({ killed: 1 });
    expect(bench.ended).toEqual([[1800, 'request', 'complete']]);
  });

  test('drained at the very moment the grace ends → drained', () => {
    const bench = new Bench(knobsWith({ gracefulTimeoutSeconds: 100 })).start(0, 3).modify({ spotUnits: 2 }).to(100);
    expect(bench.removals).toEqual({ drained: 1 });
  });

  test('grace of 0 → killed at once, no drain, complete in the same moment', () => {
    const bench = new Bench(knobsWith({ gracefulTimeoutSeconds: 0 })).start(0, 3).modify({ spotUnits: 1 });
    expect(bench.engine.drained).toEqual([]);
    expect(bench.removals).toEqual({ killed: 2 });
    expect(bench.ended).toEqual([[0, 'request', 'complete']]);
  });

  test('grace of 0, the engine had drained the worker itself → drained', () => {
    const bench = new Bench(knobsWith({ gracefulTimeoutSeconds: 0 }), { drainSeconds: 0 }).start(0, 1);
    bench.engine.drain('r5.4xlarge/spot/initial-1');
    expect(bench.modify({ spotUnits: 0 }).removals).toEqual({ drained: 1 });
  });

  test('draining → provisioned for EMR until it is gone', () => {
    const bench = new Bench(knobsWith({ provisionedCounts: 'running' })).start(0, 3).modify({ spotUnits: 1 }).to(99);
    expect([bench.inState('draining').length, bench.provisioned]).toEqual([2, [0, 3]]);
    expect(bench.to(100).provisioned).toEqual([0, 1]);
  });
});

describe('the shrink timeout', () => {
  test('grace longer than the timeout, work that does not end → EMR reports success at the timeout, the drain goes on', () => {
    const knobs = knobsWith({ shrinkTimeoutSeconds: 3600, gracefulTimeoutSeconds: 7200 });
    const bench = new Bench(knobs, { drainSeconds: NEVER }).start(0, 10).modify({ spotUnits: 6 }).to(3599);
    expect(bench.status).toBe('resizing');
    bench.to(3600);
    expect([bench.status, bench.provisioned, bench.targets]).toEqual(['running', [0, 10], [0, 6]]);
    expect(bench.of('resizeEnded')).toEqual([
      {
        kind: 'resizeEnded',
        at: 3600,
        cause: 'request',
        outcome: 'complete',
        shrinkTimedOut: true,
        targetUnits: { onDemand: 0, spot: 6 },
        provisionedUnits: { onDemand: 0, spot: 10 },
      },
    ]);
    bench.to(7200);
    expect(bench.removals).toEqual({ killed: 4 });
  });

  test('too young until after the timeout → nobody is removed, not later either', () => {
    const knobs = knobsWith({ shrinkTimeoutSeconds: 100 });
    const bench = new Bench(knobs).modify({ spotUnits: 4 }).to(300).modify({ spotUnits: 0 }).to(7200);
    expect(bench.ended.at(-1)).toEqual([400, 'request', 'complete']);
    expect([bench.status, bench.provisioned, bench.engine.drained]).toEqual(['running', [0, 4], []]);
  });

  test('one market still grows when the shrink of the other times out → RESIZING until it runs', () => {
    const knobs = knobsWith({ shrinkTimeoutSeconds: 100 });
    const bench = new Bench(knobs, { drainSeconds: NEVER }).start(4, 0).modify({ spotUnits: 4 }).to(299);
    expect(bench.status).toBe('resizing');
    expect(
      bench
        .to(300)
        .of('resizeEnded')
        .map(({ at, shrinkTimedOut }) => [at, shrinkTimedOut]),
    ).toEqual([[300, true]]);
  });
});

describe('both markets in one resize', () => {
  test('on-demand 6 → 2 while spot 0 → 4 → one resize, over when the drains and the starts are', () => {
    const bench = new Bench(knobsWith()).start(6, 0).modify({ onDemandUnits: 2, spotUnits: 4 });
    expect([bench.engine.drained.length, bench.inState('provisioning').length]).toEqual([4, 4]);
    bench.to(100);
    expect([bench.status, bench.provisioned]).toEqual(['resizing', [2, 4]]);
    bench.to(300);
    expect(bench.ended).toEqual([[300, 'request', 'complete']]);
    expect(bench.of('resizeStarted')).toHaveLength(1);
  });
});
