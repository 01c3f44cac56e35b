/** EC2's DescribeInstances for a simulated cluster, asked by the adapter of the functions and on the wire. */
import { Ec2Instances } from '../../../lambdas/adapters/ec2/instances.ts';
import { epochSeconds } from '../../../lambdas/core/quantities.ts';
import { type Ec2Endpoint, type Ec2EndpointOptions, startEc2Endpoint } from '../../../local/ec2/endpoint.ts';
import { ec2InstanceIdOf } from '../../../local/emr/ids.ts';
import type { Asked } from '../../../local/permissions.ts';
import { CLUSTER_ID, CREDENTIALS, type LocalCluster, localCluster } from '../emr/local-cluster.ts';

let cluster: LocalCluster;
let endpoint: Ec2Endpoint | undefined;

beforeEach(async () => {
  cluster = await localCluster();
});

afterEach(async () => {
  await endpoint?.close();
  await cluster.close();
});

const VCPUS: Readonly<Record<string, number>> = { 'r5.4xlarge': 16, 'm5.xlarge': 4, odd: 3 };

const start = async (options: Partial<Ec2EndpointOptions> = {}): Promise<string> => {
  endpoint = await startEc2Endpoint({ backends: [cluster.backend], vcpusOf: (type) => VCPUS[type], ...options });
  return endpoint.url;
};

const ask = async (url: string, parameters: Readonly<Record<string, string>>) => {
  const response = await fetch(url, { method: 'POST', body: new URLSearchParams(parameters) });
  return { status: response.status, text: await response.text() };
};

const adapter = (url: string): Ec2Instances =>
  new Ec2Instances({
    region: 'eu-west-1',
    endpoint: url,
    credentials: async () => CREDENTIALS,
    clock: { now: () => epochSeconds(cluster.now()) },
  });

test.each([
  ['MASTER', 'primary', 4],
  ['CORE', 'core', 4],
] as const)(
  'the %s node, asked by the functions’ adapter → its cluster, %s, %i processors',
  async (name, role, vcpus) => {
    const owner = await adapter(await start()).ownerOf(ec2InstanceIdOf(CLUSTER_ID, name));
    expect(owner).toEqual({ emrClusterId: CLUSTER_ID, role, vcpus, onDemand: true });
  },
);

test('a worker of the TASK fleet → its cluster, task, the processors of its type', async () => {
  const worker = cluster.backend
    .instances()
    .find(({ fleetType, state, market }) => fleetType === 'TASK' && state === 'RUNNING' && market === 'SPOT');
  const owner = await adapter(await start()).ownerOf(worker?.ec2InstanceId ?? '');
  expect(owner).toEqual({ emrClusterId: CLUSTER_ID, role: 'task', vcpus: 16 });
});

test('an instance of nobody’s → EC2’s own error, which the adapter takes for an answer', async () => {
  const url = await start();
  await expect(adapter(url).ownerOf('i-0123456789abcdef0')).resolves.toBeUndefined();
  await expect(
    ask(url, { Action: 'DescribeInstances', 'InstanceId.1': 'i-1', 'InstanceId.3': 'i-2' }),
  ).resolves.toEqual({
    status: 400,
    text: expect.stringMatching(/InvalidInstanceID\.NotFound.*The instance IDs .*i-1, i-2.* do not exist/),
  });
});

test('nothing is named → every instance of every fleet', async () => {
  const { text } = await ask(await start(), { Action: 'DescribeInstances', Version: '2016-11-15' });
  expect(text.match(/<instanceId>/g)).toHaveLength(cluster.backend.instances().length);
});

test.each([
  [{ Action: 'TerminateInstances' }, 'InvalidAction'],
  [{}, 'InvalidAction'],
  [{ Action: 'DescribeInstances', 'Filter.1.Name': 'tag-key' }, 'InvalidParameter'],
])('%j, which is not served → an error that says so, nothing is guessed', async (parameters, code) => {
  const { status, text } = await ask(await start(), parameters as Record<string, string>);
  expect(status).toBe(400);
  expect(text).toContain(`<Code>${code}</Code>`);
});

describe('with a judge', () => {
  test('who asks, and for what, is what the judge is told', async () => {
    const asked: Asked[] = [];
    const url = await start({ judge: async (one) => void asked.push(one) });
    await adapter(url).ownerOf(ec2InstanceIdOf(CLUSTER_ID, 'CORE'));
    expect(asked).toEqual([
      { accessKeyId: CREDENTIALS.accessKeyId, region: 'eu-west-1', action: 'ec2:DescribeInstances', tags: {} },
    ]);
  });

  test('the judge says no → UnauthorizedOperation with its words', async () => {
    const url = await start({ judge: async () => 'ann is not authorized' });
    await expect(adapter(url).ownerOf(ec2InstanceIdOf(CLUSTER_ID, 'CORE'))).rejects.toThrow(
      /UnauthorizedOperation.*ann is not authorized/,
    );
  });

  test('nobody signed the request → refused without asking the judge', async () => {
    const judge = jest.fn();
    const { status } = await ask(await start({ judge }), { Action: 'DescribeInstances' });
    expect(status).toBe(403);
    expect(judge).not.toHaveBeenCalled();
  });
});
