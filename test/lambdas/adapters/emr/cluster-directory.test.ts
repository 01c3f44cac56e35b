/** The directory on the real SDK over the wire: before the local endpoint, and before one that answers what it is told to. */
import { emrClient } from '../../../../lambdas/adapters/emr/client.ts';
import { EmrClusterDirectory } from '../../../../lambdas/adapters/emr/cluster-directory.ts';
import { ENVIRONMENT_TAG } from '../../../../lambdas/contract.ts';
import { FleetError } from '../../../../lambdas/ports/fleets.ts';
import { API_ERRORS } from '../../../../local/emr/api-error.ts';
import type { ClusterState, EmrBackend } from '../../../../local/emr/backend.ts';
import { startEmrEndpoint } from '../../../../local/emr/endpoint.ts';
import { type AccountCluster, FakeClusterDirectory } from '../../../fakes/cluster-directory.ts';
import { CREDENTIALS } from '../../../local/emr/local-cluster.ts';
import { NOON } from '../../core/builders.ts';
import { clusterDirectoryContract } from '../../ports/cluster-directory.contract.ts';
import { type StubAnswer, type StubRequest, stubEmr } from './stub-emr.ts';

const backendOf = (
  { id, name = 'sql', createdAt = -3600, tags, environment = 'prod', host = 'ip', instances, denied }: AccountCluster,
  state: ClusterState,
): EmrBackend => ({
  clusterId: id,
  cluster: () => {
    if (denied === true) throw API_ERRORS.denied('DescribeCluster', id);
    return {
      name,
      state,
      tags: { ...tags, ...(environment === null ? {} : { [ENVIRONMENT_TAG]: environment }) },
      ...(host === null ? {} : { primaryHost: host }),
      collection: instances === 'groups' ? 'INSTANCE_GROUP' : 'INSTANCE_FLEET',
      releaseLabel: 'emr-7.13.0',
      application: { name: 'Presto', version: '0.287' },
      createdAt: NOON + createdAt,
      readyAt: NOON + createdAt,
    };
  },
  fleets: () => [],
  instances: () => [],
  modify: () => undefined,
});

const overTheWire = async (clusters: readonly AccountCluster[]) => {
  const ended: readonly ClusterState[] = ['TERMINATED', 'TERMINATED_WITH_ERRORS'];
  const endpoint = await startEmrEndpoint({
    backends: [
      ...clusters.map((cluster) => backendOf(cluster, cluster.state ?? 'WAITING')),
      ...ended.map((state) => backendOf({ id: `j-${state}`, createdAt: -9000 }, state)),
    ],
    now: () => NOON,
    throttling: false,
  });
  const client = emrClient({ region: 'local', endpoint: endpoint.url, maxAttempts: 1, credentials: CREDENTIALS });
  return {
    directory: new EmrClusterDirectory(client),
    endpoint,
    close: async () => {
      client.destroy();
      await endpoint.close();
    },
  };
};

clusterDirectoryContract('a fake', async (clusters) => ({
  directory: new FakeClusterDirectory(clusters),
  close: async () => undefined,
}));
clusterDirectoryContract('EMR', overTheWire);

test('120 clusters → three calls of fifty, as EMR gives them', async () => {
  const many = Array.from({ length: 120 }, (_, index) => ({ id: `j-${index}` }));
  const { directory, endpoint, close } = await overTheWire(many);
  try {
    await directory.list();
    expect(endpoint.calls).toMatchObject({ ListClusters: 3, DescribeCluster: 0 });
  } finally {
    await close();
  }
});

const asking = async (
  answer: (request: StubRequest, index: number) => StubAnswer,
  work: (directory: EmrClusterDirectory) => Promise<unknown>,
  listMilliseconds = 500,
) => {
  const stub = await stubEmr(answer);
  const client = emrClient({ region: 'local', endpoint: stub.url, maxAttempts: 1, credentials: CREDENTIALS });
  const directory = new EmrClusterDirectory(client, { listMilliseconds, callMilliseconds: 500 });
  try {
    const result = await work(directory).catch((error: unknown) => error);
    return { result, requests: stub.requests };
  } finally {
    client.destroy();
    await stub.close();
  }
};

const summary = (Id: string, given: object = {}) => ({
  Id,
  Name: 'sql',
  Status: { State: 'WAITING', Timeline: { CreationDateTime: NOON } },
  ...given,
});

describe('a list that cannot be meant is no list: what is missing in it would be taken for gone', () => {
  test.each<[string, (index: number) => StubAnswer, RegExp]>([
    ['no list in the answer', () => ({ body: {} }), /Clusters was missing/],
    ['a cluster without an id', () => ({ body: { Clusters: [summary('j-A'), { Name: 'x' }] } }), /expected both/],
    [
      'a cluster without a time',
      () => ({ body: { Clusters: [summary('j-A', { Status: { State: 'WAITING' } })] } }),
      /expected both/,
    ],
    [
      'a state that was not asked for',
      () => ({
        body: { Clusters: [summary('j-A', { Status: { State: 'ASLEEP', Timeline: { CreationDateTime: NOON } } })] },
      }),
      /State of j-A was ASLEEP/,
    ],
    ['the same marker again', () => ({ body: { Clusters: [summary('j-A')], Marker: 'next' } }), /pages do not end/],
    [
      'the second page is an error',
      (index) =>
        index === 0
          ? { body: { Clusters: [summary('j-A')], Marker: 'm' } }
          : { status: 500, body: { __type: 'InternalServerException' } },
      /ListClusters/,
    ],
    ['no answer', () => ({ instead: 'hang' }), /given up after 500 ms/],
    ['half an answer', () => ({ instead: 'dribble' }), /given up after 500 ms/],
    ['a page of a proxy', () => ({ status: 503, contentType: 'text/html', body: '<html></html>' }), /HTTP 503/],
  ])('%s → unavailable', async (_, answer, words) => {
    const { result } = await asking(
      (_request, index) => answer(index),
      (directory) => directory.list(),
    );
    expect(result).toBeInstanceOf(FleetError);
    expect((result as FleetError).fault).toBe('unavailable');
    expect((result as FleetError).message).toMatch(words);
  });

  test('pages without end → given up after a hundred', async () => {
    const { result, requests } = await asking(
      (_, index) => ({ body: { Clusters: [], Marker: `page-${index}` } }),
      (directory) => directory.list(),
      20_000,
    );
    expect((result as FleetError).message).toContain('pages do not end');
    expect(requests).toHaveLength(100);
  });

  test('a cluster that moved to the next page while it was read → once', async () => {
    const pages = [{ Clusters: [summary('j-A'), summary('j-B')], Marker: 'm' }, { Clusters: [summary('j-B')] }];
    const { result, requests } = await asking(
      (_, index) => ({ body: pages[index] }),
      (directory) => directory.list(),
    );
    expect(result).toHaveLength(2);
    expect(requests.map(({ body }) => body['Marker'])).toEqual([undefined, 'm']);
    expect(requests[0]?.body['ClusterStates']).toEqual([
      'STARTING',
      'BOOTSTRAPPING',
      'RUNNING',
      'WAITING',
      'TERMINATING',
    ]);
  });
});

describe('a description', () => {
  const describing = async (answer: StubAnswer) =>
    (
      await asking(
        () => answer,
        (directory) => directory.describe('j-A'),
      )
    ).result;
  const error = (type: string, message: string): StubAnswer => ({
    status: 400,
    body: { __type: type, Message: message },
  });

  test.each<[string, StubAnswer]>([
    ['no permission', error('AccessDeniedException', 'not authorized')],
    ['gone', error('InvalidRequestException', "Cluster id 'j-A' is not valid.")],
  ])('%s → undefined', async (_, answer) => {
    expect(await describing(answer)).toBeUndefined();
  });

  test.each<[string, StubAnswer, string]>([
    ['throttled', error('ThrottlingException', 'Rate exceeded'), 'throttled'],
    ['another cluster', { body: { Cluster: { Id: 'j-B' } } }, 'unavailable'],
    ['an empty answer', { body: {} }, 'unavailable'],
    ['no answer', { instead: 'hang' }, 'unavailable'],
  ])('%s → a FleetError that names the call', async (_, answer, fault) => {
    const result = await describing(answer);
    expect((result as FleetError).fault).toBe(fault);
    expect((result as FleetError).message).toContain('DescribeCluster of cluster j-A');
  });

  test('an empty host, a tag without a value, a kind that is new → as if they were not known', async () => {
    const Cluster = { Id: 'j-A', MasterPublicDnsName: '', Tags: [{ Key: 'a' }], InstanceCollectionType: 'CLOUD' };
    expect(await describing({ body: { Cluster } })).toEqual({
      tags: { a: '' },
      instances: 'unknown',
      ended: false,
    });
  });
});
