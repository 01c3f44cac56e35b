/** What protects queries at a scale-in, and what happens without it: instances are killed at once, nobody drains them. */
import type { PolicyInput } from '../../../lambdas/core/policy/schema.ts';
import type { EngineKind } from '../../../local/engines/versions.ts';
import { CLUSTER } from '../../../local/system.ts';
import { type Bench, codesSince, POLICY, readSlowly, startBench } from './bench.ts';

const target = ({ run }: Bench): number => run.cluster.fleet.read().spot.targetUnits;

/** Two queries may run at once, whatever the number of workers. */
const LIMIT = 2;
const QUIET_SECONDS = 40;

export const protectionTests = (kind: EngineKind): void => {
  let bench: Bench;

  const adopt = (policy: PolicyInput): Promise<unknown> =>
    bench.run.system.inbox.putPolicy(CLUSTER, policy, 'test', bench.run.system.time);

  beforeAll(async () => {
    bench = await startBench(kind, {
      policy: { ...POLICY, capacity: { ...POLICY.capacity, minimumUnits: 2 } },
      startWorkers: 2,
      killSeconds: 0,
      withAgent: false,
      coordinatorProperties: { 'query.max-concurrent-queries': String(LIMIT) },
    });
  }, 600_000);

  afterAll(async () => bench?.close());

  test('a queue that is only a concurrency limit → no worker is bought, and a notice says why', async () => {
    readSlowly(bench.load, 3 * LIMIT);
    await bench.until('queries are held', 60, () => (bench.run.system.sample?.groupHeldQueries ?? 0) >= LIMIT);
    const from = bench.decisions.length;
    await bench.until('half a minute has passed', QUIET_SECONDS + 30, () => bench.run.seconds > QUIET_SECONDS);
    expect(bench.run.system.sample?.runningQueries).toBeLessThanOrEqual(LIMIT);
    expect(target(bench)).toBe(2);
    expect(codesSince(bench, from)).toEqual(
      expect.arrayContaining([expect.stringMatching(/^(group|concurrency)-limit$/)]),
    );
  });

  test('removed workers are killed at once, queries run → nothing shrinks, and it is said why', async () => {
    await adopt(POLICY);
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
    await adopt({ ...POLICY, capacity: { ...POLICY.capacity, minimumUnits: 2 } });
    await bench.until('two workers are ready', 240, () => bench.run.system.sample?.readyWorkers === 2);
    readSlowly(bench.load, LIMIT);
    await bench.until('queries run', 60, () => bench.run.system.sample?.runningQueries === LIMIT);
    await adopt({ ...POLICY, scaleIn: { ...POLICY.scaleIn, mode: 'retried' } });
    await bench.until('one instance is left', 200, () => bench.run.cluster.workerIds.length === 1);
    await bench.until('a query has failed', 90, () => bench.load.failed.length > 0);
    expect(bench.events.flatMap((event) => (event.kind === 'terminated' ? [event.how] : []))).toContain('killed');
  });
};
