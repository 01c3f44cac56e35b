/** What protects queries at a scale-in, and what happens without it: instances are killed at once, nobody drains them. */
import type { PolicyInput } from '../../../lambdas/core/policy/schema.ts';
import type { EngineKind } from '../../../local/engines/versions.ts';
import { type Bench, codesSince, EAGER, readSlowly, startBench, THRIFTY } from './bench.ts';

const target = ({ run }: Bench): number => run.cluster.fleet.read().spot.targetUnits;

/** Two queries may run at once, whatever the number of workers. */
const LIMIT = 2;
const QUIET_SECONDS = 25;

/** Nobody vouches for anything. */
const policyOf = (minimumUnits: number, mode: 'auto' | 'retried' = 'auto'): PolicyInput => ({
  ...THRIFTY,
  capacity: { ...THRIFTY.capacity, minimumUnits },
  scaleIn: { holdSeconds: 15, mode },
});

export const protectionTests = (kind: EngineKind): void => {
  let bench: Bench;

  beforeAll(async () => {
    bench = await startBench(kind, {
      policy: { ...EAGER, capacity: { ...EAGER.capacity, minimumUnits: 2 }, scaleIn: policyOf(2).scaleIn },
      startWorkers: 1,
      killSeconds: 0,
      withAgent: false,
      coordinatorProperties: { 'query.max-concurrent-queries': String(LIMIT) },
    });
  }, 600_000);

  afterAll(async () => bench?.close());

  test('one worker, the minimum is two → two, and the start lag of this cluster is known', async () => {
    await bench.until('two workers are ready', 240, () => bench.run.system.sample?.readyWorkers === 2);
    await bench.until('the lag is learned', 30, () => (bench.decisions.at(-1)?.terms.lagSeconds ?? 300) < 240);
    await bench.adopt(policyOf(2));
  });

  test('a queue that is only a concurrency limit → no worker is bought, and a notice says why', async () => {
    readSlowly(bench.load, 3 * LIMIT);
    await bench.until('queries are held', 60, () => (bench.run.system.sample?.groupHeldQueries ?? 0) >= LIMIT);
    const [from, since] = [bench.decisions.length, bench.run.seconds];
    await bench.until('some time has passed', 2 * QUIET_SECONDS, () => bench.run.seconds > since + QUIET_SECONDS);
    expect(bench.run.system.sample?.runningQueries).toBeLessThanOrEqual(LIMIT);
    expect(target(bench)).toBe(2);
    expect(codesSince(bench, from)).toEqual(
      expect.arrayContaining([expect.stringMatching(/^(group|concurrency)-limit$/)]),
    );
  });

  test('removed workers are killed at once, queries run → nothing shrinks, and it is said why', async () => {
    await bench.adopt(policyOf(1));
    await bench.until('a shrink is wanted and refused', 200, () => codesSince(bench, 0).includes('shrink-not-idle'));
    expect(target(bench)).toBe(2);
    expect(codesSince(bench, 0)).toEqual(expect.arrayContaining([expect.stringMatching(/^mode-sparing-/)]));
    expect(bench.load.failed).toEqual([]);
  });

  test('the same, and nothing runs any more → one worker, no query failed', async () => {
    await bench.load.finish();
    await bench.until('one instance is left', 120, () => bench.run.cluster.workerIds.length === 1);
    expect(bench.load.failed).toEqual([]);
  });

  test('the protection is switched off, queries run → the shrink kills some of them', async () => {
    await bench.until('the engine counts one worker', 60, () => bench.run.system.sample?.readyWorkers === 1);
    await bench.adopt(policyOf(2));
    await bench.until('two workers are ready', 240, () => bench.run.system.sample?.readyWorkers === 2);
    readSlowly(bench.load, LIMIT);
    await bench.until('queries run', 60, () => bench.run.system.sample?.runningQueries === LIMIT);
    await bench.adopt(policyOf(1, 'retried'));
    await bench.until('one instance is left', 200, () => bench.run.cluster.workerIds.length === 1);
    await bench.until('a query has failed', 90, () => bench.load.failed.length > 0);
    expect(bench.events.flatMap((event) => (event.kind === 'terminated' ? [event.how] : []))).toContain('killed');
  });
};
