import type { Decision } from '../../../lambdas/core/decision.ts';
import { defaultPolicy, parsePolicy } from '../../../lambdas/core/policy/parse.ts';
import type { PolicyInput } from '../../../lambdas/core/policy/schema.ts';
import type { FullRecord } from '../../../lambdas/core/record.ts';
import { reactionSeconds } from '../../../simulator/run/document.ts';
import { runHeadless } from '../../../simulator/run/headless.ts';
import { Invariants } from '../../../simulator/run/invariants.ts';
import { STEP_AT_SECONDS } from '../../../simulator/workload/generate-step.ts';
import { loadWorkload } from '../../../simulator/workload/load.ts';
import type { Query } from '../../../simulator/workload/query.ts';
import { DEFAULT_KNOBS } from '../../../simulator/world/knobs.ts';
import { mergeKnobs } from '../../../simulator/world/read-knobs.ts';

const HOUR = 3600;

const knobsWith = (given: unknown) =>
  mergeKnobs(given, (path) => {
    throw new Error(`unknown knob ${path.join('.')}`);
  });

const policyWith = (given: PolicyInput) => {
  const { policy } = parsePolicy(given);
  if (policy === undefined) throw new Error('a policy of a test is broken');
  return policy;
};

const runWith = async (options: {
  world?: unknown;
  policy?: PolicyInput;
  hours?: number;
  from?: number;
  change?: (query: Query) => Query;
  onDecision?: (decision: Decision) => void;
}) => {
  const untilSeconds = (options.hours ?? 3) * HOUR;
  const from = (options.from ?? 8) * HOUR;
  const day = loadWorkload({ generate: 'office', untilSeconds: from + untilSeconds, seed: 5 });
  const queries = day.queries
    .filter((query) => query.arrivalSeconds >= from)
    .map((query) => ({ ...query, arrivalSeconds: query.arrivalSeconds - from }))
    .map(options.change ?? ((query) => query));
  const policy = policyWith(options.policy ?? {});
  const invariants = new Invariants(policy);
  const onDecision = (decision: Decision, record: FullRecord | undefined): void => {
    invariants.check(decision, record);
    options.onDecision?.(decision);
  };
  const workload = { name: 'morning', queries };
  const result = await runHeadless({
    workload,
    policy,
    knobs: knobsWith(options.world ?? {}),
    seed: 5,
    untilSeconds,
    onDecision,
  });
  return { result, report: result.tally.report(queries.length), broken: invariants.broken, arrived: queries.length };
};

describe('a step of demand', () => {
  test('20 queries of a class seen before on an idle cluster → 90 % of the highest target within 20 s', async () => {
    const untilSeconds = 4 * HOUR;
    const workload = loadWorkload({ generate: 'step', untilSeconds, seed: 7 });
    const result = await runHeadless({
      workload,
      policy: defaultPolicy(),
      knobs: DEFAULT_KNOBS,
      seed: 7,
      untilSeconds,
    });
    expect(reactionSeconds(result.targets, STEP_AT_SECONDS)).toBeLessThanOrEqual(20);
    expect(result.tally.report(24)).toMatchObject({ completed: 24 });
  });

  test.each([
    [
      'a small step first → the call that reaches 90 %',
      [
        [100, 10],
        [115, 50],
        [130, 52],
      ],
      100,
      15,
    ],
    [
      'no command within five minutes → null',
      [
        [99, 10],
        [500, 50],
      ],
      100,
      null,
    ],
  ] as const)('%s', (_, steps, at, expected) => {
    const targets = steps.map(([atSeconds, units]) => ({ atSeconds, units }));
    expect(reactionSeconds(targets, at)).toBe(expected);
  });
});

describe('an office morning in worlds that differ', () => {
  const outage = { startSeconds: 3600, endSeconds: 7200, instanceTypes: null, reclaims: true };

  test.each([
    ['careful defaults', {}],
    ['resizes override', { world: { fleet: { resizes: 'override' } } }],
    ['victims oldest first', { world: { fleet: { victims: 'oldest' } } }],
    ['reads stale for 60 s', { world: { fleet: { staleReadSeconds: 60 } } }],
    ['graceful timeout 0, mode auto', { world: { fleet: { gracefulTimeoutSeconds: 0 } } }],
    ['5 % zombies', { world: { fleet: { zombieShare: 0.05 } } }],
    ['5 % of starts fail', { world: { fleet: { startFailureShare: 0.05 } } }],
    ['resource-group limit', { world: { engine: { groupLimit: 5 } } }],
    ['memory-bound queries', { change: (query: Query) => ({ ...query, memoryBytes: 40 * 1024 ** 3 }) }],
    ['a budget', { policy: { budget: { usdPerHour: 10 } } }],
    ['spot gone for an hour', { world: { fleet: { outages: [outage] } } }],
  ])('%s → nothing happens that must not, and scale-in loses no query', async (_, options) => {
    const { report, broken, result, arrived } = await runWith(options);
    expect(broken).toEqual({});
    expect(report.failed.scaleIn).toBe(0);
    expect(result.empty).toBe(true);
    expect(result.tally.ended).toBe(arrived);
  });

  test('spot gone for an hour → on-demand stands in within the cap after the fallback time, and is given back', async () => {
    const onDemand: number[] = [];
    const { result } = await runWith({
      hours: 6,
      world: { fleet: { outages: [outage] } },
      onDecision: ({ targets }) => onDemand.push(targets?.onDemandUnits ?? 0),
    });
    const first = onDemand.findIndex((units) => units > 0) * 15;
    expect(result.reasons).toMatchObject({ 'fallback-on-demand': expect.any(Number) });
    expect(first).toBeGreaterThanOrEqual(outage.startSeconds + 900);
    expect(first).toBeLessThanOrEqual(outage.startSeconds + 120 + 900 + 60);
    expect(Math.max(...onDemand)).toBe(20);
    expect(onDemand.at(-1)).toBe(0);
  });

  test('queries that nobody can finish → the run is cut, and says so', async () => {
    const { result } = await runWith({ hours: 0.1, change: (query) => ({ ...query, memoryBytes: 1e15 }) });
    expect(result.empty).toBe(false);
  });
});
