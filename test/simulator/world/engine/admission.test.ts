import { EngineBench } from './bench.ts';

describe('group limits', () => {
  test('limit 2, four queries of one group → two run, two are held, first come first served', () => {
    const bench = new EngineBench({ groupLimit: 2 }).add('w').submit('a').submit('b').submit('c').submit('d');
    expect(bench.sample).toMatchObject({ running: 2, groupHeld: 2, queued: 0, waitingForWorkers: 0 });
    bench.toEnd();
    expect(bench.ended.map(([id, at]) => [id, at])).toEqual([
      ['a', 20],
      ['b', 20],
      ['c', 40],
      ['d', 40],
    ]);
    expect(bench.outcomes.map(({ waitedSeconds }) => waitedSeconds)).toEqual([0, 0, 20, 20]);
  });

  test('limit 1, two groups → each has its own place', () => {
    const bench = new EngineBench({ groupLimit: 1 }).add('w').submit('a', { group: 'x' }).submit('b', { group: 'y' });
    expect(bench.submit('c', { group: 'x' }).sample).toMatchObject({ running: 2, groupHeld: 1 });
  });

  test('limit 1, the running one is lost → the held one starts', () => {
    const bench = new EngineBench({ groupLimit: 1 }).add('v', 'w').submit('a').submit('b').to(1).lose('w');
    expect(bench.sample).toMatchObject({ running: 1, groupHeld: 0 });
    expect(bench.toEnd().ended).toEqual([
      ['a', 1, 'interruption'],
      ['b', 11, 'completed'],
    ]);
  });

  test('limit 1, the first waits for workers → it holds the place', () => {
    const bench = new EngineBench({ groupLimit: 1 }).add('w').submit('a', { requiredWorkers: 5 }).submit('b');
    expect(bench.sample).toMatchObject({ running: 0, waitingForWorkers: 1, groupHeld: 1 });
  });

  test('no limit → nobody is held', () => {
    const bench = new EngineBench().add('w');
    for (let index = 0; index < 50; index += 1) bench.submit(`q${index}`);
    expect(bench.sample).toMatchObject({ running: 50, groupHeld: 0 });
  });

  test('limit 1, 5,000 held that all fail at once → no deeper than one', () => {
    const bench = new EngineBench({ groupLimit: 1, queryMaxMemoryBytes: 10 }).add('w').submit('first');
    for (let index = 0; index < 5000; index += 1) bench.submit(`q${index}`, { memoryBytes: 11 });
    expect(bench.to(10).outcomes).toHaveLength(5001);
    expect(bench.engine.idle).toBe(true);
  });
});

describe('required workers', () => {
  test('no worker at all → waits, and starts with the first', () => {
    const bench = new EngineBench().submit('a');
    expect(bench.sample).toMatchObject({ waitingForWorkers: 1, requiredWorkers: 1, running: 0, oldestWaitSeconds: 0 });
    expect(bench.to(100).sample.oldestWaitSeconds).toBe(100);
    expect(bench.add('w').sample).toMatchObject({ waitingForWorkers: 0, requiredWorkers: 0, running: 1 });
    expect(bench.toEnd().outcomes).toMatchObject([{ endSeconds: 110, waitedSeconds: 100 }]);
  });

  test('3 required, 2 active and 1 draining → waits', () => {
    const bench = new EngineBench({ requiredWorkers: 3 }).add('u', 'v', 'w').drain('w').submit('a');
    expect(bench.sample).toMatchObject({ waitingForWorkers: 1, requiredWorkers: 3 });
  });

  test('3 required, the third is called back from its drain → starts', () => {
    const bench = new EngineBench({ requiredWorkers: 3, reversibleDrain: true })
      .add('u', 'v', 'w')
      .drain('w')
      .submit('a');
    bench.engine.undrainWorker('w');
    expect(bench.sample).toMatchObject({ running: 1, waitingForWorkers: 0 });
  });

  test('the query says 1, the cluster 3 → the query decides', () => {
    const bench = new EngineBench({ requiredWorkers: 3 }).add('w').submit('a', { requiredWorkers: 1 });
    expect(bench.sample.running).toBe(1);
  });

  test('requirements 4 and 2, 2 workers → the second starts, the first is named', () => {
    const bench = new EngineBench()
      .add('v', 'w')
      .submit('a', { requiredWorkers: 4 })
      .submit('b', { requiredWorkers: 2 });
    expect(bench.sample).toMatchObject({ running: 1, waitingForWorkers: 1, requiredWorkers: 4 });
  });

  test('still too few after 300 s → fails with cause other', () => {
    const bench = new EngineBench().to(7).submit('a').to(306.9);
    expect(bench.ended).toEqual([]);
    expect(bench.engine.nextEventAt()).toBe(307);
    expect(bench.to(307).outcomes).toMatchObject([
      { endSeconds: 307, result: 'failed', cause: 'other', waitedSeconds: 300, cpuSecondsUsed: 0 },
    ]);
    expect(bench.engine.idle).toBe(true);
  });

  test('held for long by its group → the 300 s count from when it is not', () => {
    const bench = new EngineBench({ groupLimit: 1 }).submit('a').to(100).submit('b').to(301);
    expect(bench.ended).toEqual([['a', 300, 'other']]);
    expect(bench.toEnd().ended.at(-1)).toEqual(['b', 600, 'other']);
  });

  test('none required and no worker → started and queued until one comes', () => {
    const bench = new EngineBench({ requiredWorkers: 0 }).submit('a');
    expect(bench.sample).toMatchObject({ queued: 1, running: 0, waitingForWorkers: 0 });
    expect(bench.to(400).add('w').toEnd().ended).toEqual([['a', 410, 'completed']]);
  });
});
