import { EngineBench } from './bench.ts';

describe('a sample', () => {
  test('an empty engine → zeros', () => {
    expect(new EngineBench().sample).toEqual({
      atSeconds: 0,
      running: 0,
      queued: 0,
      waitingForWorkers: 0,
      groupHeld: 0,
      blockedOnMemory: 0,
      requiredWorkers: 0,
      readyWorkers: 0,
      readyCores: 0,
      drainingWorkers: 0,
      drainingCores: 0,
      cpuSecondsTotal: 0,
      reservedMemoryBytes: 0,
      totalMemoryBytes: 0,
      oldestWaitSeconds: 0,
      oldestRunningSeconds: 0,
      classes: [],
    });
  });

  test('between two events → exact all the same', () => {
    const bench = new EngineBench().add('v', 'w').drain('w').to(100).submit('a').to(101).submit('b').to(104);
    expect(bench.sample).toMatchObject({
      atSeconds: 104,
      running: 2,
      readyWorkers: 1,
      readyCores: 16,
      drainingWorkers: 1,
      drainingCores: 16,
      cpuSecondsTotal: 64,
      totalMemoryBytes: 100,
      oldestRunningSeconds: 4,
    });
  });

  test('a class → what is live, held and finished of it', () => {
    const bench = new EngineBench({ groupLimit: 2 }).add('w');
    for (const id of ['a', 'b', 'c', 'd']) bench.submit(id, { user: 'ann', parallelismCores: id === 'b' ? 4 : 100 });
    // At 160/12 s `a` is done and `c` takes its place.
    expect(bench.to(20).sample.classes).toEqual([
      {
        name: 'test|ann|all',
        live: 2,
        held: 1,
        cpuSecondsUsed: expect.closeTo(80 + (20 - 160 / 12) * 12, 9),
        parallelismCores: 104,
        busyCores: 16,
        finishedQueries: 1,
        finishedCpuSeconds: 160,
      },
    ]);
  });

  test('classes → by source, user and group, in order of their first query, kept when nobody is live', () => {
    const bench = new EngineBench()
      .add('w')
      .submit('a')
      .submit('b')
      .submit('c', { source: 'other', user: 'a' })
      .toEnd();
    expect(bench.sample.classes.map(({ name, live }) => [name, live])).toEqual([
      ['test|a|all', 0],
      ['test|b|all', 0],
      ['other|a|all', 0],
    ]);
  });

  test('failed queries → their CPU is in the total, not in what has finished', () => {
    const bench = new EngineBench().add('w').submit('a').to(2).lose('w');
    expect(bench.sample.cpuSecondsTotal).toBe(32);
    expect(bench.classOf('a')).toMatchObject({ finishedQueries: 0, finishedCpuSeconds: 0, cpuSecondsUsed: 0 });
  });

  test('one waits for workers, one is held → the longest wait of both', () => {
    const bench = new EngineBench({ groupLimit: 1 }).add('w').submit('a', { cpuSeconds: 9999 });
    bench.to(10).submit('held').to(30).submit('waits', { group: 'other', requiredWorkers: 2 }).to(50);
    expect(bench.sample).toMatchObject({
      oldestWaitSeconds: 40,
      oldestRunningSeconds: 50,
      groupHeld: 1,
      waitingForWorkers: 1,
    });
  });

  test('a sample is not touched by what happens later', () => {
    const bench = new EngineBench().add('w').submit('a').to(5);
    const before = bench.sample;
    const copy = structuredClone(before);
    bench.to(50).sample.classes.at(0);
    expect(before).toEqual(copy);
  });
});
