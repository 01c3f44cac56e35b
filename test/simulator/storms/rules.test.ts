/** The rules of storms must catch what they are there for: made-up decisions that break one each. */
import type { Decision } from '../../../lambdas/core/decision.ts';
import type { PolicyInput } from '../../../lambdas/core/policy/schema.ts';
import { type EpochSeconds, units } from '../../../lambdas/core/quantities.ts';
import type { ReasonCode } from '../../../lambdas/core/reasons.ts';
import { START_OF_RUN } from '../../../simulator/run/start-of-run.ts';
import { StormRules } from '../../../simulator/storms/rules.ts';
import { policyOf } from '../../../simulator/storms/watched-run.ts';
import { DEFAULT_KNOBS } from '../../../simulator/world/knobs.ts';

type Pair = readonly [onDemand: number, spot: number];

const targets = ([onDemand, spot]: Pair) => ({ onDemandUnits: units(onDemand), spotUnits: units(spot) });

const sent = (at: number, before: Pair, after: Pair, ...codes: readonly ReasonCode[]): Decision => {
  const change = after[0] + after[1] - before[0] - before[1];
  return {
    at: (START_OF_RUN + at) as EpochSeconds,
    verdict: change === 0 ? 'steady' : change > 0 ? 'grow' : 'shrink',
    before: targets(before),
    targets: targets(after),
    terms: { wantedUnits: after[0] + after[1] },
    reasons: codes.map((code) => ({ code, numbers: {} })),
    command: { targets: targets(after), onDemandTimeoutSeconds: 600, spotTimeoutSeconds: 600 },
    needsFleetRead: false,
    record: 'full',
  };
};

const told = (policy: PolicyInput, decisions: readonly Decision[], lostUnits = 0): readonly string[] => {
  const rules = new StormRules(policyOf(policy), DEFAULT_KNOBS);
  const notice = { kind: 'interruptionNotice', at: 1000, goneAt: 1120, instanceType: 'a', market: 'spot' } as const;
  if (lostUnits > 0) rules.event({ ...notice, instanceId: 'one', units: lostUnits });
  for (const decision of decisions) rules.decision(decision);
  return rules.broken.map(({ rule }) => rule);
};

const FALLBACK = 'fallback-on-demand';
const back = (at: number): Decision => sent(at, [10, 20], [5, 20]);

test.each<[string, PolicyInput, readonly Decision[], number, readonly string[]]>([
  ['a target above the maximum', {}, [sent(1000, [0, 90], [0, 101])], 0, ['a target outside the limits']],
  ['a target below the minimum', {}, [sent(1000, [0, 5], [0, 3])], 0, ['a target outside the limits']],
  [
    'growth past the budget',
    { budget: { usdPerHour: 10 } },
    [sent(1000, [0, 10], [0, 60])],
    0,
    ['a dearer target past the budget'],
  ],
  [
    'a fallback past the budget, of the same size',
    { budget: { usdPerHour: 10 } },
    [sent(1000, [0, 15], [12, 3], FALLBACK)],
    0,
    ['a dearer target past the budget'],
  ],
  ['dear already, and cheaper now', { budget: { usdPerHour: 1 } }, [sent(1000, [20, 0], [10, 5])], 0, []],
  ['21 stand-ins of 20', {}, [sent(1000, [0, 40], [21, 19], FALLBACK)], 0, ['more stand-ins than the cap']],
  ['20 stand-ins of 20', {}, [sent(1000, [0, 40], [20, 20], FALLBACK)], 0, []],
  [
    '20 stand-ins above a base of 5',
    { markets: { onDemandBaseUnits: 5 } },
    [sent(1000, [5, 40], [25, 20], FALLBACK)],
    0,
    [],
  ],
  [
    'stand-ins for 12.60 of 10 dollars',
    { markets: { fallbackMaximumUsdPerHour: 10 } },
    [sent(1000, [0, 40], [10, 30], FALLBACK)],
    0,
    ['dearer stand-ins than the cap'],
  ],
  ['a shrink nine minutes after a tenth was lost', {}, [sent(1540, [0, 40], [0, 30])], 4, ['a shrink in a storm']],
  ['a shrink ten minutes after it', {}, [sent(1600, [0, 40], [0, 30])], 4, []],
  ['a shrink after a fortieth was lost', {}, [sent(1100, [0, 40], [0, 30])], 1, []],
  [
    'fallback, return and fallback within ten minutes',
    {},
    [sent(1000, [0, 30], [10, 20], FALLBACK), back(1300), sent(1600, [5, 20], [9, 16], FALLBACK)],
    0,
    ['a ping-pong'],
  ],
  [
    'the same within a quarter of an hour and more',
    {},
    [sent(1000, [0, 30], [10, 20], FALLBACK), back(1300), sent(1900, [5, 20], [9, 16], FALLBACK)],
    0,
    [],
  ],
  [
    'two fallbacks without a return between them',
    {},
    [sent(1000, [0, 30], [10, 20], FALLBACK), sent(1060, [10, 20], [14, 16], FALLBACK)],
    0,
    [],
  ],
])('%s → %#', (_, policy, decisions, lostUnits, expected) => {
  expect(told(policy, decisions, lostUnits)).toEqual(expected);
});
