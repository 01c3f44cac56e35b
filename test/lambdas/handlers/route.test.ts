/** Events of EventBridge, as AWS and our own commands send them, and events that nobody could understand. */
import type { OutsideEvent } from '../../../lambdas/app/route.ts';
import { EVENTS, verifyAlarmName } from '../../../lambdas/contract.ts';
import { handleRoute } from '../../../lambdas/handlers/route.ts';

const NOON = 1_772_452_800;

const handling = async (event: unknown) => {
  const lines: Record<string, unknown>[] = [];
  const routed: OutsideEvent[] = [];
  const markers: string[][] = [];
  await handleRoute(event, {
    environment: 'prod',
    route: async (one) => {
      routed.push(one);
      return ['a', 'b'];
    },
    passMarker: async (marker) => void markers.push(['marker', marker]),
    verifyAlarm: async (marker) => void markers.push(['alarm', marker]),
    report: (line) => lines.push(line),
    measure: () => undefined,
  });
  return { lines, routed, markers };
};

const bridge = (type: string, detail: unknown, more: object = {}) => ({
  source: 'aws.test',
  'detail-type': type,
  time: '2026-03-02T12:00:00Z',
  detail,
  ...more,
});

const HOLD = {
  environment: 'prod',
  cluster: 'a',
  key: 'etl',
  kind: 'total',
  units: 30,
  until: NOON + 60,
  owner: 'ann',
  reason: 'month end',
};
const { environment: _, cluster: __, ...HOLD_ALONE } = HOLD;

describe('an event that concerns clusters', () => {
  test.each([
    [
      'EC2 Spot Instance Interruption Warning',
      { 'instance-id': 'i-1', 'instance-action': 'terminate' },
      { kind: 'spotInterruption', instanceId: 'i-1', at: NOON },
    ],
    [
      'EC2 Instance Rebalance Recommendation',
      { 'instance-id': 'i-1' },
      { kind: 'rebalanceRecommended', instanceId: 'i-1', at: NOON },
    ],
    [
      'EMR Instance Fleet State Change',
      { clusterId: 'j-1', state: 'RUNNING' },
      { kind: 'fleetChanged', emrClusterId: 'j-1' },
    ],
    ['EMR Instance Fleet Resize', { clusterId: 'j-1' }, { kind: 'fleetChanged', emrClusterId: 'j-1' }],
    ['EMR Cluster State Change', { clusterId: 'j-1' }, { kind: 'fleetChanged', emrClusterId: 'j-1' }],
    [
      'CloudWatch Alarm State Change',
      { alarmName: 'queue', state: { value: 'ALARM' } },
      { kind: 'alarm', alarm: { name: 'queue', state: 'ALARM', since: NOON } },
    ],
    [
      'CloudWatch Alarm State Change',
      { alarmName: 'queue', state: { value: 'OK', timestamp: '2026-03-02T12:00:00.989+0000' } },
      { kind: 'alarm', alarm: { name: 'queue', state: 'OK', since: NOON + 0.989 } },
    ],
    [
      'CloudWatch Alarm State Change',
      { alarmName: verifyAlarmName('dev'), state: { value: 'ALARM' } },
      { kind: 'alarm', alarm: { name: verifyAlarmName('dev'), state: 'ALARM', since: NOON } },
    ],
    [EVENTS.holdRequested, HOLD, { kind: 'hold', cluster: 'a', hold: HOLD_ALONE }],
    [
      EVENTS.holdReleased,
      { environment: 'prod', cluster: 'a', key: 'etl' },
      { kind: 'holdReleased', cluster: 'a', key: 'etl' },
    ],
  ])('%s → our own words, and a line with who was woken', async (type, detail, expected) => {
    const { routed, lines, markers } = await handling(bridge(type, detail));
    expect(routed).toEqual([expected]);
    expect(lines).toEqual([{ event: 'routed', kind: expected.kind, clusters: 'a b' }]);
    expect(markers).toEqual([]);
  });
});

describe('an event that a command sends to find out whether it comes through', () => {
  test('a marker → passed on, and no cluster is concerned', async () => {
    const { routed, markers } = await handling(bridge(EVENTS.marker, { environment: 'prod', marker: 'nonce' }));
    expect([routed, markers]).toEqual([[], [['marker', 'nonce']]]);
  });

  test('the alarm of verify goes off → its reason is the marker', async () => {
    const state = { value: 'ALARM', reason: 'nonce', timestamp: '2026-03-02T12:00:00.989+0000' };
    const event = bridge('CloudWatch Alarm State Change', { alarmName: verifyAlarmName('prod'), state });
    const { routed, markers } = await handling(event);
    expect([routed, markers]).toEqual([[], [['alarm', 'nonce']]]);
  });

  test.each(['OK', 'INSUFFICIENT_DATA'])('the alarm of verify is set back to %s → nothing', async (value) => {
    const detail = { alarmName: verifyAlarmName('prod'), state: { value, reason: 'set back' } };
    const { routed, markers, lines } = await handling(bridge('CloudWatch Alarm State Change', detail));
    expect([routed, markers]).toEqual([[], []]);
    expect(lines).toEqual([expect.objectContaining({ event: 'event-ignored' })]);
  });
});

describe('an event that is none of ours', () => {
  test.each([
    [EVENTS.holdRequested, { ...HOLD, environment: 'dev' }],
    // Its rest is not looked at: another version may speak another language.
    [EVENTS.holdRequested, { environment: 'dev' }],
    [EVENTS.holdReleased, { environment: 'dev', cluster: 'a', key: 'etl' }],
    [EVENTS.marker, { environment: 'dev', marker: 'nonce' }],
  ])('%s for another environment → ignored, and told', async (type, detail) => {
    const { routed, markers, lines } = await handling(bridge(type, detail));
    expect([routed, markers]).toEqual([[], []]);
    expect(lines).toEqual([{ event: 'event-ignored', type, why: 'sent to the environment dev' }]);
  });

  test('of a type that nobody asked for → ends here, and is told', async () => {
    const { routed, lines } = await handling(bridge('EC2 Instance State-change Notification', {}));
    expect([routed, lines]).toEqual([[], [{ event: 'event-unknown', type: 'EC2 Instance State-change Notification' }]]);
  });
});

describe('an event that cannot be understood fails, so that it ends in the dead-letter queue', () => {
  test.each([
    ['a warning without an instance', 'EC2 Spot Instance Interruption Warning', {}, 'must carry instance-id'],
    ['a recommendation without an instance', 'EC2 Instance Rebalance Recommendation', {}, 'must carry instance-id'],
    ['an alarm without a name', 'CloudWatch Alarm State Change', { state: { value: 'OK' } }, 'must carry alarmName'],
    ['an alarm without a state', 'CloudWatch Alarm State Change', { alarmName: 'a' }, 'given nothing'],
    [
      'an alarm in a state that is none',
      'CloudWatch Alarm State Change',
      { alarmName: 'a', state: { value: 'RED' } },
      'must be OK, ALARM or INSUFFICIENT_DATA; given "RED"',
    ],
    ['a hold for nobody', EVENTS.holdRequested, HOLD_ALONE, 'must carry environment; given nothing'],
    ['a hold without a cluster', EVENTS.holdRequested, { ...HOLD, cluster: '' }, 'must carry cluster; given ""'],
    ['a hold of a kind that is none', EVENTS.holdRequested, { ...HOLD, kind: 'some' }, 'total or extra; given some'],
    ['a hold without units', EVENTS.holdRequested, { ...HOLD, units: '30' }, 'must carry the number units; given "30"'],
    ['a hold without an end', EVENTS.holdRequested, { ...HOLD, until: undefined }, 'must carry the number until'],
    ['a release without a key', EVENTS.holdReleased, { environment: 'prod', cluster: 'a' }, 'must carry key'],
    ['a marker without its text', EVENTS.marker, { environment: 'prod' }, 'must carry marker'],
    ['an event without detail', 'EMR Cluster State Change', null, 'must carry clusterId'],
    ['an event whose detail is a list', 'EMR Cluster State Change', ['j-1'], 'must carry clusterId'],
  ])('%s', async (_, type, detail, message) => {
    await expect(handling(bridge(type, detail))).rejects.toThrow(message);
  });

  test.each([
    ['nothing', undefined, 'wrong: source (nothing), detail-type (nothing), time (nothing)'],
    ['a text', 'hello', 'wrong: source (nothing), detail-type (nothing), time (nothing)'],
    ['no type', bridge('', {}), 'wrong: detail-type ("")'],
    ['no time', bridge('EMR Cluster State Change', {}, { time: 'soon' }), 'wrong: time ("soon")'],
  ])('an invocation with %s → everything that is wrong is told at once', async (_, event, message) => {
    await expect(handling(event)).rejects.toThrow(message);
  });
});
