/** States of alarms over the wire, and what CloudWatch may answer. */
import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchAlarms } from '../../../../lambdas/adapters/cloudwatch/alarms.ts';
import { cloudWatchClient } from '../../../../lambdas/adapters/samples/cloudwatch-client.ts';
import { type AlarmsEndpoint, type KeptAlarm, startAlarmsEndpoint } from '../../../fakes/alarms-endpoint.ts';
import { NOON } from '../../core/builders.ts';

let endpoint: AlarmsEndpoint;
let client: CloudWatchClient;

beforeEach(async () => {
  endpoint = await startAlarmsEndpoint();
  client = cloudWatchClient({
    region: 'eu-central-1',
    endpoint: endpoint.url,
    credentials: { accessKeyId: 'AKIDLOCAL', secretAccessKey: 'not-to-be-seen' },
    attemptMilliseconds: 300,
  });
});

afterEach(async () => {
  client.destroy();
  await endpoint.close();
});

const read = (names: readonly string[]) => new CloudWatchAlarms(client, 2000).read(names);

const alarm = (name: string, given: Partial<KeptAlarm> = {}): KeptAlarm => ({
  name,
  type: 'MetricAlarm',
  state: 'OK',
  transitioned: NOON,
  updated: NOON + 50,
  ...given,
});

test('no names → nothing is asked', async () => {
  expect(await read([])).toEqual([]);
  expect(endpoint.requests).toEqual([]);
});

test('metric and composite alarms, one that nobody asked for, one that does not exist → those that were asked for', async () => {
  endpoint.alarms = [
    alarm('queue', { state: 'ALARM' }),
    alarm('both', { type: 'CompositeAlarm', state: 'INSUFFICIENT_DATA', transitioned: NOON - 7.25 }),
    alarm('other'),
  ];
  expect(await read(['queue', 'both', 'gone'])).toEqual([
    { name: 'queue', state: 'ALARM', since: NOON },
    { name: 'both', state: 'INSUFFICIENT_DATA', since: NOON - 7.25 },
  ]);
});

test.each([
  ['both times', { transitioned: NOON, updated: NOON + 50 }, [NOON]],
  ['no time of the change', { transitioned: undefined, updated: NOON + 50 }, [NOON + 50]],
  ['no time at all', { transitioned: undefined, updated: undefined }, []],
  ['a state that is none', { state: 'PURPLE' }, []],
])('an alarm with %s', async (_, given, expected) => {
  endpoint.alarms = [alarm('queue', given as Partial<KeptAlarm>)];
  expect((await read(['queue'])).map(({ since }) => since)).toEqual(expected);
});

test.each([
  [1, 1],
  [100, 1],
  [101, 2],
  [250, 3],
])('%i names → %i calls, each alarm once', async (count, calls) => {
  endpoint.alarms = Array.from({ length: count }, (_, index) => alarm(`alarm-${index}`));
  const names = endpoint.alarms.map(({ name }) => name);
  expect((await read([...names, ...names])).map(({ name }) => name)).toEqual(names);
  expect(endpoint.requests).toHaveLength(calls);
});

test('CloudWatch tells them page by page → every page is read', async () => {
  endpoint.alarms = Array.from({ length: 70 }, (_, index) => alarm(`alarm-${index}`));
  endpoint.pageSize = 30;
  expect(await read(endpoint.alarms.map(({ name }) => name))).toHaveLength(70);
  expect(endpoint.requests).toHaveLength(3);
});

test('CloudWatch fails once → it is asked again', async () => {
  endpoint.alarms = [alarm('queue')];
  endpoint.break('internal');
  expect(await read(['queue'])).toHaveLength(1);
  expect(endpoint.requests).toHaveLength(2);
});

test.each([
  ['deny', 'AccessDenied: is not authorized to perform: cloudwatch:DescribeAlarms'],
  ['throttle', 'ThrottlingException: Rate exceeded'],
  ['hang', 'TimeoutError'],
] as const)('CloudWatch says %s → fails, says what was asked, and shows no secret', async (fault, said) => {
  endpoint.break(fault, 10);
  const error = await read(['queue', 'memory']).then(
    () => undefined,
    (failure: Error) => failure,
  );
  expect(error?.message).toContain('reading the states of 2 alarms (queue, …): ');
  expect(error?.message).toContain(said);
  expect(JSON.stringify([error, error?.cause])).not.toMatch(/not-to-be-seen|Signature=/);
});
