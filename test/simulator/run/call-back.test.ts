/** Load that returns while removed workers drain: on a fleet whose resizes override each other they come back first. */
import type { Decision } from '../../../lambdas/core/decision.ts';
import { parsePolicy } from '../../../lambdas/core/policy/parse.ts';
import { type RunResult, runHeadless } from '../../../simulator/run/headless.ts';
import { START_OF_RUN } from '../../../simulator/run/start-of-run.ts';
import { completeQuery, workloadDefaults } from '../../../simulator/workload/defaults.ts';
import type { FleetEvent } from '../../../simulator/world/fleet/fleet.ts';
import { mergeKnobs } from '../../../simulator/world/read-knobs.ts';

interface Situation {
  readonly reversibleDrain?: boolean;
  readonly resizes?: 'override' | 'sequential';
  /** Load returns at this second: a query of 300 CPU seconds every so many seconds, for a quarter of an hour. */
  readonly returns?: { readonly at: number; readonly everySeconds: number };
}

const queriesFrom = (from: number, seconds: number, everySeconds: number) =>
  Array.from({ length: Math.floor(seconds / everySeconds) }, (_, index) => ({
    id: `${from}-${index}`,
    arrivalSeconds: from + index * everySeconds,
    cpuSeconds: 300,
    memoryBytes: 0,
    user: 'ann',
    source: 'bi',
  }));

const sent: Decision[] = [];

/** 20 minutes of load, then nothing; the owner vouches for a grace, and the fleet keeps it. */
const run = async ({ reversibleDrain = true, resizes = 'override', returns }: Situation): Promise<RunResult> => {
  const { policy } = parsePolicy({
    capacity: { minimumUnits: 2, maximumUnits: 40 },
    scaleIn: { vouchedGraceSeconds: 1800, holdSeconds: 300, oldestQueryShareOfGrace: 1 },
  });
  if (policy === undefined) throw new Error('a policy of a test is broken');
  const fleet = { resizes, minimumAgeSeconds: 60, startLagMedianSeconds: 120, startLagP95Seconds: 180 };
  const knobs = mergeKnobs({ engine: { reversibleDrain }, fleet }, (path) => {
    throw new Error(`unknown knob ${path.join('.')}`);
  });
  const more = returns === undefined ? [] : queriesFrom(returns.at, 900, returns.everySeconds);
  const queries = [...queriesFrom(0, 1200, 2), ...more].map((query) => completeQuery(query, workloadDefaults(3)));
  sent.length = 0;
  return runHeadless({
    workload: { name: 'returning', queries },
    policy,
    knobs,
    seed: 3,
    untilSeconds: 3600,
    onDecision: (decision) => {
      if (decision.command !== undefined) sent.push(decision);
    },
  });
};

const unitsOf = (targets: Decision['targets']): number =>
  targets === undefined ? Number.NaN : targets.onDemandUnits + targets.spotUnits;

type InstanceEvent = Extract<FleetEvent, { readonly kind: 'instance' }>;

const isInstance = (event: FleetEvent): event is InstanceEvent => event.kind === 'instance';

interface Shrink {
  readonly at: number;
  readonly removed: number;
}

/** The shrink that gives back most in the quiet after the load. */
const largestShrink = async (): Promise<Shrink> => {
  await run({});
  const [first] = sent
    .map(({ at, before, targets }) => ({ at: at - START_OF_RUN, removed: unitsOf(before) - unitsOf(targets) }))
    .filter(({ at }) => at > 1200)
    .toSorted((one, other) => other.removed - one.removed);
  if (first === undefined) throw new Error('nothing shrank');
  return first;
};

let shrink: Shrink;

beforeAll(async () => {
  shrink = await largestShrink();
});

/** What happened to instances in the five minutes after the load had returned. */
const after = (result: RunResult) => {
  const events = result.events.filter(isInstance).filter(({ at }) => at > shrink.at + 40 && at < shrink.at + 340);
  const launchedAt = events.filter(({ state }) => state === 'provisioning').map(({ at }) => at);
  const drained = new Set(
    result.events
      .filter(isInstance)
      .filter(({ at, state }) => state === 'draining' && Math.abs(at - shrink.at) < 1)
      .map(({ instanceId }) => instanceId),
  );
  const backAt = events
    .filter((event) => event.state === 'running' && drained.has(event.instanceId))
    .map(({ at }) => at);
  return { drained: drained.size, backAt, launchedAt };
};

const returning = (everySeconds: number, more: Situation = {}) =>
  run({ ...more, returns: { at: shrink.at + 45, everySeconds } });

const told = (code: string): number =>
  sent.filter(({ reasons }) => reasons.some((reason) => reason.code === code)).length;

test('the premise: a shrink of ten workers or more drains them for minutes', () => {
  expect(shrink.removed).toBeGreaterThanOrEqual(10);
});

test('as much load as before returns → every drained worker is called back, and nothing is launched', async () => {
  const { drained, backAt, launchedAt } = after(await returning(2));
  expect(drained).toBe(shrink.removed);
  expect(backAt).toHaveLength(drained);
  expect(launchedAt).toEqual([]);
  expect(told('drain-called-back')).toBeGreaterThan(0);
});

test.each([6, 4, 3])(
  'a query every %d s returns → some workers are called back, and none is launched',
  async (every) => {
    const { drained, backAt, launchedAt } = after(await returning(every));
    expect(backAt.length).toBeGreaterThan(0);
    expect(backAt.length).toBeLessThan(drained);
    expect(launchedAt).toEqual([]);
  },
);

test('three times the load returns → all are called back before the first is launched', async () => {
  const { drained, backAt, launchedAt } = after(await returning(0.67));
  expect(backAt).toHaveLength(drained);
  expect(launchedAt.length).toBeGreaterThan(0);
  expect(Math.min(...launchedAt)).toBeGreaterThanOrEqual(Math.max(...backAt));
});

test('no query is lost by it', async () => {
  const result = await returning(2);
  expect(result.tally.report(result.tally.ended).failed).toEqual({ scaleIn: 0, interruption: 0, memory: 0, other: 0 });
});

test.each([
  ['a drain that cannot be called back', { reversibleDrain: false }],
  ['a fleet that lets its resizes wait for one another', { resizes: 'sequential' as const }],
])('%s → the growth is sent at once all the same, and nobody comes back', async (_, situation) => {
  const { backAt } = after(await returning(2, situation));
  expect(backAt).toEqual([]);
  const first = sent.find(({ at, verdict }) => verdict === 'grow' && at - START_OF_RUN > shrink.at);
  expect((first?.at ?? Number.NaN) - START_OF_RUN - shrink.at).toBeLessThanOrEqual(90);
  expect(first?.reasons.map(({ code }) => code)).toContain('growth-behind-shrink');
});
