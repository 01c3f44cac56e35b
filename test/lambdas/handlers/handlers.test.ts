import type { Reconciled } from '../../../lambdas/app/reconcile.ts';
import type { OutsideEvent } from '../../../lambdas/app/route.ts';
import { epochSeconds } from '../../../lambdas/core/quantities.ts';
import { handleDispatch } from '../../../lambdas/handlers/dispatch.ts';
import { handleReconcile, LATE_SECONDS } from '../../../lambdas/handlers/reconcile.ts';
import { type BridgeEvent, handleRoute, outsideEvent } from '../../../lambdas/handlers/route.ts';
import type { Wiring } from '../../../lambdas/runtime/wiring.ts';

const SLOT = 1_772_452_800;

const wiringAt = (
  now: number,
  reconcile: (cluster: string) => Promise<Reconciled> = async () => ({ kind: 'claimed' }),
) => {
  const lines: Record<string, unknown>[] = [];
  const routed: OutsideEvent[] = [];
  const wiring: Wiring = {
    reconcile,
    dispatch: async () => ({ clusters: 1, wakeUps: 4, alarms: 0 }),
    route: async (event) => {
      routed.push(event);
      return ['j-1'];
    },
    now: () => epochSeconds(now),
    report: (line) => lines.push(line),
  };
  return { wiring, lines, routed };
};

const delivery = (body: string, receives = 1) => ({
  Records: [{ body, attributes: { ApproximateReceiveCount: String(receives) } }],
});

const wakeUp = JSON.stringify({ cluster: 'j-1', slot: SLOT });

describe('a delivery of the tick queue', () => {
  test.each([
    ['on time', SLOT, 1, 'tick'],
    ['just not late', SLOT + LATE_SECONDS, 1, 'tick'],
    ['late', SLOT + LATE_SECONDS + 1, 1, 'tick-dropped'],
    ['received a second time', SLOT, 2, 'tick-dropped'],
  ])('%s → %s', async (_, now, receives, event) => {
    const { wiring, lines } = wiringAt(now);
    await handleReconcile(delivery(wakeUp, receives), wiring);
    expect(lines).toEqual([expect.objectContaining({ event, cluster: 'j-1', slot: SLOT })]);
  });

  test('fails the invocation when the tick fails', async () => {
    const { wiring } = wiringAt(SLOT, async () => {
      throw new Error('the table is gone');
    });
    await expect(handleReconcile(delivery(wakeUp), wiring)).rejects.toThrow('the table is gone');
  });

  test.each([['{}'], ['{"cluster":3,"slot":1}'], ['{"cluster":"j-1"}']])(
    'fails on a body that is no wake-up: %s',
    async (body) => {
      await expect(handleReconcile(delivery(body), wiringAt(SLOT).wiring)).rejects.toThrow('a wake-up must be');
    },
  );
});

test('the schedule → one line with what was enqueued', async () => {
  const { wiring, lines } = wiringAt(SLOT);
  await handleDispatch(wiring);
  expect(lines).toEqual([{ event: 'dispatch', clusters: 1, wakeUps: 4, alarms: 0 }]);
});

const bridge = (type: string, detail: unknown): BridgeEvent => ({
  source: 'aws.test',
  'detail-type': type,
  time: '2026-03-02T12:00:00Z',
  detail,
});

const HOLD = {
  cluster: 'j-1',
  key: 'etl',
  kind: 'total',
  units: 30,
  until: SLOT + 60,
  owner: 'ann',
  reason: 'month end',
};

describe('an event of EventBridge', () => {
  test.each([
    [
      'EC2 Spot Instance Interruption Warning',
      { 'instance-id': 'i-1', 'instance-action': 'terminate' },
      { kind: 'spotInterruption', instanceId: 'i-1', at: SLOT },
    ],
    [
      'EMR Instance Fleet State Change',
      { clusterId: 'j-1', state: 'RUNNING' },
      { kind: 'fleetChanged', cluster: 'j-1' },
    ],
    [
      'CloudWatch Alarm State Change',
      { alarmName: 'queue', state: { value: 'ALARM' } },
      { kind: 'alarm', alarm: { name: 'queue', state: 'ALARM', since: SLOT } },
    ],
    [
      'Prestoscale Hold Requested',
      HOLD,
      { kind: 'hold', cluster: 'j-1', hold: { key: 'etl', units: 30, kind: 'total' } },
    ],
    ['Prestoscale Hold Released', { cluster: 'j-1', key: 'etl' }, { kind: 'holdReleased', cluster: 'j-1', key: 'etl' }],
  ])('%s → our own words', (type, detail, expected) => {
    expect(outsideEvent(bridge(type, detail))).toMatchObject(expected);
  });

  test.each([
    ['a warning without an instance', 'EC2 Spot Instance Interruption Warning', {}, 'must carry instance-id'],
    [
      'an alarm in a state that is none',
      'CloudWatch Alarm State Change',
      { alarmName: 'a', state: { value: 'RED' } },
      'OK, ALARM or',
    ],
    ['a hold of a kind that is none', 'Prestoscale Hold Requested', { ...HOLD, kind: 'some' }, 'total or extra'],
    ['a hold without units', 'Prestoscale Hold Requested', { ...HOLD, units: '30' }, 'must carry the number units'],
    ['an event without detail', 'EMR Cluster State Change', null, 'must carry clusterId'],
  ])('fails on %s', (_, type, detail, message) => {
    expect(() => outsideEvent(bridge(type, detail))).toThrow(message);
  });

  test('one that nobody asked for → ends here, and is told', async () => {
    const { wiring, lines, routed } = wiringAt(SLOT);
    await handleRoute(bridge('EC2 Instance State-change Notification', {}), wiring);
    expect([routed, lines]).toEqual([[], [{ event: 'event-unknown', type: 'EC2 Instance State-change Notification' }]]);
  });
});
