import type { Finding, FoundEngine } from '../../../lambdas/core/model.ts';
import { REASONS, type Reason, type ReasonCode, sentenceOf } from '../../../lambdas/core/reasons.ts';
import { foundPresto, foundTrino } from '../../fakes/cluster-finder.ts';
import { alarmIs, at, facts, hold, loss, policyWith, pools, queryClass, without } from './builders.ts';
import { type Drive, drive, type Moment, running } from './drive.ts';

const idle = running(() => 4);
const busy = running(() => 50);

const working =
  (given: object = {}) =>
  ({ ready, seconds }: Moment) => ({
    ...ready,
    runningQueries: 5,
    queuedQueries: 100,
    groupHeldQueries: 3,
    cpuSecondsTotal: 16 * seconds,
    classes: [queryClass({ live: 105, parallelismCores: 1680, held: 3 })],
    ...given,
  });

const recommended = (seconds: number) => [{ ...loss(2, seconds - 1), kind: 'rebalance' as const }];

const full = (mode: 'retried' | 'sparing') =>
  policyWith({ capacity: { maximumUnits: 50 }, markets: { fallbackMaximumUnits: 35 }, scaleIn: { mode } });

const suspended = ({ fleet }: { fleet: Moment['fleet'] }): void => {
  fleet.status = 'suspended';
};
const short = ({ fleet, seconds }: { fleet: Moment['fleet']; seconds: number }): void => {
  fleet.spotLimit = seconds < 4000 ? 15 : 1000;
};

const found =
  (...answers: readonly (FoundEngine | string)[]) =>
  ({ seconds, now }: Moment): Finding | undefined => {
    const answer = answers[seconds / 15];
    if (answer === undefined) return undefined;
    return typeof answer === 'string'
      ? { kind: 'failed', at: now, fault: answer }
      : { kind: 'found', at: now, engine: answer };
  };

const auto = { units: 40, policy: policyWith({ scaleIn: { mode: 'auto' } }), sample: idle };

const drained = { scaleIn: { mode: 'drained', vouchedGraceSeconds: 60 } } as const;
const alarms = [
  { name: 'up', direction: 'up', stepUnits: 3 },
  { name: 'down', direction: 'down', stepUnits: 3 },
] as const;

/** Situations that together give every reason. */
const SITUATIONS: [string, Omit<Drive, 'seconds'> & { seconds?: number }][] = [
  ['nothing is known', { sample: () => undefined }],
  ['the sample is stale', { sample: ({ ready }) => ({ ...ready, takenAt: at(-500) }) }],
  ['the sample contradicts itself', { sample: ({ ready }) => ({ ...ready, queuedQueries: -1 }) }],
  ['the sample is partial', { sample: ({ ready }) => without(ready, 'readyCores') }],
  ['queries queue at a group’s limit while cores idle', { sample: working() }],
  ['memory is short', { sample: ({ ready }) => ({ ...ready, reservedMemoryBytes: 95, totalMemoryBytes: 100 }) }],
  ['demand is at the minimum', { sample: running(() => 0) }],
  [
    'a hold, an extra and a schedule',
    {
      sample: idle,
      holds: () => [hold({ units: 60 }), hold({ kind: 'extra', key: 'x' })],
      policy: policyWith({ schedules: [{ name: 's', cron: '0 12 * * *', durationMinutes: 60, units: 30 }] }),
    },
  ],
  [
    'a query waits for workers',
    { sample: ({ ready }) => ({ ...ready, waitingForWorkersQueries: 1, requiredWorkers: 30 as never }) },
  ],
  [
    'a query waits for more than there may be',
    { sample: ({ ready }) => ({ ...ready, waitingForWorkersQueries: 1, requiredWorkers: 300 as never }) },
  ],
  [
    'an alarm up, then down, then unknown',
    {
      sample: () => undefined,
      policy: policyWith({ signal: { source: 'alarms' }, alarms: [...alarms] }),
      alarms: (seconds) =>
        seconds < 300
          ? [alarmIs('up', 'ALARM'), alarmIs('down', 'OK')]
          : seconds < 1500
            ? [alarmIs('up', 'OK'), alarmIs('down', 'ALARM')]
            : [],
    },
  ],
  ['more than the maximum', { sample: running(() => 500) }],
  [
    'more than an hour’s dollars',
    {
      sample: busy,
      policy: policyWith({ budget: { usdPerHour: 5 } }),
      facts: facts({ usdPerUnitHour: { onDemand: 1, spot: 0.4 } }),
    },
  ],
  [
    'more than a day’s dollars',
    {
      sample: running((seconds) => (seconds < 900 ? 10 : 50)),
      policy: policyWith({ budget: { usdPerDay: 0.5 } }),
      facts: facts({ usdPerUnitHour: { onDemand: 1, spot: 0.4 } }),
    },
  ],
  ['dollars without a price', { sample: busy, policy: policyWith({ budget: { usdPerDay: 1 } }) }],
  ['less load', { units: 40, sample: running((seconds) => (seconds < 300 ? 40 : 10)) }],
  [
    'a little less load',
    { units: 40, sample: running(() => 39), policy: policyWith({ scaleIn: { smallestStepShare: 0.1 } }) },
  ],
  [
    'an old query',
    { units: 40, policy: policyWith(drained), sample: (moment) => ({ ...idle(moment), oldestRunningSeconds: 999 }) },
  ],
  ['no grace', { units: 40, policy: policyWith({ scaleIn: { mode: 'drained' } }), sample: idle }],
  ['not idle', { units: 40, policy: policyWith({ scaleIn: { mode: 'sparing' } }), sample: idle }],
  ['losses', { units: 40, sample: idle, losses: (seconds) => [loss(9, seconds - 1)] }],
  ['a recommendation that is noted', { units: 40, sample: idle, losses: recommended }],
  [
    'a recommendation on which agents drain',
    { units: 40, sample: idle, losses: recommended, policy: policyWith({ markets: { rebalance: 'drain' } }) },
  ],
  [
    'a recommendation on which help is asked for',
    { units: 40, sample: idle, losses: recommended, policy: policyWith({ markets: { rebalance: 'help' } }) },
  ],
  ['spot cannot be had, then it can', { sample: busy, before: short, seconds: 9000 }],
  ['the same at the maximum', { sample: running(() => 500), before: short, seconds: 9000, policy: full('retried') }],
  [
    'the same at the maximum, where no worker may be removed',
    { sample: running(() => 500), before: short, seconds: 9000, policy: full('sparing') },
  ],
  [
    'spot cannot be had, and more is wanted while it is looked for',
    {
      sample: ({ ready, fleet }) => ({ ...ready, runningQueries: fleet.target > 50 ? 80 : 50 }),
      before: short,
      seconds: 3900,
      policy: policyWith({ markets: { fallbackMaximumUnits: 35 } }),
    },
  ],
  [
    'spot cannot be had, and more is wanted just before on-demand stands in',
    { sample: running((seconds) => (seconds < 780 ? 50 : 80)), before: short, seconds: 3900 },
  ],
  [
    'a growth in flight that takes for ever',
    {
      sample: running((seconds) => (seconds < 30 ? 10 : seconds < 60 ? 30 : 60)),
      before: ({ fleet, seconds }) => {
        if (seconds > 30) fleet.status = 'resizing';
      },
    },
  ],
  ['too small a growth', { sample: running(() => 11), policy: policyWith({ resize: { smallestGrowthShare: 0.25 } }) }],
  [
    'an overshoot that covers',
    {
      sample: (moment) => ({ ...running(() => 12)(moment), drainingCores: 0 as never }),
      before: ({ fleet }) => {
        fleet.largestWeight = 4;
        fleet.spot.provisioned = 13;
        fleet.status = 'running';
      },
    },
  ],
  ['gave up', { sample: busy, before: short, policy: policyWith({ markets: { fallbackMaximumUnits: 0 } }) }],
  ['suspended', { sample: busy, before: suspended }],
  [
    'not ready',
    {
      sample: busy,
      before: ({ fleet }) => {
        fleet.status = 'bootstrapping';
      },
    },
  ],
  [
    'somebody else',
    {
      sample: idle,
      before: ({ fleet, seconds }) => {
        if (seconds === 600) fleet.set(0, 150, seconds);
      },
    },
  ],
  [
    'zombies',
    {
      units: 20,
      sample: (moment) => ({ ...running(() => 20)(moment), readyCores: (16 * (moment.fleet.ready - 3)) as never }),
    },
  ],
  [
    'demand comes back while removed workers drain',
    {
      units: 40,
      lags: { shrinkSeconds: 600 },
      policy: policyWith({ scaleIn: { mode: 'retried', holdSeconds: 600 } }),
      sample: running((seconds) => (seconds < 1000 ? 4 : 60)),
    },
  ],
  [
    'demand comes back while workers drain that can be called back',
    {
      units: 40,
      facts: facts({ reversibleDrain: true }),
      lags: { shrinkSeconds: 600 },
      policy: policyWith({ scaleIn: { mode: 'retried', holdSeconds: 600 } }),
      sample: running((seconds) => (seconds < 1000 ? 4 : 60)),
    },
  ],
  [
    'a query now and then, and none may be lost',
    {
      policy: policyWith({ scaleIn: { mode: 'sparing' } }),
      sample: running((seconds) => (seconds % 45 === 0 ? 1 : 0)),
    },
  ],
  ['many pools', { sample: idle, units: 40, pools: ({ seconds }) => pools([5, 5, 5, 5, 5, 5, 5, 5], seconds) }],
  ['two pools', { sample: busy, units: 40, pools: ({ seconds }) => pools([20, 20], seconds) }],
  ['one pool', { sample: busy, units: 40, pools: ({ seconds }) => pools([40], seconds) }],
  ['spare units', { sample: idle, policy: policyWith({ reserve: { headroomUnits: 5 } }) }],
  [
    'spare units are asked for while spot is short',
    {
      sample: idle,
      before: short,
      units: 20,
      policy: (seconds) => policyWith({ reserve: { headroomUnits: seconds < 700 ? 0 : 5 } }),
    },
  ],
  ['nothing is known of the engine', auto],
  ['asking what it is was denied', { ...auto, found: found('denied') }],
  [
    'PrestoDB without a grace, then with one',
    { ...auto, found: found(foundPresto(), foundPresto({ gracefulTimeoutSeconds: 60 })) },
  ],
  ['Trino', { ...auto, found: found(foundTrino()) }],
  ['Trino with a graceful timeout', { ...auto, found: found(foundTrino({ gracefulTimeoutSeconds: 60 })) }],
  ['Trino that retries queries', { ...auto, found: found(foundTrino({ retryPolicy: 'QUERY' })) }],
  ['Trino that retries tasks', { ...auto, found: found(foundTrino({ retryPolicy: 'TASK', exchangeManager: true })) }],
  ['Trino without an exchange manager', { ...auto, found: found(foundTrino({ retryPolicy: 'TASK' })) }],
  ['a vouched grace', { ...auto, policy: policyWith({ scaleIn: { mode: 'auto', vouchedGraceSeconds: 60 } }) }],
  ['no engine', { ...auto, found: found(foundPresto({ engine: 'none' })) }],
  ['an unreadable setting', { ...auto, found: found(foundPresto({ unreadable: ['a setting was "x"'] })) }],
  ['managed scaling is attached', { ...auto, found: found(foundPresto({ managedScaling: true })) }],
  ['shadow', { sample: busy, policy: policyWith({ mode: 'shadow' }) }],
  ['paused', { policy: policyWith({ mode: 'paused' }) }],
];

const reasonsOf = (situation: (typeof SITUATIONS)[number][1]): Reason[] =>
  drive({ seconds: 2400, readEveryTick: true, ...situation }).flatMap(({ decision }) => [...decision.reasons]);

const given = new Set<ReasonCode>();

describe.each(SITUATIONS)('%s', (_, situation) => {
  test('every sentence is complete: each placeholder is filled, and nothing is told that has no place', () => {
    const reasons = reasonsOf(situation);
    expect(reasons.length).toBeGreaterThan(0);
    for (const reason of reasons) {
      given.add(reason.code);
      const places = [...REASONS[reason.code].matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
      expect(Object.keys(reason.numbers)).toEqual(expect.arrayContaining(places));
      expect(sentenceOf(reason)).not.toMatch(/[?{}]|NaN|Infinity|undefined/);
    }
  });
});

test('the situations give every reason there is, but those that only an unread fleet or a steady cluster gives', () => {
  const missing = (Object.keys(REASONS) as ReasonCode[]).filter((code) => !given.has(code));
  expect(missing).toEqual(['fleet-unread', 'steady']);
});

test('a number is told with at most two decimals, a text as it is', () => {
  expect(sentenceOf({ code: 'floor-schedule', numbers: { name: '9 to 5', units: 2.0049 } })).toBe(
    'Schedule 9 to 5: at least 2 units.',
  );
  expect(sentenceOf({ code: 'ceiling-budget-day', numbers: { spentUsd: 12.3456, usdPerDay: 10 } })).toBe(
    '12.35 of 10 dollars are spent today: nothing grows.',
  );
});

test('a number that was forgotten is a question mark, not an exception in the middle of a tick', () => {
  expect(sentenceOf({ code: 'floor-minimum', numbers: {} })).toBe('The minimum of ? units.');
});

test('every sentence ends like one', () => {
  for (const sentence of Object.values(REASONS)) expect(sentence).toMatch(/\.$/);
});
