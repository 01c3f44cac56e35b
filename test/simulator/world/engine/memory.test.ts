import { EngineBench } from './bench.ts';

describe('blocking on memory', () => {
  test('100 bytes, queries of 60 and 50 → the second has started and does nothing until the first ends', () => {
    const bench = new EngineBench().add('w').submit('a', { memoryBytes: 60 }).submit('b', { memoryBytes: 50 });
    expect(bench.sample).toMatchObject({ running: 2, blockedOnMemory: 1, queued: 0, reservedMemoryBytes: 60 });
    expect(bench.cores('b')).toBe(0);
    expect(bench.to(10).sample).toMatchObject({ running: 1, blockedOnMemory: 0, reservedMemoryBytes: 50 });
    expect(bench.toEnd().outcomes).toMatchObject([
      { endSeconds: 10, waitedSeconds: 0 },
      { endSeconds: 20, waitedSeconds: 0 },
    ]);
  });

  test('a small one behind a blocked one → does not overtake it', () => {
    const bench = new EngineBench().add('w').submit('a', { memoryBytes: 60 });
    bench.submit('big', { memoryBytes: 50 }).submit('small', { memoryBytes: 1 });
    expect(bench.sample.blockedOnMemory).toBe(2);
    expect(bench.to(10).sample).toMatchObject({ blockedOnMemory: 0, reservedMemoryBytes: 51 });
  });

  test('one that reserves nothing behind a blocked one → runs', () => {
    const bench = new EngineBench()
      .add('w')
      .submit('a', { memoryBytes: 60 })
      .submit('b', { memoryBytes: 50 })
      .submit('c');
    expect(bench.sample.blockedOnMemory).toBe(1);
    expect(bench.cores('c')).toBe(8);
  });

  test('a worker joins → the blocked go on, in order, as far as it reaches', () => {
    const bench = new EngineBench().add('v');
    for (const id of ['a', 'b', 'c', 'd']) bench.submit(id, { memoryBytes: 90 });
    expect(bench.add('w').sample).toMatchObject({
      blockedOnMemory: 2,
      reservedMemoryBytes: 180,
      totalMemoryBytes: 200,
    });
    expect(['a', 'b', 'c', 'd'].filter((id) => bench.cores(id) > 0)).toEqual(['a', 'b']);
  });

  test('a worker drains and leaves with reservations above the rest → nothing fails, new ones block', () => {
    const bench = new EngineBench().add('v', 'w').submit('a', { cpuSeconds: 32 }).submit('b', { memoryBytes: 150 });
    bench.drain('w').submit('c', { memoryBytes: 1 });
    expect(bench.sample).toMatchObject({ reservedMemoryBytes: 150, totalMemoryBytes: 100, blockedOnMemory: 1 });
    expect(bench.toEnd().ended.every(([, , how]) => how === 'completed')).toBe(true);
    expect(bench.outcomes).toHaveLength(3);
  });

  test('a query that can never fit → stays blocked', () => {
    const bench = new EngineBench().add('w').submit('a', { memoryBytes: 101 }).to(1e6);
    expect(bench.sample).toMatchObject({ running: 1, blockedOnMemory: 1 });
    expect(bench.engine.nextEventAt()).toBeUndefined();
  });

  test('the first of the blocked is lost with a worker → the next one moves up', () => {
    const bench = new EngineBench().add('v').submit('a', { memoryBytes: 60 }).add('w');
    bench.submit('b', { memoryBytes: 150 }).drain('w').submit('c', { memoryBytes: 30 });
    expect(bench.sample.blockedOnMemory).toBe(2);
    bench.lose('w');
    expect(bench.ended).toEqual([['b', 0, 'interruption']]);
    expect(bench.sample).toMatchObject({ blockedOnMemory: 0, reservedMemoryBytes: 90 });
  });
});

describe('limits on memory', () => {
  test('more than query.max-memory → fails at once, the cluster untouched', () => {
    const bench = new EngineBench({ queryMaxMemoryBytes: 50 }).add('w').submit('a', { memoryBytes: 51 });
    expect(bench.outcomes).toMatchObject([{ endSeconds: 0, cause: 'memory', cpuSecondsUsed: 0 }]);
    expect(bench.sample).toMatchObject({ running: 0, reservedMemoryBytes: 0 });
    expect(bench.submit('b', { memoryBytes: 50 }).sample.running).toBe(1);
  });

  test('blocked for 30 s → the largest is killed, the first submitted among equals', () => {
    const bench = new EngineBench({ lowMemoryKillSeconds: 30 }).add('w');
    for (const [id, memoryBytes] of [
      ['a', 20],
      ['b', 40],
      ['c', 40],
    ] as const) {
      bench.submit(id, { memoryBytes, cpuSeconds: 1600 });
    }
    bench.to(5).submit('d', { memoryBytes: 30, cpuSeconds: 1600 });
    expect(bench.to(34.9).ended).toEqual([]);
    expect(bench.to(35).ended).toEqual([['b', 35, 'memory']]);
    expect(bench.sample).toMatchObject({ blockedOnMemory: 0, reservedMemoryBytes: 90 });
    expect(bench.outcomes[0]?.cpuSecondsUsed).toBeCloseTo((16 * 35) / 3, 9);
  });

  test('one killed is not enough → the next after another 30 s', () => {
    const bench = new EngineBench({ lowMemoryKillSeconds: 30 }).add('w');
    bench.submit('a', { memoryBytes: 50, cpuSeconds: 9999 }).submit('b', { memoryBytes: 45, cpuSeconds: 9999 });
    bench.submit('c', { memoryBytes: 90 }).to(60);
    expect(bench.ended).toEqual([
      ['a', 30, 'memory'],
      ['b', 60, 'memory'],
    ]);
    expect(bench.sample.reservedMemoryBytes).toBe(90);
  });

  test('blocked for less than 30 s, twice → nobody is killed', () => {
    const bench = new EngineBench({ lowMemoryKillSeconds: 30 }).add('w');
    bench.submit('a', { memoryBytes: 90, cpuSeconds: 400 }).submit('b', { memoryBytes: 90, cpuSeconds: 400 });
    bench.to(24).submit('c', { memoryBytes: 90, cpuSeconds: 400 }).toEnd();
    expect(bench.ended.map(([, , how]) => how)).toEqual(['completed', 'completed', 'completed']);
  });
});
