/**
 * The bundled functions, as they are deployed, from nothing to a resized fleet: every call goes over the wire to servers
 * on this machine that speak as AWS does. Only what calls the functions is played here.
 */
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { DynamoClusterStore } from '../../../lambdas/adapters/dynamo/cluster-store.ts';
import { DynamoMarkers } from '../../../lambdas/adapters/dynamo/markers.ts';
import type { Table } from '../../../lambdas/adapters/dynamo/table.ts';
import { ENVIRONMENT_TAG, EVENTS, verifyAlarmName } from '../../../lambdas/contract.ts';
import { epochSeconds } from '../../../lambdas/core/quantities.ts';
import { type EmrEndpoint, startEmrEndpoint } from '../../../local/emr/endpoint.ts';
import { WorldBackend } from '../../../local/emr/world-backend.ts';
import { DEFAULT_KNOBS } from '../../../simulator/world/knobs.ts';
import { World } from '../../../simulator/world/world.ts';
import { type AlarmsEndpoint, startAlarmsEndpoint } from '../../fakes/alarms-endpoint.ts';
import { type Ec2Endpoint, startEc2Endpoint } from '../../fakes/ec2-endpoint.ts';
import { type SqsEndpoint, startSqsEndpoint } from '../../fakes/sqs-endpoint.ts';
import { LocalTables } from '../adapters/dynamo/local-table.ts';
import { emfFaults, metricsIn } from '../adapters/log/emf-rules.ts';
import { BundledFunctions, type Invoked } from './functions.ts';

const EMR_ID = 'j-WHOLEWAY00001';
const ROLE = { accessKeyId: 'ASIAEXAMPLE', secretAccessKey: 'not-to-be-seen', sessionToken: 'nor-this' };
const SETTINGS = {
  environment: 'prod',
  slotSeconds: 15,
  journalRetentionDays: 30,
  clusters: [
    {
      name: 'reports',
      find: { name: 'reports-emr' },
      sample: { from: 'push' },
      policy: {
        capacity: { minimumUnits: 14, maximumUnits: 100 },
        alarms: [{ name: 'queue', direction: 'up', stepUnits: 4 }],
      },
    },
    { name: 'gone', find: { name: 'nobody' }, sample: { from: 'push' }, policy: {} },
  ],
};

let functions: BundledFunctions;
let tables: LocalTables;
let table: Table;
let queue: SqsEndpoint;
let emr: EmrEndpoint;
let alarms: AlarmsEndpoint;
let ec2: Ec2Endpoint;
let world: World;

const startWorld = async (): Promise<void> => {
  const listeners = { onQueryEnd: () => {}, onFleetEvent: () => {} };
  const traffic = { name: 'none', queries: [] };
  world = new World(DEFAULT_KNOBS, traffic, 1, { onDemandUnits: 2, spotUnits: 8 }, listeners);
  const backend = new WorldBackend({
    clusterId: EMR_ID,
    world: () => world,
    pools: DEFAULT_KNOBS.fleet.pools,
    name: 'reports-emr',
    tags: { [ENVIRONMENT_TAG]: 'prod' },
  });
  emr = await startEmrEndpoint({ throttling: false, backends: [backend], now: () => Date.now() / 1000 });
};

beforeAll(async () => {
  functions = await BundledFunctions.make();
  functions.settle(SETTINGS);
  tables = await LocalTables.start();
  table = await tables.make();
  queue = await startSqsEndpoint();
  alarms = await startAlarmsEndpoint();
  ec2 = await startEc2Endpoint({ ...ROLE, region: 'eu-central-1', service: 'ec2', now: Date.now() / 1000 });
  await startWorld();
});

afterAll(async () => {
  functions.remove();
  await Promise.all([tables.stop(), queue.close(), alarms.close(), ec2.close(), emr.close()]);
});

const environment = () => ({
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: ROLE.accessKeyId,
  AWS_SECRET_ACCESS_KEY: ROLE.secretAccessKey,
  AWS_SESSION_TOKEN: ROLE.sessionToken,
  AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${tables.port}`,
  AWS_ENDPOINT_URL_SQS: queue.url,
  AWS_ENDPOINT_URL_EMR: emr.url,
  AWS_ENDPOINT_URL_CLOUDWATCH: alarms.url,
  AWS_ENDPOINT_URL_EC2: ec2.url,
  TABLE_NAME: table.name,
  TICK_QUEUE_URLS: JSON.stringify({ '-': queue.queueUrl }),
});

const invoke = async (name: 'dispatch' | 'reconcile' | 'route', ...events: unknown[]): Promise<Invoked> => {
  const invoked = await functions.invoke(name, events, environment());
  expect(JSON.stringify(invoked)).not.toMatch(/not-to-be-seen|nor-this/);
  if (invoked.code !== 0) throw new Error(invoked.told.slice(-3000));
  return invoked;
};

const now = () => Date.now() / 1000;
const reportsOf = ({ lines }: Invoked) => lines.filter((line) => line['_aws'] === undefined);
const metricsOf = ({ lines }: Invoked): Record<string, unknown> => {
  const metrics = lines.filter((line) => line['_aws'] !== undefined).map((line) => JSON.stringify(line));
  expect(metrics.flatMap(emfFaults)).toEqual([]);
  return Object.fromEntries(metrics.flatMap(metricsIn).map(({ name, value }) => [name, value]));
};

const wakeUp = (more: object = {}) => ({
  Records: [
    {
      body: JSON.stringify({ cluster: 'reports', slot: now(), ...more }),
      attributes: { ApproximateReceiveCount: '1' },
    },
  ],
});

const bridge = (type: string, detail: object) => ({
  source: 'x',
  'detail-type': type,
  time: new Date().toISOString(),
  detail,
});

const lastSign = (path: 'dispatch' | 'route' | 'alarm' | 'tick:-') =>
  new DynamoMarkers(table).last(path, epochSeconds(now()));
const view = () => new DynamoClusterStore(table, 'reports', () => 'id').load(epochSeconds(now()));
const sent = () => queue.messages.map(({ body }) => JSON.parse(body) as Record<string, unknown>);

test('dispatch, from nothing → policies, the cluster is found, four slots wait in the queue, alarms are known', async () => {
  alarms.alarms = [{ name: 'queue', type: 'MetricAlarm', state: 'OK', transitioned: now() - 600 }];
  const invoked = await invoke('dispatch', {}, {});
  expect(reportsOf(invoked)).toContainEqual(
    expect.objectContaining({ event: 'dispatch', clusters: 2, scaled: 1, level: 'INFO' }),
  );
  expect(reportsOf(invoked)).toContainEqual(
    expect.objectContaining({ event: 'cluster-problem', cluster: 'gone', problem: 'absent' }),
  );
  expect(metricsOf(invoked)).toEqual({ ClustersThatCannotBeScaled: 1 });
  expect(sent().length).toBeGreaterThanOrEqual(4);
  expect(new Set(sent().map(({ cluster }) => cluster))).toEqual(new Set(['reports']));
  const known = await view();
  expect([known.policy.version, known.identity?.emrClusterId]).toEqual([1, EMR_ID]);
  expect(known.alarms).toEqual([expect.objectContaining({ name: 'queue', state: 'OK' })]);
  expect((await lastSign('dispatch'))?.at).toBeGreaterThan(now() - 60);
});

test('reconcile, on a wake-up → the fleet is asked for the minimum, and says so in its log', async () => {
  const invoked = await invoke('reconcile', wakeUp());
  expect(reportsOf(invoked)).toEqual([
    expect.objectContaining({ event: 'tick', cluster: 'reports', outcome: 'decided', verdict: 'grow', sent: 'yes' }),
  ]);
  // Reads are stale for a while after a modify, as those of EMR are.
  world.advanceTo(world.now + 120);
  const { onDemand, spot } = world.fleet.read();
  expect(onDemand.targetUnits + spot.targetUnits).toBe(14);
  expect(metricsOf(invoked)).toMatchObject({ TargetUnits: 14, Ticks: 1, StaleSignals: 1, Flapping: 0 });
  expect(metricsOf(invoked)).not.toHaveProperty('WaitingQueries');
});

test('route, on a request for a hold → it is in the table, and the cluster is woken at once', async () => {
  const before = sent().length;
  const hold = { key: 'etl', kind: 'total', units: 30, until: now() + 600, owner: 'ann', reason: 'month end' };
  const request = { environment: 'prod', cluster: 'reports', ...hold };
  const other = { ...request, environment: 'dev', key: 'theirs' };
  await invoke('route', bridge(EVENTS.holdRequested, request), bridge(EVENTS.holdRequested, other));
  expect((await view()).holds).toEqual([hold]);
  expect(sent().slice(before)).toEqual([{ cluster: 'reports', slot: expect.any(Number) }]);
  expect(queue.messages.at(-1)?.delaySeconds).toBe(0);
});

test('route, on a spot notice of one of its workers, and of a stranger’s → the loss of the one is on record', async () => {
  const tags = { 'aws:elasticmapreduce:job-flow-id': EMR_ID, 'aws:elasticmapreduce:instance-group-role': 'TASK' };
  ec2.instances = [
    { id: 'i-ours', tags, cpu: [16, 2] },
    { id: 'i-theirs', tags: { ...tags, 'aws:elasticmapreduce:job-flow-id': 'j-OTHER' }, cpu: [16, 2] },
  ];
  const notice = (id: string) => bridge('EC2 Spot Instance Interruption Warning', { 'instance-id': id });
  await invoke('route', notice('i-ours'), notice('i-theirs'), notice('i-gone'), notice('i-ours'));
  expect((await view()).losses).toEqual([{ id: 'i-ours', at: expect.any(Number), units: 2 }]);
});

test('route, on the change of an alarm that a policy names → known at once', async () => {
  const state = { value: 'ALARM', reason: 'threshold', timestamp: new Date().toISOString() };
  await invoke('route', bridge('CloudWatch Alarm State Change', { alarmName: 'queue', state }));
  expect((await view()).alarms).toEqual([expect.objectContaining({ name: 'queue', state: 'ALARM' })]);
});

test('a marker goes in by the bus → through route and the queue to reconcile, which does nothing else', async () => {
  const before = sent().length;
  await invoke('route', bridge(EVENTS.marker, { environment: 'prod', marker: 'nonce-1' }));
  expect(await lastSign('route')).toMatchObject({ marker: 'nonce-1' });
  const [message, ...more] = sent().slice(before);
  expect([message, more]).toEqual([expect.objectContaining({ marker: 'nonce-1' }), []]);
  const { fence } = await view();
  const { lines } = await invoke('reconcile', wakeUp(message));
  expect(lines).toEqual([]);
  expect(await lastSign('tick:-')).toMatchObject({ marker: 'nonce-1' });
  expect((await view()).fence).toBe(fence);
});

test('the alarm of verify goes off → its reason is left as a sign of life, for a day', async () => {
  const detail = { alarmName: verifyAlarmName('prod'), state: { value: 'ALARM', reason: 'nonce-2' } };
  await invoke('route', bridge('CloudWatch Alarm State Change', detail));
  expect(await lastSign('alarm')).toMatchObject({ marker: 'nonce-2' });
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: { pk: 'ACCOUNT', sk: 'MARKER#alarm' } }),
  );
  expect(Math.abs(Number(Item?.['expiresAt']) - now() - 86_400)).toBeLessThan(60);
});

test('a message that is no wake-up, and an event that is none → the invocation fails', async () => {
  const bad = { Records: [{ body: 'hello', attributes: { ApproximateReceiveCount: '1' } }] };
  const [tick, routed] = [
    await functions.invoke('reconcile', [bad], environment()),
    await functions.invoke('route', [{ hello: 1 }], environment()),
  ];
  expect([tick.code, routed.code]).toEqual([1, 1]);
  expect(tick.told).toContain('a wake-up must be');
  expect(routed.told).toContain('an event must carry source');
});
