/** The main job on the recorded day: three streams laid over each other, 125 cores of work on average. */
import { defaultPolicy } from '../../../lambdas/core/policy/parse.ts';
import { documentOf } from '../../../simulator/run/document.ts';
import { smallestFixedCluster } from '../../../simulator/run/fixed.ts';
import { runHeadless } from '../../../simulator/run/headless.ts';
import { Invariants } from '../../../simulator/run/invariants.ts';
import { loadWorkload } from '../../../simulator/workload/load.ts';
import { DEFAULT_KNOBS } from '../../../simulator/world/knobs.ts';
import { CAB_TRACE, recordedTest } from '../recorded.ts';

const UNTIL = 86_400;

const runDay = async (seed: number) => {
  const streams = ['patterns/0', 'patterns/1', 'patterns/2'];
  const workload = loadWorkload({
    trace: CAB_TRACE,
    format: 'cab',
    streams,
    workFactor: 200,
    untilSeconds: UNTIL,
    seed,
  });
  const policy = defaultPolicy();
  const invariants = new Invariants(policy);
  const onDecision = invariants.check.bind(invariants);
  const result = await runHeadless({ workload, policy, knobs: DEFAULT_KNOBS, seed, untilSeconds: UNTIL, onDecision });
  const fixed = smallestFixedCluster(workload, DEFAULT_KNOBS, 1600, UNTIL);
  return { document: documentOf(workload, policy, seed, result, fixed), broken: invariants.broken };
};

describe('the recorded day, limits 64–1,600 cores, spot, sequential resizes', () => {
  for (const seed of [7, 1, 42]) {
    recordedTest(
      `seed ${seed} → no query lost, at most 3 % late, at most 0.30 of a fixed cluster, at most 250 calls`,
      CAB_TRACE,
      async () => {
        const { document, broken } = await runDay(seed);
        const { queries, capacity, usd, work, emrCalls } = document;
        expect(queries).toMatchObject({ arrived: 9255, completed: 9255, failed: { scaleIn: 0 } });
        expect(queries.lateShare).toBeLessThanOrEqual(0.03);
        expect(usd.total / (usd.fixedOnDemand ?? 0)).toBeLessThanOrEqual(0.3);
        expect(capacity.coreHours / work.coreHours).toBeLessThanOrEqual(4);
        expect(emrCalls['ModifyInstanceFleet']).toBeLessThanOrEqual(250);
        expect(capacity.minUnits).toBeGreaterThanOrEqual(4);
        expect(capacity.maxUnits).toBeLessThanOrEqual(100);
        expect(broken).toEqual({});
      },
    );
  }
});
