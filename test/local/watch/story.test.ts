/** The story of a loss and of the way back, from fleet events, decisions and what the fleet has. */
import type { FleetNow, StoryLine } from '../../../console/protocol.ts';
import type { Decision } from '../../../lambdas/core/decision.ts';
import { epochSeconds } from '../../../lambdas/core/quantities.ts';
import type { Reason } from '../../../lambdas/core/reasons.ts';
import { Story } from '../../../local/watch/story.ts';
import type { FleetEvent } from '../../../simulator/world/fleet/fleet.ts';
import { fleetOf, marketOf } from '../../console/fake-backend.ts';

const START = 1_800_000_000;

const instance = (n: number, instanceType = 'r5.4xlarge') => ({
  instanceId: `${instanceType}/spot/${n}`,
  instanceType,
  market: 'spot' as const,
  units: 2,
});
const notice = (at: number, n: number, type?: string): FleetEvent => ({
  kind: 'interruptionNotice',
  at,
  goneAt: at + 120,
  ...instance(n, type),
});
const gone = (at: number, n: number, how: 'interrupted' | 'drained' = 'interrupted'): FleetEvent => ({
  kind: 'terminated',
  at,
  how,
  ...instance(n),
});

const stage = () => {
  const lines = new Map<number, StoryLine>();
  const story = new Story((line) => lines.set(line.id, line));
  return {
    story,
    events: (...events: readonly FleetEvent[]) => {
      for (const event of events) story.fleetEvent(event, START);
    },
    decide: (at: number, ...reasons: readonly Reason[]) =>
      story.decision({ at: epochSeconds(START + at), reasons } as unknown as Decision),
    told: () => [...lines.values()].map(({ at, kind, text }) => `${at - START} ${kind}: ${text}`),
  };
};

const deficit = (units: number, sinceSeconds: number): Reason => ({
  code: 'spot-deficit',
  numbers: { units, sinceSeconds },
});
const fleet = (running: number, target: number, standInUnits: number | null, goingUnits = 0): FleetNow =>
  fleetOf({
    onDemand: marketOf({}),
    spot: marketOf({ targetUnits: target, runningUnits: running, goingUnits }),
    standInUnits,
  });

describe('a loss', () => {
  test('three notices within three minutes, in two pools → one line that grows', () => {
    const { events, told } = stage();
    events(notice(0, 1), notice(60, 2), notice(180, 3, 'r6i.4xlarge'));
    expect(told()).toEqual([
      '0 loss: 6 spot units got their notice and go within minutes: 4 of r5.4xlarge, 2 of r6i.4xlarge.',
    ]);
  });

  test('what had its notice is gone → not told again; a notice four minutes later → another loss', () => {
    const { events, told } = stage();
    events(notice(0, 1), gone(120, 1), notice(240, 2));
    expect(told()).toHaveLength(2);
  });

  test('somebody takes more within a minute → another loss', () => {
    const { story, events, told } = stage();
    events(notice(0, 1));
    story.person(START + 60, 'taken', 'All spot is taken away.');
    events(notice(60, 2));
    expect(told().map((line) => line.split(':')[0])).toEqual(['0 loss', '60 taken', '60 loss']);
  });

  test('gone without a notice → said so; drained or failed → no loss', () => {
    const { events, told } = stage();
    events(gone(5, 1), gone(6, 2, 'drained'));
    expect(told()).toEqual(['5 loss: 2 spot units went without notice: 2 of r5.4xlarge.']);
  });
});

describe('steps of the core', () => {
  test('a growth that is short for a minute → nothing; short for longer → once, however often it is given', () => {
    const { decide, told } = stage();
    decide(0, deficit(3, 0));
    decide(60, deficit(3, 60));
    decide(120, deficit(3, 120));
    decide(135);
    decide(150, deficit(9, 150));
    expect(told()).toEqual(['120 missing: Spot is 3 units short of its target since 120 s.']);
  });

  test('fallback and its cap in one tick → one line with both sentences', () => {
    const { decide, told } = stage();
    decide(
      900,
      { code: 'fallback-on-demand', numbers: { units: 20 } },
      { code: 'fallback-capped', numbers: { missingUnits: 28, units: 20 } },
    );
    expect(told()).toHaveLength(1);
    expect(told()[0]).toMatch(/^900 fallback: 20 units are asked for as on-demand .* 28 units of spot are missing/);
  });

  test('a probe in two ticks running → one line; another later → another', () => {
    const { decide, told } = stage();
    const probe: Reason = { code: 'fallback-probe', numbers: { units: 5 } };
    decide(0, probe);
    decide(15, probe);
    decide(30);
    decide(300, probe);
    expect(told().map((line) => line.split(':')[0])).toEqual(['0 probe', '300 probe']);
  });

  test('reasons that are no step → nothing', () => {
    const { decide, told } = stage();
    decide(0, { code: 'steady', numbers: {} }, { code: 'grow-wanted', numbers: { fromUnits: 1, toUnits: 2 } });
    expect(told()).toEqual([]);
  });
});

describe('what the fleet has', () => {
  test('whole again → told once, with the minutes since the loss; what still has its notice does not count', () => {
    const { story, events, told } = stage();
    story.fleet(START, fleet(4, 4, 0));
    events(notice(60, 1));
    story.fleet(START + 75, fleet(4, 4, 0, 2));
    story.fleet(START + 300, fleet(2, 4, 0));
    story.fleet(START + 660, fleet(4, 4, 0));
    story.fleet(START + 675, fleet(4, 4, 0));
    expect(told().slice(1)).toEqual(['660 ready: What runs covers the target again, 10 min after the loss.']);
  });

  test('the last stand-in is given back → the end, with how long it lasted; unknown → nothing', () => {
    const { story, told } = stage();
    for (const [at, standIn] of [
      [0, null],
      [15, 0],
      [30, 7],
      [3000, 2],
      [3030, 0],
      [3045, 0],
    ] as const)
      story.fleet(START + at, fleet(4, 4, standIn));
    expect(told()).toEqual(['3030 over: No on-demand stands in for spot any more; it did for 50 min.']);
  });
});
