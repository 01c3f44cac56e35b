import { EngineBench } from './bench.ts';

describe('how long a drain takes, with 240 s of fixed overhead', () => {
  const OVERHEAD = { drainOverheadSeconds: 240 };

  test('no query → 240 s, known from the beginning', () => {
    const bench = new EngineBench(OVERHEAD).add('w').to(100).drain('w');
    expect(bench.engine.drainedAt('w')).toBe(340);
    expect(bench.to(339.9).engine.isDrained('w')).toBe(false);
    expect(bench.to(340).engine.isDrained('w')).toBe(true);
    expect(bench.engine.drainedAt('w')).toBe(340);
  });

  test.each([
    ['a query ends within the first half → 240 s', 50, 240],
    ['a query ends at the end of the first half → 240 s', 120, 240],
    ['a query runs for 200 s → 120 s after its end', 200, 320],
  ])('%s', (_, querySeconds, drainedAt) => {
    const bench = new EngineBench(OVERHEAD)
      .add('w')
      .submit('a', { cpuSeconds: 16 * querySeconds })
      .drain('w');
    expect(bench.to(querySeconds - 1).engine.drainedAt('w')).toBeUndefined();
    expect(bench.to(querySeconds).engine.drainedAt('w')).toBe(drainedAt);
    expect(bench.engine.nextEventAt()).toBe(drainedAt);
    expect(bench.to(drainedAt).engine.isDrained('w')).toBe(true);
  });

  test('an active worker → not drained, and no time for it', () => {
    const { engine } = new EngineBench(OVERHEAD).add('w');
    expect([engine.isDrained('w'), engine.drainedAt('w')]).toEqual([false, undefined]);
  });

  test('told twice → the first time counts', () => {
    const bench = new EngineBench(OVERHEAD).add('w').drain('w').to(100).drain('w');
    expect(bench.engine.drainedAt('w')).toBe(240);
  });
});

describe('whose tasks a drain waits for', () => {
  test('a query that started before it → waits to its end', () => {
    const bench = new EngineBench().add('v', 'w').submit('a').drain('w');
    expect(bench.to(4.9).engine.isDrained('w')).toBe(false);
    expect(bench.to(5).engine.isDrained('w')).toBe(true);
  });

  test('a query that started after it → does not wait', () => {
    const bench = new EngineBench().add('v', 'w').drain('w').submit('a');
    expect(bench.engine.isDrained('w')).toBe(true);
  });

  test('a worker that joined in the source stage → waits until that stage ends', () => {
    const bench = new EngineBench()
      .add('v')
      .submit('a', { sourceShare: 0.5, cpuSeconds: 640 })
      .to(10)
      .add('w')
      .drain('w');
    expect(bench.to(19.9).engine.isDrained('w')).toBe(false);
    expect(bench.to(20).engine.isDrained('w')).toBe(true);
    expect(bench.engine.live).toBe(1);
  });

  test('a worker that joined in the source stage and drains in the later ones → waits for nobody', () => {
    const bench = new EngineBench().add('v').submit('a', { sourceShare: 0.5, cpuSeconds: 640 }).to(10).add('w').to(20);
    expect(bench.drain('w').engine.isDrained('w')).toBe(true);
  });

  test('a worker the query started on, drained in its source stage → waits to its end', () => {
    const bench = new EngineBench().add('v', 'w').submit('a', { sourceShare: 0.5, cpuSeconds: 640 }).drain('w');
    expect(bench.to(20.1).engine.isDrained('w')).toBe(false);
    expect(bench.toEnd().ended).toEqual([['a', 30, 'completed']]);
    expect(bench.engine.isDrained('w')).toBe(true);
  });

  test('a query that waits for workers → has no tasks', () => {
    const bench = new EngineBench().add('v', 'w').submit('a', { requiredWorkers: 3 }).drain('w');
    expect(bench.engine.isDrained('w')).toBe(true);
  });
});

describe('a worker that leaves', () => {
  test('drained → nobody is harmed', () => {
    const bench = new EngineBench().add('v', 'w').drain('w').submit('a');
    bench.engine.removeWorker('w');
    expect(bench.toEnd().ended).toEqual([['a', 10, 'completed']]);
    expect(bench.sample).toMatchObject({ readyWorkers: 1, drainingWorkers: 0 });
  });

  test('with tasks on it → refused, and it stays', () => {
    const bench = new EngineBench().add('v', 'w').submit('a').submit('b').drain('w');
    expect(() => bench.engine.removeWorker('w')).toThrow('worker w still has tasks of 2 queries');
    expect(bench.sample).toMatchObject({ readyWorkers: 1, drainingWorkers: 1 });
  });

  test('and comes again under its name → is a new worker', () => {
    const bench = new EngineBench().add('v', 'w').drain('w');
    bench.engine.removeWorker('w');
    bench.submit('a').add('w');
    expect([bench.cores('a'), bench.sample.readyWorkers]).toEqual([16, 2]);
  });
});

describe('calling a draining worker back', () => {
  test('one-way drain → it cannot be', () => {
    const bench = new EngineBench().add('v', 'w').drain('w');
    expect(bench.engine.undrainWorker('w')).toBe(false);
    expect(bench.sample).toMatchObject({ readyWorkers: 1, drainingWorkers: 1 });
  });

  test.each([
    ['while it drains', 10],
    ['when it is drained', 1000],
  ])('reversible drain, %s → it is active and takes new tasks', (_, at) => {
    const bench = new EngineBench({ reversibleDrain: true, drainOverheadSeconds: 240 }).add('v', 'w').drain('w').to(at);
    expect(bench.engine.undrainWorker('w')).toBe(true);
    expect(bench.submit('a').cores('a')).toBe(32);
    expect([bench.engine.isDrained('w'), bench.engine.drainedAt('w')]).toEqual([false, undefined]);
  });

  test('an active worker → nothing to call back', () => {
    expect(new EngineBench({ reversibleDrain: true }).add('w').engine.undrainWorker('w')).toBe(false);
  });

  test('called back in a source stage → the stage uses it, and a new drain waits for the stage', () => {
    const bench = new EngineBench({ reversibleDrain: true }).add('v', 'w').drain('w');
    bench.submit('scan', { sourceShare: 1, cpuSeconds: 320 });
    expect(bench.cores('scan')).toBe(16);
    bench.engine.undrainWorker('w');
    expect(bench.cores('scan')).toBe(32);
    expect(bench.drain('w').engine.isDrained('w')).toBe(false);
    expect(bench.toEnd().engine.isDrained('w')).toBe(true);
  });

  test('called back, then drained again → the overhead begins anew', () => {
    const bench = new EngineBench({ reversibleDrain: true, drainOverheadSeconds: 240 }).add('w').drain('w').to(100);
    bench.engine.undrainWorker('w');
    expect(bench.drain('w').engine.drainedAt('w')).toBe(340);
  });
});
