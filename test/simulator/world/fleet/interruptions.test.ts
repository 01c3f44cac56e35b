import type { SpotOutage } from '../../../../simulator/world/knobs.ts';
import { Bench, knobsWith, poolOf } from './bench.ts';

/** Takes all spot at 1,000 s and gives nothing for a moment. */
const loss = (changes: Partial<SpotOutage> = {}): SpotOutage => ({
  startSeconds: 1000,
  endSeconds: 1001,
  instanceTypes: null,
  reclaims: true,
  ...changes,
});

describe('an interruption', () => {
  test('spot taken at 1,000 s → notice then, gone two minutes later, no drain in between', () => {
    const bench = new Bench(knobsWith({ outages: [loss()] })).start(0, 1).to(1119);
    expect(bench.of('interruptionNotice')).toEqual([
      {
        kind: 'interruptionNotice',
        at: 1000,
        goneAt: 1120,
        instanceId: 'r5.4xlarge/spot/initial-1',
        instanceType: 'r5.4xlarge',
        market: 'spot',
        units: 1,
      },
    ]);
    expect([bench.inState('running').length, bench.provisioned]).toEqual([1, [0, 1]]);
    expect(bench.to(1120).removals).toEqual({ interrupted: 1 });
    expect(bench.engine.drained).toEqual([]);
  });

  test('interruptionNoticeSeconds 0 → gone at once, without warning', () => {
    const bench = new Bench(knobsWith({ outages: [loss()], interruptionNoticeSeconds: 0 })).start(0, 2).to(1000);
    expect([bench.of('interruptionNotice'), bench.removals]).toEqual([[], { interrupted: 2 }]);
  });

  test('200 instances, noticeShare 0.7 → about 140 are told, the others are gone at once', () => {
    const bench = new Bench(knobsWith({ outages: [loss()], noticeShare: 0.7, replacementDelaySeconds: null }));
    bench.start(0, 200).to(1000);
    const told = bench.of('interruptionNotice').length;
    expect(told).toBeGreaterThan(120);
    expect(told).toBeLessThan(160);
    expect(bench.removals).toEqual({ interrupted: 200 - told });
    expect(bench.to(1120).removals).toEqual({ interrupted: 200 });
  });

  test('an outage that reclaims → on-demand stays', () => {
    const bench = new Bench(knobsWith({ outages: [loss()] })).start(4, 4).to(1120);
    expect(bench.provisioned).toEqual([4, 0]);
  });

  test('an outage of one type → the other stays', () => {
    const pools = [poolOf('a'), poolOf('b')];
    const bench = new Bench(knobsWith({ pools, outages: [loss({ instanceTypes: ['a'] })] })).start(0, 6).to(1120);
    expect(bench.inState('running')).toEqual(['b/spot/initial-1', 'b/spot/initial-2', 'b/spot/initial-3']);
  });

  test('an outage that does not reclaim → nobody is taken', () => {
    const bench = new Bench(knobsWith({ outages: [loss({ reclaims: false })] })).start(0, 4).to(7200);
    expect(bench.removals).toEqual({});
  });

  test('taken while it starts → never ready, counted as interrupted', () => {
    const bench = new Bench(knobsWith({ outages: [loss()] })).to(900).modify({ spotUnits: 1 }).to(1120);
    expect([bench.removals, bench.engine.ready]).toEqual([{ interrupted: 1 }, []]);
  });

  test('drained before it is taken → leaves once, drained', () => {
    const bench = new Bench(knobsWith({ outages: [loss()] })).start(0, 1).to(990).modify({ spotUnits: 0 }).to(2000);
    expect(bench.of('terminated').map(({ at, how }) => [at, how])).toEqual([[1090, 'drained']]);
  });

  test('taken while it drains → leaves once, interrupted, and the shrink is complete', () => {
    const bench = new Bench(knobsWith({ outages: [loss()] }), { drainSeconds: 5000 }).start(0, 1).to(990);
    bench.modify({ spotUnits: 0 }).to(9000);
    expect(bench.of('terminated').map(({ at, how }) => [at, how])).toEqual([[1120, 'interrupted']]);
    expect(bench.ended).toEqual([[1120, 'request', 'complete']]);
  });

  test('two outages take the same instance → one notice, gone by the first', () => {
    const outages = [loss(), loss({ startSeconds: 1060, endSeconds: 1061 })];
    const bench = new Bench(knobsWith({ outages })).start(0, 1).to(1150);
    expect(bench.of('interruptionNotice')).toHaveLength(1);
    expect(bench.of('terminated').map(({ at }) => at)).toEqual([1120]);
  });
});

describe('pools reclaimed by chance', () => {
  const reclaiming = (changes = {}) =>
    knobsWith({ poolReclaimMeanSeconds: 7200, poolReclaimShare: 0.5, poolOutageMeanSeconds: 1800, ...changes });
  const firstReclaim = (bench: Bench): number => bench.of('interruptionNotice')[0]?.at ?? Number.NaN;

  test('poolReclaimMeanSeconds null → nobody is ever taken', () => {
    const bench = new Bench(reclaiming({ poolReclaimMeanSeconds: null })).start(0, 200).to(86_400);
    expect(bench.removals).toEqual({});
  });

  test('200 instances, share 0.5 → about a hundred notices, all within three minutes', () => {
    const bench = new Bench(reclaiming({ replacementDelaySeconds: null })).start(0, 200);
    for (let at = 0; bench.of('interruptionNotice').length === 0; at += 60) bench.to(at);
    const first = firstReclaim(bench);
    const notices = bench.to(first + 180).of('interruptionNotice');
    expect(notices.length).toBeGreaterThan(75);
    expect(notices.length).toBeLessThan(125);
    expect(notices.every(({ at, goneAt }) => goneAt === at + 120)).toBe(true);
    expect(new Set(notices.map(({ at }) => at)).size).toBeGreaterThan(50);
  });

  test.each([
    ['poolReclaimShare 0 → nobody', 0, 0],
    ['poolReclaimShare 1 → everybody', 1, 20],
  ])('%s', (_, poolReclaimShare, taken) => {
    const knobs = reclaiming({ poolReclaimShare, poolReclaimMeanSeconds: 600, replacementDelaySeconds: null });
    const bench = new Bench(knobs).start(0, 20).to(86_400);
    expect(bench.of('interruptionNotice')).toHaveLength(taken);
  });

  test('after a reclaim the pool is empty → the other pool gives the replacement', () => {
    const pools = [poolOf('a'), poolOf('b')];
    const bench = new Bench(reclaiming({ pools, poolReclaimShare: 1, poolOutageMeanSeconds: 1e9 })).start(0, 10);
    for (let at = 0; bench.of('resizeStarted').length === 0; at += 10) bench.to(at);
    const emptied = bench.of('interruptionNotice')[0]?.instanceType;
    const launches = bench.events.filter((event) => event.kind === 'instance' && event.state === 'provisioning');
    const replacing = launches.slice(10).map((event) => (event.kind === 'instance' ? event.instanceType : ''));
    expect(replacing.length).toBeGreaterThan(0);
    expect(new Set(replacing)).toEqual(new Set([emptied === 'a' ? 'b' : 'a']));
  });

  test('poolOutageMeanSeconds 0 → the same pool gives at once again', () => {
    const bench = new Bench(reclaiming({ poolReclaimShare: 1, poolOutageMeanSeconds: 0 })).start(0, 10).to(86_400);
    expect(bench.of('interruptionNotice').length).toBeGreaterThan(10);
    expect(bench.of('insufficientCapacity')).toEqual([]);
  });

  test('on average 12 reclaims in a day of two-hour means, over 40 seeds → between 10 and 14', () => {
    const reclaims = (seed: number): number => {
      const knobs = reclaiming({ poolReclaimShare: 1, poolOutageMeanSeconds: 0, interruptionNoticeSeconds: 0 });
      const bench = new Bench({ ...knobs, replacementDelaySeconds: 0, resizeEndsWhen: 'launched' }, {}, seed);
      return bench.start(0, 1).to(86_400).of('terminated').length;
    };
    const mean = Array.from({ length: 40 }, (_, seed) => reclaims(seed)).reduce((a, b) => a + b, 0) / 40;
    expect(mean).toBeGreaterThan(10);
    expect(mean).toBeLessThan(14);
  });

  test('two fleets of different size, one seed → the pool is reclaimed at the same times, and takes the same ones', () => {
    const notices = (size: number) =>
      new Bench(reclaiming({ replacementDelaySeconds: null }), {}, 5)
        .start(0, size)
        .to(86_400)
        .of('interruptionNotice');
    const small = notices(10).map(({ at, instanceId }) => [at, instanceId]);
    const large = notices(40).map(({ at, instanceId }) => [at, instanceId]);
    expect(small.length).toBeGreaterThan(0);
    for (const notice of small) expect(large).toContainEqual(notice);
  });
});

describe('rebalance recommendations', () => {
  test('rebalanceLeadSeconds null → none', () => {
    const bench = new Bench(knobsWith({ outages: [loss()] })).start(0, 3).to(2000);
    expect(bench.of('rebalanceRecommendation')).toEqual([]);
  });

  test('rebalanceLeadSeconds 300, outage at 1,000 s → recommended at 700 s, taken all the same', () => {
    const bench = new Bench(knobsWith({ outages: [loss()], rebalanceLeadSeconds: 300 })).start(0, 3).to(1000);
    expect(bench.of('rebalanceRecommendation').map(({ at }) => at)).toEqual([700, 700, 700]);
    expect(bench.of('interruptionNotice')).toHaveLength(3);
  });

  test('rebalanceShare 0.5 of 100 instances → about half are foretold, all are taken', () => {
    const knobs = knobsWith({ outages: [loss()], rebalanceLeadSeconds: 300, rebalanceShare: 0.5 });
    const bench = new Bench(knobs).start(0, 100).to(1000);
    expect(bench.of('rebalanceRecommendation').length).toBeGreaterThan(35);
    expect(bench.of('rebalanceRecommendation').length).toBeLessThan(65);
    expect(bench.of('interruptionNotice')).toHaveLength(100);
  });

  test('launched between the recommendation and the outage → notice without recommendation', () => {
    const bench = new Bench(knobsWith({ outages: [loss()], rebalanceLeadSeconds: 300 }))
      .to(800)
      .modify({ spotUnits: 1 });
    bench.to(1000);
    expect(bench.of('rebalanceRecommendation')).toEqual([]);
    expect(bench.of('interruptionNotice')).toHaveLength(1);
  });

  test('reclaims by chance → every notice has its recommendation 300 s before', () => {
    const knobs = knobsWith({ poolReclaimMeanSeconds: 7200, rebalanceLeadSeconds: 300, replacementDelaySeconds: null });
    const bench = new Bench(knobs, {}, 3).start(0, 50).to(86_400);
    const notices = bench.of('interruptionNotice').filter(({ at }) => at > 300);
    const recommended = new Map(bench.of('rebalanceRecommendation').map(({ instanceId, at }) => [instanceId, at]));
    expect(notices.length).toBeGreaterThan(10);
    for (const { instanceId, at } of notices) expect(recommended.get(instanceId)).toBeCloseTo(at - 300, 6);
  });

  test('drained before the recommendation → none for it', () => {
    const knobs = knobsWith({ outages: [loss()], rebalanceLeadSeconds: 300 });
    const bench = new Bench(knobs).start(0, 3).to(500).modify({ spotUnits: 1 }).to(1000);
    expect(bench.of('rebalanceRecommendation')).toHaveLength(1);
  });
});
