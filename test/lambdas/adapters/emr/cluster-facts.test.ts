/** The adapter on the real SDK over the wire: before a server that answers what a test tells it to. */
import { emrClient } from '../../../../lambdas/adapters/emr/client.ts';
import { EmrClusterFinder } from '../../../../lambdas/adapters/emr/cluster-facts.ts';
import type { FoundEngine } from '../../../../lambdas/core/model.ts';
import { FleetError } from '../../../../lambdas/ports/fleets.ts';
import { foundPresto } from '../../../fakes/cluster-finder.ts';
import { CREDENTIALS } from '../../../local/emr/local-cluster.ts';
import { taskFleet } from './emr-fleet.ts';
import { type StubAnswer, type StubRequest, stubEmr } from './stub-emr.ts';

const CLUSTER = {
  Id: 'j-1',
  Name: 'sql',
  ReleaseLabel: 'emr-7.13.0',
  Applications: [{ Name: 'Presto', Version: '0.287' }],
  Configurations: [
    { Classification: 'presto-config', Configurations: [], Properties: { 'graceful-shutdown-timeout': '1800s' } },
  ],
};

const FLEETS = {
  InstanceFleets: [
    {
      ...taskFleet(),
      InstanceTypeSpecifications: [
        {
          InstanceType: 'r5.4xlarge',
          WeightedCapacity: 2,
          Configurations: [{ Classification: 'presto-config', Properties: { 'graceful-shutdown-timeout': '20m' } }],
        },
      ],
    },
  ],
};

const GOOD: Readonly<Record<string, unknown>> = {
  DescribeCluster: { Cluster: CLUSTER },
  ListInstanceFleets: FLEETS,
  GetManagedScalingPolicy: {},
};

const finding = async (answer: (request: StubRequest, index: number) => StubAnswer) => {
  const stub = await stubEmr(answer);
  const client = emrClient({ region: 'local', endpoint: stub.url, maxAttempts: 1, credentials: CREDENTIALS });
  const finder = new EmrClusterFinder(client, { clusterId: 'j-1', callMilliseconds: 500 });
  try {
    const result = await finder.find().catch((error: unknown) => error);
    return { result, operations: stub.requests.map(({ operation }) => operation) };
  } finally {
    client.destroy();
    await stub.close();
  }
};

test('a cluster with a timeout, and a type with a shorter one → one call of each kind, and the shorter one', async () => {
  const { result, operations } = await finding(({ operation }) => ({ body: GOOD[operation] }));
  expect(result).toEqual(foundPresto({ gracefulTimeoutSeconds: 1200, managedScaling: false }));
  expect(operations).toEqual(['DescribeCluster', 'ListInstanceFleets', 'GetManagedScalingPolicy']);
});

const ATTACHED = {
  ManagedScalingPolicy: {
    ComputeLimits: { UnitType: 'InstanceFleetUnits', MinimumCapacityUnits: 2, MaximumCapacityUnits: 20 },
  },
};
const DENIED = { __type: 'AccessDeniedException', Message: 'not authorized to perform: GetManagedScalingPolicy' };

test.each<[string, StubAnswer, boolean | undefined]>([
  ['a policy', { body: ATTACHED }, true],
  ['an answer without one', { body: {} }, false],
  ['null for it', { body: { ManagedScalingPolicy: null } }, false],
  [
    'EMR says that there is none, as it once did',
    { status: 400, body: { __type: 'InvalidRequestException', Message: 'Managed scaling policy does not exist.' } },
    false,
  ],
  ['no permission to ask', { status: 400, body: DENIED }, undefined],
])('managed scaling: %s → %j', async (_, answer, expected) => {
  const { result } = await finding(({ operation }) =>
    operation === 'GetManagedScalingPolicy' ? answer : { body: GOOD[operation] },
  );
  expect((result as FoundEngine).managedScaling).toBe(expected);
});

test('managed scaling cannot be asked for because EMR is slow or busy → the whole finding fails, and is tried again', async () => {
  const busy = { status: 400, body: { __type: 'ThrottlingException', Message: 'Rate exceeded' } };
  const { result } = await finding(({ operation }) =>
    operation === 'GetManagedScalingPolicy' ? busy : { body: GOOD[operation] },
  );
  expect((result as FleetError).fault).toBe('throttled');
});

test.each<[string, StubAnswer, string]>([
  [
    'no permission',
    { status: 400, body: { __type: 'AccessDeniedException', Message: 'not authorized to perform: DescribeCluster' } },
    'denied',
  ],
  ['throttled', { status: 400, body: { __type: 'ThrottlingException', Message: 'Rate exceeded' } }, 'throttled'],
  [
    'a cluster that is gone',
    { status: 400, body: { __type: 'InvalidRequestException', Message: "Cluster id 'j-1' is not valid." } },
    'not-found',
  ],
  ['EMR is broken', { status: 500, body: { __type: 'InternalServerException', Message: 'oops' } }, 'unavailable'],
  ['a page of a proxy', { status: 503, contentType: 'text/html', body: '<html></html>' }, 'unavailable'],
  ['no answer', { instead: 'hang' }, 'unavailable'],
  ['an answer without a cluster', { body: {} }, 'unavailable'],
])('%s → a FleetError that names the call', async (_, answer, fault) => {
  const { result } = await finding(() => answer);
  expect(result).toBeInstanceOf(FleetError);
  expect((result as FleetError).fault).toBe(fault);
  expect((result as FleetError).message).toContain('DescribeCluster of cluster j-1');
});

test('the fleets cannot be listed → nothing is said of the cluster: a type may have another grace', async () => {
  const denied = { status: 400, body: { __type: 'AccessDeniedException', Message: 'no ListInstanceFleets' } };
  const { result } = await finding(({ operation }) =>
    operation === 'DescribeCluster' ? { body: { Cluster: CLUSTER } } : denied,
  );
  expect((result as FleetError).fault).toBe('denied');
});
