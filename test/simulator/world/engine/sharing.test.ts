import { Engine } from '../../../../simulator/world/engine/engine.ts';
import { DEFAULT_KNOBS } from '../../../../simulator/world/knobs.ts';
import { EngineBench, queryOf } from './bench.ts';
import { NaiveCluster } from './naive-cluster.ts';

describe('queries on one set of workers', () => {
  test('one wide query on 16 cores → 160 core-seconds take 10 s', () => {
    const bench = new EngineBench().add('w').submit('a').to(10);
    expect(bench.outcomes).toEqual([
      { query: queryOf('a'), endSeconds: 10, result: 'completed', waitedSeconds: 0, cpuSecondsUsed: 160 },
    ]);
    expect(bench.engine.idle).toBe(true);
  });

  test('two queries on 16 cores → each gets 8', () => {
    const bench = new EngineBench().add('w').submit('a').submit('b');
    expect([bench.cores('a'), bench.cores('b')]).toEqual([8, 8]);
    expect(bench.toEnd().ended).toEqual([
      ['a', 20, 'completed'],
      ['b', 20, 'completed'],
    ]);
  });

  test('parallelism 4 on 16 cores → 4, the wide one gets 12', () => {
    const bench = new EngineBench().add('w').submit('a', { parallelismCores: 4 }).submit('b');
    expect([bench.cores('a'), bench.cores('b')]).toEqual([4, 12]);
  });

  test('a second query arrives half way → the first is slowed down from then on', () => {
    const bench = new EngineBench().add('w').submit('a').to(5).submit('b').toEnd();
    expect(bench.ended).toEqual([
      ['a', 15, 'completed'],
      ['b', 20, 'completed'],
    ]);
  });

  test('a query ends → its cores go to the others at once', () => {
    const bench = new EngineBench().add('w').submit('a', { cpuSeconds: 80 }).submit('b').to(10);
    expect(bench.ended).toEqual([['a', 10, 'completed']]);
    expect(bench.cores('b')).toBe(16);
  });

  test('three queries end at one moment → in the order of submission, whatever their width', () => {
    const bench = new EngineBench().add('v', 'w');
    bench.submit('a', { cpuSeconds: 40, parallelismCores: 4 }).submit('b', { cpuSeconds: 10, parallelismCores: 1 });
    bench.submit('c', { cpuSeconds: 20, parallelismCores: 2 }).toEnd();
    expect(bench.ended).toEqual([
      ['a', 10, 'completed'],
      ['b', 10, 'completed'],
      ['c', 10, 'completed'],
    ]);
  });
});

describe('workers that join while queries run', () => {
  test('source stage → uses them at once', () => {
    const bench = new EngineBench().add('v').submit('scan', { sourceShare: 1, cpuSeconds: 320 }).to(10).add('w');
    expect(bench.cores('scan')).toBe(32);
    expect(bench.toEnd().ended).toEqual([['scan', 15, 'completed']]);
  });

  test('later stages → do not', () => {
    const bench = new EngineBench().add('v').submit('join', { sourceShare: 0, cpuSeconds: 320 }).to(10).add('w');
    expect(bench.cores('join')).toBe(16);
    expect(bench.toEnd().ended).toEqual([['join', 20, 'completed']]);
  });

  test('half source, half later → helped until the source stage ends', () => {
    const bench = new EngineBench().add('v').submit('both', { sourceShare: 0.5, cpuSeconds: 640 }).to(10).add('w');
    expect(bench.to(14.9).cores('both')).toBe(32);
    expect(bench.to(15).cores('both')).toBe(16);
    expect(bench.toEnd().ended).toEqual([['both', 35, 'completed']]);
  });

  test('one old and one new query → the new one gets the cores that the old one cannot use', () => {
    const bench = new EngineBench().add('v').submit('old').add('w', 'x').submit('new');
    expect([bench.cores('old'), bench.cores('new')]).toEqual([16, 32]);
  });

  test('three old ones and a scan → the scan has the new worker for itself', () => {
    const bench = new EngineBench().add('v').submit('a').submit('b').add('w').submit('scan', { sourceShare: 1 });
    expect(['a', 'b', 'scan'].map((id) => bench.cores(id))).toEqual([8, 8, 16]);
  });

  test('started at the moment of a join, but before it → bound to the old workers', () => {
    const bench = new EngineBench().add('v').submit('before').add('w').submit('after', { parallelismCores: 4 });
    expect([bench.cores('before'), bench.cores('after')]).toEqual([16, 4]);
  });
});

describe('many at once', () => {
  test('300 queries of 300 widths on 16 cores → equal shares, all work done, the cores never idle', () => {
    const bench = new EngineBench().add('w');
    for (let index = 0; index < 300; index += 1)
      bench.submit(`q${index}`, { parallelismCores: 1 + ((index * 7) % 300) });
    expect(bench.sample.classes.every(({ busyCores }) => Math.abs(busyCores - 16 / 300) < 1e-12)).toBe(true);
    expect(bench.toEnd().outcomes).toHaveLength(300);
    expect(bench.engine.now).toBeCloseTo((300 * 160) / 16, 6);
  });

  test('100 workers join one by one, a query after each → shares as by the naive rules', () => {
    const bench = new EngineBench();
    const cluster = new NaiveCluster(false);
    const ids = Array.from({ length: 100 }, (_, index) => `${index}`);
    ids.forEach((id, index) => {
      bench.engine.addWorker({ id, cores: 4, memoryBytes: 0 });
      cluster.add(id, 4);
      const parallelismCores = 1 + ((index * index) % 23);
      const sourceShare = index % 5 === 0 ? 1 : 0;
      bench.submit(id, { parallelismCores, sourceShare });
      cluster.start(id, parallelismCores, sourceShare > 0);
    });
    const cores = ids.map((id) => bench.cores(id));
    cluster.shares(ids).forEach((share, index) => {
      expect(cores[index]).toBeCloseTo(share, 6);
    });
  });
});

describe('workers that drain while queries run', () => {
  test('later stages placed there before → still served by it', () => {
    const bench = new EngineBench().add('v', 'w').submit('a').drain('w');
    expect(bench.cores('a')).toBe(32);
  });

  test('source stage → active workers only', () => {
    const bench = new EngineBench().add('v', 'w').submit('scan', { sourceShare: 1 }).drain('w');
    expect(bench.cores('scan')).toBe(16);
  });

  test('nobody has tasks on it → its cores serve nobody', () => {
    const bench = new EngineBench().add('v', 'w').drain('w').submit('a').submit('scan', { sourceShare: 1 });
    expect([bench.cores('a'), bench.cores('scan')]).toEqual([8, 8]);
  });

  test('its last query ends → its cores are gone for the others', () => {
    const bench = new EngineBench().add('v', 'w').submit('old', { parallelismCores: 8, cpuSeconds: 80 }).drain('w');
    bench.submit('new', { cpuSeconds: 1600 });
    expect([bench.cores('old'), bench.cores('new')]).toEqual([8, 24]);
    expect(bench.to(10).cores('new')).toBe(16);
    expect(bench.engine.isDrained('w')).toBe(true);
  });

  test('all workers drain → a source stage waits, and goes on with the next worker', () => {
    const bench = new EngineBench().add('v').submit('scan', { sourceShare: 1 }).to(5).drain('v').to(50);
    expect([bench.cores('scan'), bench.engine.nextEventAt()]).toEqual([0, undefined]);
    expect(bench.add('w').toEnd().ended).toEqual([['scan', 55, 'completed']]);
  });
});

describe('the clock', () => {
  test('back → refused', () => {
    const bench = new EngineBench().to(10);
    expect(() => bench.to(9)).toThrow('the engine is at 10 s and cannot go to 9 s');
    expect(() => bench.to(Number.NaN)).toThrow(RangeError);
  });

  test('nothing to come → no next event', () => {
    expect(new EngineBench().add('w').engine.nextEventAt()).toBeUndefined();
  });

  test('a stage, then the end → both are events', () => {
    const bench = new EngineBench().add('w').submit('a', { sourceShare: 0.25 });
    expect(bench.engine.nextEventAt()).toBe(2.5);
    expect(bench.to(2.5).engine.nextEventAt()).toBe(10);
  });

  test('an event at exactly the moment that is advanced to → has happened', () => {
    expect(new EngineBench().add('w').submit('a').to(10).ended).toEqual([['a', 10, 'completed']]);
  });

  test('a query that ends submits the next one → it starts at that moment', () => {
    const ends: number[] = [];
    const engine = new Engine(DEFAULT_KNOBS.engine, ({ endSeconds }) => {
      ends.push(endSeconds);
      if (ends.length < 3) engine.submit(queryOf(`next${ends.length}`));
    });
    engine.addWorker({ id: 'w', cores: 16, memoryBytes: 0 });
    engine.submit(queryOf('first'));
    engine.advanceTo(100);
    expect(ends).toEqual([10, 20, 30]);
  });
});

describe('what cannot be', () => {
  test.each([
    ['a query without work', { cpuSeconds: 0 }],
    ['a query without parallelism', { parallelismCores: 0 }],
    ['a query whose work is no number', { cpuSeconds: Number.NaN }],
  ])('%s → refused', (_, changes) => {
    expect(() => new EngineBench().submit('a', changes)).toThrow(RangeError);
  });

  test('a worker twice → refused', () => {
    expect(() => new EngineBench().add('w', 'w')).toThrow('worker w is in the engine already');
  });

  test('a worker that is not there → named', () => {
    const { engine } = new EngineBench();
    for (const act of [
      () => engine.drainWorker('w'),
      () => engine.undrainWorker('w'),
      () => engine.isDrained('w'),
      () => engine.removeWorker('w'),
      () => engine.loseWorker('w', 'other'),
    ]) {
      expect(act).toThrow('the engine has no worker w');
    }
  });
});
