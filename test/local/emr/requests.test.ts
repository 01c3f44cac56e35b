/** What the endpoint refuses, in EMR's words, and what a refused request leaves as it was. */
import type { ClusterState } from '../../../local/emr/backend.ts';
import { startEmrEndpoint } from '../../../local/emr/endpoint.ts';
import { fleetIdOf } from '../../../local/emr/ids.ts';
import { CLUSTER_ID, type LocalCluster, localCluster } from './local-cluster.ts';
import { emr, post } from './wire.ts';

let local: LocalCluster;

beforeEach(async () => {
  local = await localCluster();
});

afterEach(() => local.close());

const TASK = fleetIdOf(CLUSTER_ID, 'TASK');

const modification = (fleet: object = {}): object => ({
  ClusterId: CLUSTER_ID,
  InstanceFleet: { InstanceFleetId: TASK, TargetOnDemandCapacity: 5, TargetSpotCapacity: 5, ...fleet },
});

const targets = (): readonly number[] => {
  local.advance(60);
  const { onDemand, spot } = local.world.fleet.read();
  return [onDemand.targetUnits, spot.targetUnits];
};

const invalid = (Message: string, ErrorCode?: string): object => ({
  __type: 'InvalidRequestException',
  ...(ErrorCode === undefined ? {} : { ErrorCode }),
  Message,
});

const validation = (value: string, path: string, expected: string): object => ({
  __type: 'ValidationException',
  message: `1 validation error detected: Value ${value} at '${path}' failed to satisfy constraint: ${expected}`,
});

const minutes = (TimeoutDurationMinutes: unknown): object => ({
  ResizeSpecifications: { SpotResizeSpecification: { TimeoutDurationMinutes } },
});
const MINUTES = 'instanceFleet.resizeSpecifications.spotResizeSpecification.timeoutDurationMinutes';
const BOTH = `The instance fleet (${TASK}) should have both targetOnDemandCapacity and targetSpotCapacity specified.`;

const REFUSED: readonly (readonly [situation: string, body: unknown, answer: object])[] = [
  ['no cluster', {}, validation('null', 'clusterId', 'Member must not be null')],
  ['no fleet', { ClusterId: CLUSTER_ID }, validation('null', 'instanceFleet', 'Member must not be null')],
  [
    'no fleet id',
    modification({ InstanceFleetId: null }),
    validation('null', 'instanceFleet.instanceFleetId', 'Member must not be null'),
  ],
  ['another cluster', { ...modification(), ClusterId: 'j-OTHER' }, invalid("Cluster id 'j-OTHER' is not valid.")],
  ['another fleet', modification({ InstanceFleetId: 'if-X' }), invalid("Instance fleet id 'if-X' is not valid.")],
  ['no on-demand target', modification({ TargetOnDemandCapacity: undefined }), invalid(BOTH)],
  ['no spot target', modification({ TargetSpotCapacity: null }), invalid(BOTH)],
  [
    'less than nothing',
    modification({ TargetSpotCapacity: -1 }),
    validation("'-1'", 'instanceFleet.targetSpotCapacity', 'Member must have value greater than or equal to 0'),
  ],
  [
    'a timeout of 4 minutes',
    modification(minutes(4)),
    validation("'4'", MINUTES, 'Member must have value greater than or equal to 5'),
  ],
  [
    'a timeout of more than a week',
    modification(minutes(10_081)),
    validation("'10081'", MINUTES, 'Member must have value less than or equal to 10080'),
  ],
  [
    'half a unit',
    modification({ TargetSpotCapacity: 1.5 }),
    { __type: 'SerializationException', message: expect.stringContaining('instanceFleet.targetSpotCapacity') },
  ],
  [
    'a target as text',
    modification({ TargetSpotCapacity: '4' }),
    { __type: 'SerializationException', message: expect.any(String) },
  ],
  [
    'a fleet as text',
    { ClusterId: CLUSTER_ID, InstanceFleet: TASK },
    { __type: 'SerializationException', message: expect.any(String) },
  ],
  ['no JSON', '{"ClusterId":', { __type: 'SerializationException', message: 'the body is not JSON' }],
  ['a JSON text', '"j-1"', { __type: 'SerializationException', message: 'the body is not a JSON object' }],
  [
    'instance types, which would reconfigure',
    modification({ InstanceTypeConfigs: [] }),
    invalid('The local cluster does not simulate this: a reconfiguration (InstanceTypeConfigs).'),
  ],
  [
    'the CORE fleet',
    modification({ InstanceFleetId: fleetIdOf(CLUSTER_ID, 'CORE') }),
    invalid('The local cluster does not simulate this: a resize of the CORE fleet.'),
  ],
];

describe('ModifyInstanceFleet', () => {
  test('accepted → HTTP 200 with an empty body, and the targets are those', async () => {
    expect(await emr(local.endpoint.url, 'ModifyInstanceFleet', modification())).toMatchObject({
      status: 200,
      text: '',
    });
    expect(targets()).toEqual([5, 5]);
  });

  test('resize timeouts are kept, those not given too', async () => {
    await emr(local.endpoint.url, 'ModifyInstanceFleet', modification(minutes(25)));
    const { body } = await emr(local.endpoint.url, 'ListInstanceFleets', { ClusterId: CLUSTER_ID });
    expect((body as { InstanceFleets: unknown[] }).InstanceFleets[2]).toMatchObject({
      ResizeSpecifications: {
        SpotResizeSpecification: { TimeoutDurationMinutes: 25 },
        OnDemandResizeSpecification: { TimeoutDurationMinutes: 10 },
      },
    });
  });

  test.each(REFUSED)('%s → refused, and nothing changes', async (_, body, answer) => {
    expect(await emr(local.endpoint.url, 'ModifyInstanceFleet', body)).toMatchObject({ status: 400, body: answer });
    expect(targets()).toEqual([2, 8]);
  });

  test.each<[ClusterState, string]>([
    ['STARTING', 'An instance fleet may only be modified when the cluster is running or waiting.'],
    ['BOOTSTRAPPING', 'An instance fleet may only be modified when the cluster is running or waiting.'],
    ['TERMINATING', 'A job flow that is shutting down, terminated, or finished may not be modified.'],
    ['TERMINATED', 'A job flow that is shutting down, terminated, or finished may not be modified.'],
    ['TERMINATED_WITH_ERRORS', 'A job flow that is shutting down, terminated, or finished may not be modified.'],
  ])('the cluster is %s → refused', async (state, message) => {
    local.backend.state = state;
    const answer = await emr(local.endpoint.url, 'ModifyInstanceFleet', modification());
    expect(answer.body).toEqual(invalid(message));
    expect(targets()).toEqual([2, 8]);
  });

  test.each<ClusterState>(['RUNNING', 'WAITING'])('the cluster is %s → accepted', async (state) => {
    local.backend.state = state;
    expect((await emr(local.endpoint.url, 'ModifyInstanceFleet', modification())).status).toBe(200);
  });
});

test.each(['ListInstanceFleets', 'ModifyInstanceFleet'])(
  '%s on a cluster of instance groups → refused',
  async (operation) => {
    local.backend.collection = 'INSTANCE_GROUP';
    const { status, body } = await emr(local.endpoint.url, operation, modification());
    expect(status).toBe(400);
    expect(body).toMatchObject({
      __type: 'InvalidRequestException',
      ErrorCode: 'API_DOES_NOT_SUPPORT_INSTANCE_GROUP_CLUSTERS',
      Message: expect.stringMatching(/^Instance fleets and instance groups are mutually exclusive\./),
    });
  },
);

test.each(['ListInstanceFleets', 'ListInstances', 'DescribeCluster'])(
  '%s of another cluster → not valid',
  async (operation) => {
    const { body } = await emr(local.endpoint.url, operation, { ClusterId: 'j-OTHER' });
    expect(body).toEqual(invalid("Cluster id 'j-OTHER' is not valid."));
  },
);

test.each(['ListInstanceFleets', 'ListInstances'])(
  '%s with a marker that was not given out → refused',
  async (operation) => {
    const { body } = await emr(local.endpoint.url, operation, { ClusterId: CLUSTER_ID, Marker: 'nonsense' });
    expect(body).toEqual(invalid("Marker 'nonsense' is not valid."));
  },
);

test.each([
  ['InstanceGroupId', { InstanceGroupId: 'ig-1' }, 'InvalidRequestException'],
  ['states that are no list', { InstanceStates: 'RUNNING' }, 'SerializationException'],
])('ListInstances with %s → refused', async (_, filter, type) => {
  const { status, body } = await emr(local.endpoint.url, 'ListInstances', { ClusterId: CLUSTER_ID, ...filter });
  expect(status).toBe(400);
  expect(body).toMatchObject({ __type: type });
});

test.each([
  ['an operation of EMR that is not served', 'ElasticMapReduce.RunJobFlow'],
  ['another service', 'DynamoDB_20120810.GetItem'],
  ['a name of Object', 'ElasticMapReduce.constructor'],
  ['no target', undefined],
])('%s → UnknownOperationException that names what is served', async (_, target) => {
  const { status, body } = await post(local.endpoint.url, target, {});
  expect(status).toBe(400);
  expect(body).toMatchObject({
    __type: 'UnknownOperationException',
    message: expect.stringContaining(
      'served are ListInstanceFleets, ListInstances, DescribeCluster, ModifyInstanceFleet',
    ),
  });
  expect(Object.values(local.endpoint.calls).every((count) => count === 0)).toBe(true);
});

test('a body longer than any that can be meant → the connection ends', async () => {
  const body = JSON.stringify({ ClusterId: 'x'.repeat(1_100_000) });
  await expect(emr(local.endpoint.url, 'DescribeCluster', body)).rejects.toThrow();
});

test('a mistake of the world behind it → HTTP 500 with its text, and the endpoint goes on', async () => {
  jest.spyOn(local.world.fleet, 'read').mockImplementationOnce(() => {
    throw new RangeError('the world is wrong');
  });
  const answer = await emr(local.endpoint.url, 'ListInstanceFleets', { ClusterId: CLUSTER_ID });
  expect(answer).toMatchObject({ status: 500, body: { message: 'RangeError: the world is wrong' } });
  expect((await emr(local.endpoint.url, 'ListInstanceFleets', { ClusterId: CLUSTER_ID })).status).toBe(200);
});

test('several clusters behind one endpoint → each its own, and their ids differ', async () => {
  const other = await localCluster({ clusterId: 'j-OTHER', spotUnits: 3 });
  const endpoint = await startEmrEndpoint({ backends: [local.backend, other.backend], now: local.now });
  const spotOf = async (ClusterId: string): Promise<unknown> => {
    const { body } = await emr(endpoint.url, 'ListInstanceFleets', { ClusterId });
    return (body as { InstanceFleets?: { TargetSpotCapacity: number }[] }).InstanceFleets?.[2]?.TargetSpotCapacity;
  };
  const spot = [await spotOf(CLUSTER_ID), await spotOf('j-OTHER'), await spotOf('j-THIRD')];
  await endpoint.close();
  await other.close();
  expect(spot).toEqual([8, 3, undefined]);
  expect(other.backend.taskFleetId).not.toBe(local.backend.taskFleetId);
});

test('a port in use → an error with its code', async () => {
  const port = Number(new URL(local.endpoint.url).port);
  await expect(startEmrEndpoint({ backends: [], now: () => 0, port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

test('every request is told and counted, refused ones too', async () => {
  const told: unknown[] = [];
  const endpoint = await startEmrEndpoint({ backends: [], now: () => 0, onCall: (call) => told.push(call) });
  await emr(endpoint.url, 'DescribeCluster', { ClusterId: 'j-1' });
  expect(told).toEqual([{ operation: 'DescribeCluster', input: { ClusterId: 'j-1' } }]);
  expect(endpoint.calls.DescribeCluster).toBe(1);
  await endpoint.close();
});
