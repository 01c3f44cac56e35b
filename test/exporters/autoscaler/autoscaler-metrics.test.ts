/** The autoscaler's state as metrics: what is known, with its numbers; what is unknown, not at all. */
import { autoscalerFamilies } from '../../../exporters/autoscaler/autoscaler-metrics.ts';
import { renderMetrics } from '../../../exporters/registry.ts';
import { at, fleet, hold, memory, NOON, policyWith, sample, targets } from '../../lambdas/core/builders.ts';
import { toldOf, view } from './bench.ts';

const DAY = Math.floor(NOON / 86_400);
const shown = (numbers: object) => memory({ tick: 1, at: NOON, shown: { wantedUnits: 10, ...numbers } });
const signed = (signature: string) => memory({ record: { sinceFull: 0, signature } });
/** Names that begin so. */
const some = (told: Readonly<Record<string, number>>, start: string) =>
  Object.fromEntries(Object.entries(told).filter(([name]) => name.startsWith(start)));

test('a cluster that has never ticked → the policy, no holds, and nothing else', async () => {
  expect(await toldOf({})).toEqual({
    minimum_units: 4,
    maximum_units: 100,
    'mode{mode="act"}': 1,
    'mode{mode="shadow"}': 0,
    'mode{mode="paused"}': 0,
    policy_version: 1,
    policy_refused: 0,
    'holds{kind="total"}': 0,
    'holds{kind="extra"}': 0,
    'hold_units{kind="total"}': 0,
    'hold_units{kind="extra"}': 0,
    ticks_total: 0,
  });
});

describe('targets and what has come of them', () => {
  const command = { targets: targets(2, 20), at: NOON, seen: true, askedAgain: 0 };

  test('20 spot asked for, 13 there; on-demand overshot by one → 7 arriving, none on-demand', async () => {
    const seen = fleet({ onDemand: 2, spot: 20, provisionedOnDemand: 3, provisionedSpot: 13 });
    const told = await toldOf({
      memory: memory({ command, fleet: seen, record: { sinceFull: 0, signature: 'grow 2+20 grow-wanted' } }),
    });
    expect(told).toMatchObject({
      'target_units{market="on_demand"}': 2,
      'target_units{market="spot"}': 20,
      'provisioned_units{market="on_demand"}': 3,
      'provisioned_units{market="spot"}': 13,
      'arriving_units{market="on_demand"}': 0,
      'arriving_units{market="spot"}': 7,
      spot_ratio: 13 / 16,
      'last_verdict{verdict="grow"}': 1,
      'last_verdict{verdict="shrink"}': 0,
      'last_verdict{verdict="steady"}': 0,
    });
  });

  test('shadow mode → the targets it would have set, and nothing arrives', async () => {
    const told = await toldOf({
      memory: memory({
        command: { ...command, targets: targets(0, 10) },
        fleet: fleet(),
        record: { sinceFull: 0, signature: 'grow 0+30 shadow' },
      }),
    });
    expect(told).toMatchObject({ 'target_units{market="spot"}': 30, 'arriving_units{market="spot"}': 0 });
  });

  test('the fleet was never read → no targets, nothing provisioned, nothing arriving; the reason all the same', async () => {
    const told = await toldOf({ memory: signed('steady ?+? demand-counts fleet-unread') });
    expect(Object.keys(told).filter((name) => /_units\{market|spot_ratio/.test(name))).toEqual([]);
    expect(some(told, 'last_reason')).toEqual({
      'last_reason{code="demand-counts"}': 1,
      'last_reason{code="fleet-unread"}': 1,
    });
  });

  test('a tick has decided and spot was never missing → no on-demand stands in, which is known; before that it is not', async () => {
    expect(await toldOf({ memory: memory({ at: NOON }) })).toMatchObject({ stand_in_units: 0 });
    expect(await toldOf({})).not.toHaveProperty('stand_in_units');
  });

  test('an empty fleet → no share of spot, which would be a number out of nothing', async () => {
    expect(await toldOf({ memory: memory({ fleet: fleet({ spot: 0 }) }) })).not.toHaveProperty('spot_ratio');
  });

  test('one reason twice, as two alarms give → one series', async () => {
    expect(some(await toldOf({ memory: signed('grow 0+9 alarm-up alarm-up') }), 'last_reason')).toEqual({
      'last_reason{code="alarm-up"}': 1,
    });
  });
});

describe('the last decision’s numbers', () => {
  test('ready and draining cores → units, without the cores that are always on', async () => {
    const policy = { policy: policyWith({ capacity: { coresPerUnit: 8, alwaysOnCores: 32 } }), version: 3 };
    const told = await toldOf({ policy, memory: shown({ readyCores: 72, drainingCores: 12 }) });
    expect(told).toMatchObject({ ready_units: 5, draining_units: 1.5, policy_version: 3 });
    expect(await toldOf({ policy, memory: shown({ readyCores: 16 }) })).toMatchObject({ ready_units: 0 });
  });

  test('each term by its name; those that did not apply are absent', async () => {
    const told = await toldOf({
      memory: shown({
        workSeconds: 900,
        arrivalCores: 3.5,
        arrivingCores: 16,
        lagSeconds: 180,
        workUnits: 4.25,
        floorUnits: 4,
        ceilingUnits: 100,
        heldUnits: 12,
      }),
    });
    expect(some(told, 'term_units')).toEqual({
      'term_units{term="work"}': 4.25,
      'term_units{term="floor"}': 4,
      'term_units{term="ceiling"}': 100,
      'term_units{term="wanted"}': 10,
      'term_units{term="held"}': 12,
    });
    expect(told).toMatchObject({
      outstanding_work_core_seconds: 900,
      arriving_work_cores: 3.5,
      arriving_cores: 16,
      start_lag_seconds: 180,
    });
  });
});

describe('money', () => {
  const spending = { day: DAY, usd: 30, at: at(0) };
  const budgets = { policy: policyWith({ budget: { usdPerHour: 20, usdPerDay: 40 } }), version: 1 };

  test('price and budgets known → dollars, and the used share of each budget', async () => {
    const told = await toldOf({ policy: budgets, memory: { ...shown({ usdPerHour: 5 }), spending } });
    expect(told).toMatchObject({
      cost_usd_per_hour: 5,
      cost_today_usd: 30,
      'budget_used_ratio{budget="hour"}': 0.25,
      'budget_used_ratio{budget="day"}': 0.75,
    });
  });

  test('no price → no dollars at all, not zero', async () => {
    const told = await toldOf({ policy: budgets, memory: { ...shown({}), spending: { ...spending, usd: 0 } } });
    expect(Object.keys(told).filter((name) => /^(cost|budget)/.test(name))).toEqual([]);
  });

  test('after midnight, before the first tick of the day → yesterday’s sum is not today’s', async () => {
    const told = await toldOf({ policy: budgets, memory: { ...shown({ usdPerHour: 5 }), spending } }, 12 * 3600);
    expect(told).not.toHaveProperty('cost_today_usd');
    expect(told).not.toHaveProperty('budget_used_ratio{budget="day"}');
  });

  test('a budget of nothing → no share of it', async () => {
    const policy = { policy: policyWith({ budget: { usdPerHour: 0 } }), version: 1 };
    expect(some(await toldOf({ policy, memory: shown({ usdPerHour: 5 }) }), 'budget')).toEqual({});
  });

  test('queries put at risk yesterday → none today', async () => {
    const risky = memory({ at: NOON, atRisk: { day: DAY, queries: 3 } });
    expect(await toldOf({ memory: risky })).toMatchObject({ at_risk_today_queries: 3 });
    expect(await toldOf({ memory: risky }, 12 * 3600)).toMatchObject({ at_risk_today_queries: 0 });
  });
});

test('holds → the largest total, the sum of what is extra', async () => {
  const holds = [
    hold({ key: 'a', units: 20 }),
    hold({ key: 'b', units: 35 }),
    hold({ key: 'c', kind: 'extra', units: 7 }),
    hold({ key: 'd', kind: 'extra', units: 4 }),
  ];
  expect(await toldOf({ holds })).toMatchObject({
    'holds{kind="total"}': 2,
    'holds{kind="extra"}': 2,
    'hold_units{kind="total"}': 35,
    'hold_units{kind="extra"}': 11,
  });
});

describe('ages', () => {
  const rate = { at: NOON - 40, cpuSecondsTotal: 0 };

  test('of the last tick, of the fleet, and of the newest sample, pushed or learned from', async () => {
    const known = memory({ at: NOON, fleet: fleet({ readAt: NOON - 100 }), rate: rate as never });
    expect(await toldOf({ memory: known }, 20)).toMatchObject({
      tick_age_seconds: 20,
      fleet_age_seconds: 120,
      sample_age_seconds: 60,
    });
    const pushed = sample({ takenAt: NOON + 15 });
    expect(await toldOf({ memory: known, sample: pushed }, 20)).toMatchObject({ sample_age_seconds: 5 });
  });

  test('a clock that is behind the loop’s → 0, not less', async () => {
    expect(await toldOf({ memory: memory({ at: NOON + 3 }) })).toMatchObject({ tick_age_seconds: 0 });
  });
});

test('the newest policy cannot be used → said', async () => {
  const policy = { policy: policyWith({ mode: 'paused' }), version: 4, notice: 'version 5 cannot be used' };
  expect(await toldOf({ policy })).toMatchObject({
    policy_refused: 1,
    policy_version: 4,
    'mode{mode="paused"}': 1,
    'mode{mode="act"}': 0,
  });
});

test('what was found out about the cluster → the mode of shrinking', async () => {
  const told = await toldOf({ memory: memory({ mode: { mode: 'drained', code: 'steady' } }) });
  expect(some(told, 'scale_in_mode')).toEqual({
    'scale_in_mode{mode="drained"}': 1,
    'scale_in_mode{mode="retried"}': 0,
    'scale_in_mode{mode="sparing"}': 0,
  });
});

test('names → each once, with help, counters in _total and nothing else in it', async () => {
  const families = autoscalerFamilies(view(), at(0));
  expect(new Set(families.map(({ name }) => name)).size).toBe(families.length);
  for (const { name, type, help } of families) {
    expect([name, type === 'counter']).toEqual([name, name.endsWith('_total')]);
    expect(help).toMatch(/^\S.{10,}\.$/);
  }
  await expect(renderMetrics(families)).resolves.toContain('# EOF');
});
