import { decide } from '../../../lambdas/core/decide.ts';
import type { FleetStatus } from '../../../lambdas/core/model.ts';
import {
  at,
  codesOf,
  commandedUnits,
  type FleetGiven,
  fleet,
  memory,
  numbersOf,
  observation,
  policyWith,
  sample,
} from './builders.ts';
import { commandsOf, drive, running, tickAt } from './drive.ts';

const wants = (queries: number, given: FleetGiven, wishes = policyWith()) =>
  decide(observation({ sample: sample({ runningQueries: queries }), fleet: fleet(given) }), wishes, memory(), at(0));

test('a call carries both targets and both timeouts', () => {
  const wishes = policyWith({
    markets: { onDemandBaseUnits: 3 },
    resize: { onDemandTimeoutMinutes: 7, spotTimeoutMinutes: 9 },
  });
  expect(wants(20, { onDemand: 3, spot: 7 }, wishes).decision.command).toEqual({
    targets: { onDemandUnits: 3, spotUnits: 17 },
    onDemandTimeoutSeconds: 420,
    spotTimeoutSeconds: 540,
  });
});

test('all spot → the on-demand target is a zero, not absent: EMR refuses one without the other', () => {
  expect(wants(20, {}).decision.command?.targets).toEqual({ onDemandUnits: 0, spotUnits: 20 });
});

describe('a resize is in flight', () => {
  const slow = { growSeconds: 400, launchSeconds: 400 };
  const more = running((seconds) => (seconds < 60 ? 10 : seconds < 120 ? 20 : seconds < 180 ? 30 : 40));

  test('three larger targets meanwhile → the newest waits in memory, and goes out alone when the first has ended', () => {
    const ticks = drive({ seconds: 900, lags: slow, sample: more });
    expect(commandsOf(ticks)).toEqual([
      [60, 20],
      [465 + 15, 40],
    ]);
    expect(numbersOf(tickAt(ticks, 300).decision, 'resize-in-flight')).toEqual({ sinceSeconds: 240, units: 40 });
  });

  test('EMR shows the new targets and still says RUNNING for a minute → the resize is believed to run', () => {
    const ticks = drive({
      seconds: 300,
      lags: { staleSeconds: 0 },
      sample: more,
      readEveryTick: true,
      before: ({ fleet: simulated, seconds }) => {
        simulated.status = seconds < 120 ? 'running' : 'resizing';
      },
    });
    expect(commandsOf(ticks)).toEqual([[60, 20]]);
  });

  test('a tick that waits claims no growth: its targets are those in force', () => {
    const { decision } = tickAt(drive({ seconds: 300, lags: slow, sample: more }), 300);
    expect(decision).toMatchObject({ verdict: 'steady', targets: { onDemandUnits: 0, spotUnits: 20 } });
    expect(decision.terms.wantedUnits).toBe(40);
  });

  const stuck = ({ fleet: simulated }: { fleet: { status?: FleetStatus } }) => {
    simulated.status = 'resizing';
  };

  test('it runs for longer than 900 s → a growth is sent all the same', () => {
    const ticks = drive({ seconds: 1200, before: stuck, sample: more });
    expect(commandsOf(ticks)).toEqual([[0 + 900, 40]]);
    expect(numbersOf(tickAt(ticks, 900).decision, 'resize-overdue')).toEqual({ sinceSeconds: 900, limitSeconds: 900 });
  });

  test('it runs for ever → a shrink is not sent into EMR’s queue', () => {
    const ticks = drive({ units: 40, seconds: 3600, before: stuck, sample: running(() => 10) });
    expect(commandsOf(ticks)).toEqual([]);
    expect(codesOf(tickAt(ticks, 3600).decision)).toContain('resize-in-flight');
  });
});

describe('EMR gave up: RUNNING with units missing', () => {
  const short = (seconds: number) =>
    drive({
      seconds,
      sample: running((now) => (now < 60 ? 10 : 40)),
      policy: policyWith({ markets: { fallbackMaximumUnits: 0 } }),
      before: ({ fleet: simulated }) => {
        simulated.spotLimit = 25;
      },
    });

  test('two minutes after it has stopped trying → asked again, with growing waits', () => {
    const times = commandsOf(short(9000)).map(([seconds]) => seconds);
    const waits = times.slice(1).map((seconds, index) => seconds - (times[index] ?? 0));
    expect(times[0]).toBe(60);
    expect(waits[0]).toBeGreaterThanOrEqual(600 + 120);
    expect(waits[0]).toBeLessThanOrEqual(600 + 150);
    for (const [index, wait] of waits.entries()) expect(wait).toBeGreaterThanOrEqual(waits[index - 1] ?? 0);
    expect(Math.max(...waits)).toBeLessThanOrEqual(1800 + 150);
    expect(new Set(commandsOf(short(9000)).map(([, units]) => units))).toEqual(new Set([40]));
  });

  test('the reason says how many are missing and since when', () => {
    const ticks = short(2000);
    const again = commandsOf(ticks)[1]?.[0] ?? 0;
    const numbers = numbersOf(tickAt(ticks, again).decision, 'fleet-gave-up');
    expect(numbers['missingUnits']).toBe(15);
    expect(numbers['sinceSeconds']).toBeGreaterThanOrEqual(120);
    expect(tickAt(ticks, again).decision.verdict).toBe('steady');
  });

  test('the market recovers → the next time it is short the waits begin anew', () => {
    const limits = (seconds: number) => (seconds >= 4000 && seconds < 8000 ? 100 : 25);
    const ticks = drive({
      seconds: 12_000,
      sample: running((now) => (now < 60 ? 10 : now < 8000 ? 40 : 60)),
      policy: policyWith({ markets: { fallbackMaximumUnits: 0 } }),
      before: ({ fleet: simulated, seconds }) => {
        simulated.spotLimit = seconds >= 8000 ? 50 : limits(seconds);
      },
    });
    const again = commandsOf(ticks).filter(([seconds]) => seconds > 8100);
    expect((again[0]?.[0] ?? 0) - 8010).toBeLessThanOrEqual(600 + 150);
  });
});

describe('a SUSPENDED fleet', () => {
  const suspended = (from: number, given: { spotLimit?: number } = {}) =>
    drive({
      seconds: 4000,
      sample: running(() => 10),
      policy: policyWith({ markets: { fallbackMaximumUnits: 0 } }),
      before: ({ fleet: simulated, seconds }) => {
        if (seconds >= from) simulated.status = 'suspended';
        simulated.spotLimit = given.spotLimit ?? 100;
      },
      readEveryTick: true,
    });

  test('complete and suspended → its own target is sent again, ever more slowly', () => {
    expect(commandsOf(suspended(300))).toEqual([
      [300, 10],
      [540, 10],
      [1020, 10],
      [1980, 10],
      [3780, 10],
    ]);
    expect(codesOf(tickAt(suspended(300), 300).decision)).toContain('fleet-suspended');
  });

  test('growth is not held up by it', () => {
    expect(commandedUnits(wants(20, { status: 'suspended' }))).toBe(20);
  });
});

test.each<[FleetStatus, boolean]>([
  ['running', true],
  ['suspended', true],
  ['reconfiguring', true],
  ['provisioning', false],
  ['bootstrapping', false],
  ['terminating', false],
  ['terminated', false],
])('20 wanted and the fleet is %s → sent: %s', (status, sent) => {
  const decided = wants(20, { status });
  expect(decided.decision.command !== undefined).toBe(sent);
  if (!sent) expect(numbersOf(decided.decision, 'fleet-not-ready')).toEqual({ status });
});

describe('EMR’s overshoot', () => {
  test.each([
    ['10 asked for, 13 provisioned, 12 wanted → nothing to do', 12, 13, undefined],
    ['13 wanted → just covered', 13, 13, undefined],
    ['14 wanted → not covered', 14, 13, 14],
    ['14 provisioned is more than weights up to 4 explain → asked for, or it would be taken away', 12, 14, 12],
  ])('weights up to 4: %s', (_, wanted, provisionedSpot, units) => {
    const decided = wants(wanted, { provisionedSpot, largestWeight: 4 });
    expect(commandedUnits(decided)).toBe(units);
    if (units === undefined) {
      expect(numbersOf(decided.decision, 'covered-by-overshoot')).toEqual({
        provisionedUnits: 13,
        wantedUnits: wanted,
      });
    }
  });

  test('while a resize runs what is provisioned is on its way out or in → no cover', () => {
    expect(codesOf(wants(12, { provisionedSpot: 13, largestWeight: 4, status: 'resizing' }).decision)).not.toContain(
      'covered-by-overshoot',
    );
  });
});

describe('shadow', () => {
  const ticks = drive({ seconds: 120, policy: policyWith({ mode: 'shadow' }), sample: running(() => 40) });
  test('decides what it would do, tick after tick, and sends nothing', () => {
    expect(commandsOf(ticks)).toEqual([]);
    for (const { decision } of ticks) {
      expect(decision).toMatchObject({ verdict: 'grow', targets: { spotUnits: 40 }, before: { spotUnits: 10 } });
      expect(codesOf(decision)).toContain('shadow');
    }
  });

  test('it asks for no read of the fleet beyond the routine', () => {
    expect(ticks.filter(({ decision }) => decision.needsFleetRead)).toEqual([]);
  });
});

describe('paused', () => {
  const paused = drive({ seconds: 600, policy: policyWith({ mode: 'paused' }), sample: running(() => 40) });
  test('decides nothing and sends nothing', () => {
    expect(commandsOf(paused)).toEqual([]);
    expect(new Set(paused.flatMap(({ decision }) => codesOf(decision)))).toEqual(new Set(['paused']));
  });

  test('it goes on learning, so that it knows the load when it wakes', () => {
    const ticks = drive({
      seconds: 600,
      policy: policyWith({ mode: 'paused' }),
      sample: ({ ready, seconds }) => ({ ...ready, cpuSecondsTotal: 80 * seconds, classes: [] }),
    });
    expect(ticks.at(-1)?.memory.rate?.servedCores).toBeGreaterThan(70);
  });

  test('a suspended fleet is left alone', () => {
    const ticks = drive({
      seconds: 600,
      policy: policyWith({ mode: 'paused' }),
      before: ({ fleet: simulated }) => {
        simulated.status = 'suspended';
      },
    });
    expect(commandsOf(ticks)).toEqual([]);
  });
});

describe('removed workers drain, and demand comes back', () => {
  const lags = { shrinkSeconds: 600 };
  const policy = policyWith({ scaleIn: { mode: 'retried', holdSeconds: 600 } });
  const back = running((seconds) => (seconds < 1000 ? 4 : 60));

  test('growth is sent at once, behind the shrink', () => {
    const ticks = drive({ seconds: 1100, units: 40, lags, policy, sample: back });
    const sent = commandsOf(ticks);
    expect(sent.map(([seconds]) => seconds)).toEqual([expect.any(Number), 1005]);
    expect(numbersOf(tickAt(ticks, 1005).decision, 'growth-behind-shrink')).toEqual({
      sinceSeconds: expect.any(Number),
    });
  });

  test('more growth behind that → waits, because now a growth is in flight', () => {
    const more = running((seconds) => (seconds < 1000 ? 4 : seconds < 1050 ? 40 : 90));
    const ticks = drive({ seconds: 1100, units: 40, lags, policy, sample: more });
    expect(codesOf(tickAt(ticks, 1095).decision)).toContain('resize-in-flight');
  });
});
