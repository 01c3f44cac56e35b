import { Bench, knobsWith, poolOf } from './bench.ts';

describe('the start of a run', () => {
  test('12 on spot and 3 on-demand → ready at 0, RUNNING, no resize, removable at once', () => {
    const bench = new Bench(knobsWith()).start(3, 12);
    expect(bench.engine.ready).toHaveLength(15);
    expect([bench.status, bench.provisioned, bench.targets]).toEqual(['running', [3, 12], [3, 12]]);
    expect(bench.of('resizeStarted')).toEqual([]);
    bench.modify({ onDemandUnits: 3, spotUnits: 10 });
    expect(bench.engine.drained).toHaveLength(2);
  });

  test('spot pool of 4, start with 10 → 4 run, target 10 unmet', () => {
    const bench = new Bench(knobsWith({ pools: [poolOf('a', { spotInstances: 4 })] })).start(0, 10);
    expect([bench.status, bench.provisioned, bench.targets]).toEqual(['running', [0, 4], [0, 10]]);
  });

  test('zombies and failures in the world → none among the initial ones', () => {
    const bench = new Bench(knobsWith({ zombieShare: 1, startFailureShare: 1 })).start(0, 5).to(1000);
    expect(bench.engine.ready).toHaveLength(5);
    expect(bench.removals).toEqual({});
  });

  test('started twice → refused', () => {
    const bench = new Bench(knobsWith()).start(0, 1);
    expect(() => bench.start(0, 1)).toThrow('once');
  });
});

describe('what cannot be meant', () => {
  test.each([
    [{ pools: [] }, 'at least one'],
    [{ pools: [poolOf('a'), poolOf('a')] }, 'each instance type once'],
    [{ pools: [poolOf('a', { weightUnits: 0 })] }, 'weightUnits'],
    [{ startLagP95Seconds: 100 }, 'startLagP95Seconds'],
    [{ spotRetrySeconds: 0 }, 'spotRetrySeconds'],
    [{ poolReclaimMeanSeconds: 0 }, 'poolReclaimMeanSeconds'],
    [{ zombieShare: 1.5 }, 'zombieShare'],
  ])('knobs %j → refused, naming %s', (changes, named) => {
    expect(() => new Bench(knobsWith(changes))).toThrow(named);
  });

  test('two knobs broken → both named', () => {
    expect(() => new Bench(knobsWith({ zombieShare: 2, spotRetrySeconds: -1 }))).toThrow(
      /zombieShare.*spotRetrySeconds/,
    );
  });

  test.each([[{ spotUnits: -1 }], [{ spotUnits: 1.5 }], [{ onDemandUnits: Number.NaN }], [{ spotTimeoutSeconds: -1 }]])(
    'a modify with %j → refused, nothing changed',
    (request) => {
      const bench = new Bench(knobsWith()).start(0, 5);
      expect(() => bench.modify(request)).toThrow(RangeError);
      expect([bench.status, bench.targets]).toEqual(['running', [0, 5]]);
    },
  );
});
