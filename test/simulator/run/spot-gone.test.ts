/** All spot is gone for three hours, in the simulated world: the fallback, the way back, and what they may not do. */
import type { Decision } from '../../../lambdas/core/decision.ts';
import { parsePolicy } from '../../../lambdas/core/policy/parse.ts';
import type { PolicyInput } from '../../../lambdas/core/policy/schema.ts';
import type { FullRecord } from '../../../lambdas/core/record.ts';
import { runHeadless } from '../../../simulator/run/headless.ts';
import { Invariants } from '../../../simulator/run/invariants.ts';
import { loadWorkload } from '../../../simulator/workload/load.ts';
import { mergeKnobs } from '../../../simulator/world/read-knobs.ts';

const HOUR = 3600;
const TICK = 15;
const OUTAGE = { startSeconds: HOUR, endSeconds: 4 * HOUR, instanceTypes: null, reclaims: true };
const NOTICE_SECONDS = 120;
const FALLBACK_SECONDS = 900;
/** From the world's own knobs: 95 % of starts take no longer. */
const START_P95_SECONDS = 480;

const policyOf = (wishes: PolicyInput) => {
  const { policy } = parsePolicy(wishes);
  if (policy === undefined) throw new Error('a policy of a test is broken');
  return policy;
};

interface At {
  readonly seconds: number;
  readonly decision: Decision;
  readonly onDemand: number;
  readonly spot: number;
}

const run = async (fleet: object, wishes: PolicyInput = {}) => {
  const untilSeconds = 9 * HOUR;
  const policy = policyOf({ markets: { fallbackMaximumUnits: 1000 }, ...wishes });
  const day = loadWorkload({ generate: 'office', untilSeconds: 17 * HOUR, seed: 5 });
  const queries = day.queries
    .filter(({ arrivalSeconds }) => arrivalSeconds >= 8 * HOUR)
    .map((query) => ({ ...query, arrivalSeconds: query.arrivalSeconds - 8 * HOUR }));
  const knobs = mergeKnobs({ fleet: { outages: [OUTAGE], ...fleet } }, (path) => {
    throw new Error(`unknown knob ${path.join('.')}`);
  });
  const invariants = new Invariants(policy);
  const ticks: At[] = [];
  const onDecision = (decision: Decision, record: FullRecord | undefined): void => {
    invariants.check(decision, record);
    const { onDemandUnits = 0, spotUnits = 0 } = decision.targets ?? {};
    ticks.push({ seconds: ticks.length * TICK, decision, onDemand: onDemandUnits, spot: spotUnits });
  };
  const result = await runHeadless({
    workload: { name: 'outage', queries },
    policy,
    knobs,
    seed: 5,
    untilSeconds,
    onDecision,
  });
  return { ticks, result, broken: invariants.broken, report: result.tally.report(queries.length) };
};

const timesOf = (ticks: readonly At[], code: string): number[] =>
  ticks.filter(({ decision }) => decision.reasons.some((reason) => reason.code === code)).map(({ seconds }) => seconds);

const firstFallback = (ticks: readonly At[]): At => {
  const first = ticks.find(({ onDemand }) => onDemand > 0);
  if (first === undefined) throw new Error('on-demand never stood in');
  return first;
};

describe.each([
  // EMR replaces what was lost by itself; where resizes are done one after another, ours waits for that one to time out.
  ['resizes one after another', { resizes: 'sequential' }, 600],
  ['resizes that override', { resizes: 'override' }, 0],
])('all spot is gone for three hours, %s', (_, fleet, waitSeconds) => {
  let world: Awaited<ReturnType<typeof run>>;
  beforeAll(async () => {
    world = await run(fleet);
  });

  test('on-demand is asked for in place of all that was lost within the fallback time and two ticks after it has gone', () => {
    const first = firstFallback(world.ticks);
    const lost = Math.max(
      ...world.ticks.filter(({ seconds }) => seconds < OUTAGE.startSeconds).map(({ spot }) => spot),
    );
    const gone = OUTAGE.startSeconds + NOTICE_SECONDS;
    expect(first.seconds).toBeGreaterThanOrEqual(OUTAGE.startSeconds + FALLBACK_SECONDS);
    expect(first.seconds).toBeLessThanOrEqual(gone + FALLBACK_SECONDS + 2 * TICK);
    expect(first.onDemand).toBeGreaterThanOrEqual(lost);
  });

  test('nine tenths of it serve within the 95th percentile of a start after EMR has begun with it', () => {
    const first = firstFallback(world.ticks);
    const by = first.seconds + waitSeconds + START_P95_SECONDS + 2 * TICK;
    const ready = world.ticks.find(({ seconds }) => seconds >= by)?.decision.terms.readyCores ?? 0;
    expect(ready).toBeGreaterThanOrEqual(0.9 * 16 * first.onDemand);
  });

  test('after spot is back a probe finds it within half an hour', () => {
    const found = timesOf(world.ticks, 'fallback-return').find((seconds) => seconds >= OUTAGE.endSeconds);
    expect(found).toBeLessThanOrEqual(OUTAGE.endSeconds + 1800);
  });

  test('on-demand falls step by step to nothing, and the way back kills no worker with queries on it', () => {
    const found = timesOf(world.ticks, 'fallback-return').find((seconds) => seconds >= OUTAGE.endSeconds) ?? 0;
    const back = world.ticks.filter(({ seconds }) => seconds >= found);
    const levels = back.map(({ onDemand }) => onDemand).filter((units, index, all) => units !== all[index - 1]);
    expect(levels.at(-1)).toBe(0);
    expect(levels).toEqual(levels.toSorted((a, b) => b - a));
    expect(world.report.failed.scaleIn).toBe(0);
  });

  test('nothing happens that must not', () => {
    expect(world.broken).toEqual({});
    expect(world.result.empty).toBe(true);
  });
});
