/** What the endpoint shows of a simulated cluster: shapes, times and states as EMR sends them. */

import type { Instance } from '@aws-sdk/client-emr';
import { DescribeClusterCommand, ListInstanceFleetsCommand, ListInstancesCommand } from '@aws-sdk/client-emr';
import type { ClusterState } from '../../../local/emr/backend.ts';
import { ec2InstanceIdOf } from '../../../local/emr/ids.ts';
import { START_OF_RUN } from '../../../simulator/run/start-of-run.ts';
import { R5_4XLARGE } from '../../../simulator/world/knobs.ts';
import { CLUSTER_ID, type LocalCluster, type LocalClusterOptions, localCluster } from './local-cluster.ts';
import { emr } from './wire.ts';

let local: LocalCluster;

const start = async (options?: LocalClusterOptions): Promise<LocalCluster> => {
  local = await localCluster(options);
  return local;
};

afterEach(() => local.close());

const modify = (onDemand: number, spot: number) =>
  emr(local.endpoint.url, 'ModifyInstanceFleet', {
    ClusterId: CLUSTER_ID,
    InstanceFleet: {
      InstanceFleetId: local.backend.taskFleetId,
      TargetOnDemandCapacity: onDemand,
      TargetSpotCapacity: spot,
    },
  });

const fleets = async () => {
  const answer = await local.client.send(new ListInstanceFleetsCommand({ ClusterId: CLUSTER_ID }));
  return answer.InstanceFleets ?? [];
};

const instances = async (filter: object = {}): Promise<readonly Instance[]> => {
  const found: Instance[] = [];
  let Marker: string | undefined;
  do {
    const page = await local.client.send(new ListInstancesCommand({ ClusterId: CLUSTER_ID, Marker, ...filter }));
    found.push(...(page.Instances ?? []));
    Marker = page.Marker;
  } while (Marker !== undefined);
  return found;
};

describe('ListInstanceFleets', () => {
  test('a quiet cluster → MASTER, CORE and TASK in EMR’s shape, times as epoch seconds', async () => {
    const { endpoint } = await start();
    const { status, contentType, body } = await emr(endpoint.url, 'ListInstanceFleets', { ClusterId: CLUSTER_ID });
    expect([status, contentType]).toEqual([200, 'application/x-amz-json-1.1']);
    expect(body).toMatchObject({
      InstanceFleets: [{ InstanceFleetType: 'MASTER' }, { InstanceFleetType: 'CORE' }, {}],
    });
    expect((body as { InstanceFleets: unknown[] }).InstanceFleets[2]).toEqual({
      Id: expect.stringMatching(/^if-[A-Z0-9]{13}$/),
      Name: 'TASK',
      InstanceFleetType: 'TASK',
      Status: {
        State: 'RUNNING',
        StateChangeReason: { Message: '' },
        Timeline: { CreationDateTime: START_OF_RUN - 3600, ReadyDateTime: START_OF_RUN - 3000 },
      },
      TargetOnDemandCapacity: 2,
      TargetSpotCapacity: 8,
      ProvisionedOnDemandCapacity: 2,
      ProvisionedSpotCapacity: 8,
      InstanceTypeSpecifications: [expect.objectContaining({ InstanceType: 'r5.4xlarge', WeightedCapacity: 1 })],
      LaunchSpecifications: expect.any(Object),
      ResizeSpecifications: {
        SpotResizeSpecification: { TimeoutDurationMinutes: 10 },
        OnDemandResizeSpecification: { TimeoutDurationMinutes: 10 },
      },
    });
  });

  test('after a modify → the old state while reads are stale, then RESIZING, then RUNNING', async () => {
    const { advance } = await start({ fleet: { staleReadSeconds: 10 } });
    await modify(2, 20);
    expect((await fleets())[2]).toMatchObject({ Status: { State: 'RUNNING' }, TargetSpotCapacity: 8 });
    advance(10);
    expect((await fleets())[2]).toMatchObject({ Status: { State: 'RESIZING' }, TargetSpotCapacity: 20 });
    advance(3600);
    expect((await fleets())[2]).toMatchObject({ Status: { State: 'RUNNING' }, ProvisionedSpotCapacity: 20 });
  });

  test('too many failed starts → SUSPENDED with a reason', async () => {
    const { advance } = await start({ fleet: { startFailureShare: 1, suspendAfterFailedStarts: 2 } });
    await modify(2, 12);
    advance(3600);
    expect((await fleets())[2]?.Status).toMatchObject({
      State: 'SUSPENDED',
      StateChangeReason: { Code: 'INSTANCE_FAILURE', Message: expect.any(String) },
    });
  });

  test('types of several weights → each with its own', async () => {
    const pools = [R5_4XLARGE, { ...R5_4XLARGE, instanceType: 'r5.16xlarge', vcpu: 64, weightUnits: 4 }];
    await start({ fleet: { pools } });
    const types = (await fleets())[2]?.InstanceTypeSpecifications;
    expect(types?.map(({ WeightedCapacity }) => WeightedCapacity)).toEqual([1, 4]);
  });

  test.each<[ClusterState, string, number]>([
    ['TERMINATING', 'TERMINATING', 8],
    ['TERMINATED', 'TERMINATED', 0],
    ['TERMINATED_WITH_ERRORS', 'TERMINATED', 0],
  ])('the cluster is %s → its TASK fleet is %s', async (state, fleetState, provisioned) => {
    const { backend } = await start();
    backend.state = state;
    expect((await fleets())[2]).toMatchObject({ Status: { State: fleetState }, ProvisionedSpotCapacity: provisioned });
  });
});

describe('ListInstances', () => {
  test('a quiet cluster → every node with the ids, market and times of its own', async () => {
    await start();
    const all = await instances();
    expect(all).toHaveLength(12);
    expect(new Set(all.map(({ Id }) => Id)).size).toBe(12);
    expect(all.at(-1)).toMatchObject({
      Id: expect.stringMatching(/^ci-[A-Z0-9]{12}$/),
      Ec2InstanceId: ec2InstanceIdOf(CLUSTER_ID, 'r5.4xlarge/spot/initial-8'),
      InstanceFleetId: local.backend.taskFleetId,
      Market: 'SPOT',
      InstanceType: 'r5.4xlarge',
      Status: {
        State: 'RUNNING',
        Timeline: { CreationDateTime: new Date(START_OF_RUN * 1000), ReadyDateTime: new Date(START_OF_RUN * 1000) },
      },
    });
  });

  test('filters by fleet, type and state', async () => {
    const { advance } = await start();
    await modify(2, 10);
    advance(1);
    expect(await instances({ InstanceFleetType: 'MASTER' })).toHaveLength(1);
    expect(await instances({ InstanceFleetId: local.backend.taskFleetId })).toHaveLength(12);
    expect(await instances({ InstanceStates: ['PROVISIONING'] })).toHaveLength(2);
    expect(await instances({ InstanceFleetType: 'TASK', InstanceStates: ['RUNNING', 'PROVISIONING'] })).toHaveLength(
      12,
    );
    expect(await instances({ InstanceStates: ['TERMINATED'] })).toHaveLength(0);
  });

  test('pages of five → all of them once, in the order of one page', async () => {
    await start({ pageSize: 5 });
    const paged = await instances();
    expect(local.endpoint.calls.ListInstances).toBe(3);
    await local.close();
    await start();
    expect(paged).toEqual(await instances());
  });

  test('capacity that went → TERMINATED with its end, and how it failed if it did', async () => {
    const { advance } = await start({ fleet: { startFailureShare: 1, suspendAfterFailedStarts: 1 } });
    await modify(2, 9);
    advance(3600);
    const [failed] = await instances({ InstanceStates: ['TERMINATED'] });
    expect(failed?.Status).toMatchObject({
      State: 'TERMINATED',
      StateChangeReason: { Code: 'BOOTSTRAP_FAILURE' },
      Timeline: { EndDateTime: expect.any(Date) },
    });
    expect(failed?.Status?.Timeline?.ReadyDateTime).toBeUndefined();
  });

  test('more than 2,000 ended → the newest 2,000 of them, and all that live', async () => {
    const { world, advance } = await start({ spotUnits: 2500 });
    await modify(2, 100);
    advance(4 * 3600);
    expect(world.fleet.instances()).toHaveLength(2502);
    const all = await instances();
    expect(all).toHaveLength(2 + 102 + 2000);
    expect(all.filter(({ Status }) => Status?.State === 'TERMINATED')).toHaveLength(2000);
  });
});

test('DescribeCluster → the cluster without fleets', async () => {
  await start();
  const { Cluster } = await local.client.send(new DescribeClusterCommand({ ClusterId: CLUSTER_ID }));
  expect(Cluster).toMatchObject({
    Id: CLUSTER_ID,
    Status: { State: 'WAITING' },
    InstanceCollectionType: 'INSTANCE_FLEET',
    Applications: [{ Name: 'Presto', Version: '0.287' }],
    ScaleDownBehavior: 'TERMINATE_AT_TASK_COMPLETION',
  });
  expect(Cluster).not.toHaveProperty('InstanceFleets');
});
