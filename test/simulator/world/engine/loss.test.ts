import type { LossCause } from '../../../../simulator/world/engine/engine.ts';
import { EngineBench } from './bench.ts';

describe('a lost worker, without retries', () => {
  test.each<LossCause>(['scaleIn', 'interruption', 'other'])(
    'lost by %s → queries on it fail with that cause',
    (cause) => {
      const bench = new EngineBench().add('v', 'w').submit('a').to(2).lose('w', cause);
      expect(bench.outcomes).toMatchObject([{ endSeconds: 2, result: 'failed', cause, cpuSecondsUsed: 64 }]);
      expect(bench.engine.idle).toBe(true);
    },
  );

  test('exactly those with tasks there fail, in order of submission', () => {
    const bench = new EngineBench().add('v').submit('before', { cpuSeconds: 9000 });
    bench
      .submit('scan', { sourceShare: 0.5, cpuSeconds: 9000 })
      .submit('scanned', { sourceShare: 0.01, cpuSeconds: 9000 });
    bench.to(100).add('w').to(200).submit('on both', { parallelismCores: 1 }).drain('w').submit('after');
    bench.lose('w');
    expect(bench.ended).toEqual([
      ['scan', 200, 'interruption'],
      ['on both', 200, 'interruption'],
    ]);
  });

  test('the first submitted had to wait for workers and started last → it is named first', () => {
    const bench = new EngineBench().add('v').submit('patient', { requiredWorkers: 2 }).submit('b').add('w').lose('v');
    expect(bench.ended.map(([id]) => id)).toEqual(['patient', 'b']);
  });

  test('joined in the source stage, lost in a later one → harmless', () => {
    const bench = new EngineBench()
      .add('v')
      .submit('a', { sourceShare: 0.5, cpuSeconds: 320 })
      .add('w')
      .to(6)
      .lose('w');
    expect(bench.toEnd().ended).toEqual([['a', 15, 'completed']]);
  });

  test('a query that waits or is held → is not harmed', () => {
    const bench = new EngineBench({ groupLimit: 1 }).add('w').submit('a', { requiredWorkers: 2 }).submit('b').lose('w');
    expect(bench.ended).toEqual([]);
    expect(bench.sample).toMatchObject({ waitingForWorkers: 1, groupHeld: 1, readyWorkers: 0 });
  });

  test('a query blocked on memory → has tasks there and fails', () => {
    const bench = new EngineBench().add('w').submit('a', { memoryBytes: 200 }).lose('w', 'scaleIn');
    expect(bench.ended).toEqual([['a', 0, 'scaleIn']]);
    expect(bench.sample.blockedOnMemory).toBe(0);
  });

  test('the failed query held memory and a place in its group → both are free again', () => {
    const bench = new EngineBench({ groupLimit: 1 })
      .add('v', 'w')
      .submit('a', { memoryBytes: 150 })
      .submit('b', { memoryBytes: 60 });
    expect(bench.lose('w').sample).toMatchObject({ running: 1, groupHeld: 0, reservedMemoryBytes: 60 });
    expect(bench.cores('b')).toBe(16);
  });
});

describe('a lost worker, with retried tasks', () => {
  const RETRIES = { retriesTasks: true, retriedTaskSeconds: 4 };

  test('one of two workers lost → its half of the last 4 s is done again, and counted as burnt', () => {
    const bench = new EngineBench(RETRIES).add('v', 'w').submit('a', { cpuSeconds: 640 }).to(10).lose('w');
    expect(bench.sample.cpuSecondsTotal).toBe(320);
    // 320 left and 32 cores × 4 s × 1/2 once more, on 16 cores.
    expect(bench.toEnd().outcomes).toMatchObject([{ endSeconds: 34, result: 'completed', cpuSecondsUsed: 704 }]);
    expect(bench.sample.cpuSecondsTotal).toBe(704);
  });

  test('lost after one second → no more than what was done', () => {
    const bench = new EngineBench(RETRIES).add('v', 'w').submit('a', { cpuSeconds: 640 }).to(1).lose('w').toEnd();
    expect(bench.outcomes).toMatchObject([{ endSeconds: 41, cpuSecondsUsed: 672 }]);
  });

  test('lost just after the source stage → what that stage did is safe', () => {
    const bench = new EngineBench(RETRIES)
      .add('v', 'w')
      .submit('a', { sourceShare: 0.5, cpuSeconds: 640 })
      .to(10)
      .lose('w')
      .toEnd();
    expect(bench.outcomes).toMatchObject([{ endSeconds: 30, cpuSecondsUsed: 640 }]);
  });

  test('a source stage loses a worker that drained → that did no source work', () => {
    const bench = new EngineBench(RETRIES)
      .add('v', 'w')
      .submit('a', { sourceShare: 1 })
      .drain('w')
      .to(5)
      .lose('w')
      .toEnd();
    expect(bench.outcomes).toMatchObject([{ endSeconds: 10, cpuSecondsUsed: 160 }]);
  });

  test('all workers of a later stage lost → placed again on those that are active', () => {
    const bench = new EngineBench(RETRIES).add('v').submit('a', { cpuSeconds: 320 }).to(10).add('w', 'x').lose('v');
    expect(bench.cores('a')).toBe(32);
    expect(bench.toEnd().outcomes).toMatchObject([{ endSeconds: 17, cpuSecondsUsed: 384 }]);
  });

  test('no worker left → queued until one comes, then goes on', () => {
    const bench = new EngineBench(RETRIES).add('v').submit('a', { cpuSeconds: 320 }).to(10).lose('v').to(60);
    expect(bench.sample).toMatchObject({ running: 0, queued: 1, readyWorkers: 0, drainingWorkers: 0 });
    expect(bench.add('w').sample).toMatchObject({ running: 1, queued: 0 });
    expect(bench.toEnd().outcomes).toMatchObject([{ endSeconds: 74, cpuSecondsUsed: 384 }]);
  });

  test('the only worker left drains → a query without workers is not placed there', () => {
    const bench = new EngineBench(RETRIES).add('v').submit('a').add('w').drain('w').lose('v');
    expect(bench.sample).toMatchObject({ running: 0, queued: 1, drainingWorkers: 1 });
    expect(bench.engine.isDrained('w')).toBe(true);
  });

  test('no active worker left and others keep a draining one busy → the query has nothing of it', () => {
    const bench = new EngineBench(RETRIES).add('v').submit('a').add('w').submit('b').drain('w').lose('v');
    expect([bench.cores('a'), bench.cores('b')]).toEqual([0, 16]);
  });

  test('a source stage had help from a worker that drains, and all it started on is lost → that drain waits no more', () => {
    const bench = new EngineBench(RETRIES).add('v').submit('scan', { sourceShare: 1 }).add('w').drain('w');
    expect(bench.engine.isDrained('w')).toBe(false);
    expect(bench.lose('v').engine.isDrained('w')).toBe(true);
  });

  test('killed for its memory while it has no workers → gone for good', () => {
    const bench = new EngineBench({ ...RETRIES, lowMemoryKillSeconds: 30 }).add('v');
    bench.submit('a', { memoryBytes: 90 }).submit('b', { memoryBytes: 90 }).to(1).lose('v').to(40);
    expect(bench.ended).toEqual([['a', 30, 'memory']]);
    expect(bench.sample).toMatchObject({ queued: 1, blockedOnMemory: 1, running: 0 });
    expect(bench.add('w').toEnd().ended.at(-1)).toEqual(['b', 50, 'completed']);
  });

  test('half of the cluster lost at one moment → every query does its part again', () => {
    const bench = new EngineBench(RETRIES)
      .add('u', 'v', 'w', 'x')
      .submit('a', { cpuSeconds: 3200 })
      .to(10)
      .lose('w')
      .lose('x');
    // 64 cores × 4 s × 1/4, then 48 × 4 × 1/3.
    expect(bench.toEnd().outcomes[0]?.cpuSecondsUsed).toBeCloseTo(3200 + 64 + 64, 9);
  });
});
