/** A judge behind the EMR endpoint: what it is asked, and what becomes of a request that it refuses. */
import { DescribeClusterCommand, ModifyInstanceFleetCommand } from '@aws-sdk/client-emr';
import { type Asked, callerOf } from '../../../local/permissions.ts';
import { CLUSTER_ID, CREDENTIALS, type LocalCluster, localCluster } from './local-cluster.ts';
import { emr } from './wire.ts';

let cluster: LocalCluster;

afterEach(() => cluster?.close());

const modify = (clusterId: string) =>
  new ModifyInstanceFleetCommand({
    ClusterId: clusterId,
    InstanceFleet: { InstanceFleetId: cluster.backend.taskFleetId, TargetOnDemandCapacity: 2, TargetSpotCapacity: 9 },
  });

test('who asks, for what, of which cluster → is what the judge is told', async () => {
  const asked: Asked[] = [];
  cluster = await localCluster({ judge: async (one) => void asked.push(one) });
  await cluster.client.send(modify(CLUSTER_ID));
  expect(asked).toEqual([
    {
      accessKeyId: CREDENTIALS.accessKeyId,
      region: 'local',
      action: 'elasticmapreduce:ModifyInstanceFleet',
      resource: `cluster/${CLUSTER_ID}`,
      tags: cluster.backend.cluster().tags,
    },
  ]);
});

test('an action that names no cluster → no resource, no tags', async () => {
  const asked: Asked[] = [];
  cluster = await localCluster({ judge: async (one) => void asked.push(one) });
  await fetch(cluster.endpoint.url, {
    method: 'POST',
    headers: {
      'x-amz-target': 'ElasticMapReduce.ListClusters',
      authorization: 'AWS4-HMAC-SHA256 Credential=AKIA1/20260101/eu-west-1/elasticmapreduce/aws4_request',
    },
    body: '{}',
  });
  expect(asked).toEqual([
    { accessKeyId: 'AKIA1', region: 'eu-west-1', action: 'elasticmapreduce:ListClusters', tags: {} },
  ]);
});

test('the judge says no → AccessDeniedException with its words, and the fleet stays as it is', async () => {
  cluster = await localCluster({ judge: async () => 'ann is not authorized' });
  await expect(cluster.client.send(modify(CLUSTER_ID))).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: 'ann is not authorized',
  });
  expect(cluster.world.fleet.read().spot.targetUnits).toBe(8);
});

test('the judge says no, and there is no such cluster → the caller is not told so', async () => {
  cluster = await localCluster({ judge: async () => 'ann is not authorized' });
  const describe = new DescribeClusterCommand({ ClusterId: 'j-NOBODYS' });
  await expect(cluster.client.send(describe)).rejects.toThrow('ann is not authorized');
});

test('nobody signed the request → refused without asking the judge', async () => {
  const judge = jest.fn();
  cluster = await localCluster({ judge });
  const answer = await emr(cluster.endpoint.url, 'DescribeCluster', { ClusterId: CLUSTER_ID });
  expect(answer).toMatchObject({ status: 403, body: { __type: 'MissingAuthenticationTokenException' } });
  expect(judge).not.toHaveBeenCalled();
});

test('there is no judge → everybody may', async () => {
  cluster = await localCluster();
  const answer = await emr(cluster.endpoint.url, 'DescribeCluster', { ClusterId: CLUSTER_ID });
  expect(answer.status).toBe(200);
});

test.each([
  [undefined, undefined],
  ['', undefined],
  ['Basic YW5uOnNlY3JldA==', undefined],
  ['AWS4-HMAC-SHA256 Credential=AKIA1/20260101/eu-west-1/ec2/aws4_request, SignedHeaders=host, Signature=00', 'AKIA1'],
])('the header %j → %j', (authorization, accessKeyId) => {
  expect(callerOf(authorization)?.accessKeyId).toBe(accessKeyId);
});
