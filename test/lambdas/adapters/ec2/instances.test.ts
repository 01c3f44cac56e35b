/** Whose an instance is, over the wire: signed, and with what EC2 may answer. */
import { Ec2Instances, type Ec2InstancesOptions } from '../../../../lambdas/adapters/ec2/instances.ts';
import { epochSeconds } from '../../../../lambdas/core/quantities.ts';
import { type Ec2Endpoint, errorXml, startEc2Endpoint } from '../../../fakes/ec2-endpoint.ts';
import { NOON } from '../../core/builders.ts';

const ROLE = { accessKeyId: 'ASIAEXAMPLE', secretAccessKey: 'secret+/key', sessionToken: 'the/token==' };
const EMR = {
  'aws:elasticmapreduce:job-flow-id': 'j-3ABC',
  'aws:elasticmapreduce:instance-group-role': 'TASK',
  Name: 'Zürich & "co" <x>',
};

let endpoint: Ec2Endpoint;

beforeEach(async () => {
  endpoint = await startEc2Endpoint({ ...ROLE, region: 'eu-central-1', service: 'ec2', now: NOON });
  endpoint.instances = [{ id: 'i-1', tags: EMR, cpu: [8, 2] }];
});

afterEach(() => endpoint.close());

const directory = (given: Partial<Ec2InstancesOptions> = {}) =>
  new Ec2Instances({
    region: 'eu-central-1',
    endpoint: endpoint.url,
    credentials: async () => ROLE,
    clock: { now: () => epochSeconds(NOON) },
    timeoutMilliseconds: 300,
    ...given,
  });

test.each([
  ['TASK', 'task'],
  ['CORE', 'core'],
  ['MASTER', 'primary'],
])('an instance of EMR with the role %s → its cluster, 16 processors, role %s', async (tagged, role) => {
  endpoint.instances = [
    { id: 'i-1', tags: { ...EMR, 'aws:elasticmapreduce:instance-group-role': tagged }, cpu: [8, 2] },
  ];
  expect(await directory().ownerOf('i-1')).toEqual({ emrClusterId: 'j-3ABC', vcpus: 16, role });
});

test('an instance with one tag only, and one core of one thread → read the same way', async () => {
  const { Name: _, ...tags } = EMR;
  endpoint.instances = [{ id: 'i-2', tags, cpu: [1, 1] }];
  expect(await directory().ownerOf('i-2')).toEqual({ emrClusterId: 'j-3ABC', vcpus: 1, role: 'task' });
});

test.each([
  ['an instance of nobody’s', { Name: 'web' }],
  ['an instance without tags', {}],
])('%s → undefined', async (_, tags) => {
  endpoint.instances = [{ id: 'i-1', tags: tags as Record<string, string>, cpu: [8, 2] }];
  expect(await directory().ownerOf('i-1')).toBeUndefined();
});

test.each(['shutting-down', 'terminated'] as const)(
  'an instance that is %s is shown for a while yet → undefined: it is gone',
  async (state) => {
    endpoint.instances = [{ id: 'i-1', tags: EMR, cpu: [8, 2], state }];
    expect(await directory().ownerOf('i-1')).toBeUndefined();
  },
);

test('an on-demand instance → told so: no event of the spot market concerns it', async () => {
  endpoint.instances = [{ id: 'i-1', tags: EMR, cpu: [8, 2], onDemand: true }];
  expect(await directory().ownerOf('i-1')).toEqual({ emrClusterId: 'j-3ABC', vcpus: 16, role: 'task', onDemand: true });
});

test('an instance that is gone → undefined, after one question', async () => {
  expect(await directory().ownerOf('i-9')).toBeUndefined();
  expect(endpoint.requests).toHaveLength(1);
});

test('an answer without any instance → undefined', async () => {
  const empty = '<DescribeInstancesResponse><requestId>1</requestId><reservationSet/></DescribeInstancesResponse>';
  endpoint.answers = [[200, empty]];
  expect(await directory().ownerOf('i-1')).toBeUndefined();
});

const failureOf = async (given: Partial<Ec2InstancesOptions> = {}, id = 'i-1'): Promise<string> =>
  directory(given)
    .ownerOf(id)
    .then(
      () => 'it did not fail',
      ({ message }: Error) => message,
    );

test.each([
  ['that EC2 does not tell the processors of', { tags: EMR }, 'its cpuOptions do not tell how many processors it has'],
  [
    'with a role that is none',
    { tags: { ...EMR, 'aws:elasticmapreduce:instance-group-role': 'BOSS' }, cpu: [1, 1] as const },
    'is BOSS, expected MASTER, CORE, TASK',
  ],
  [
    'without a role',
    { tags: { 'aws:elasticmapreduce:job-flow-id': 'j-1' }, cpu: [1, 1] as const },
    'is not there, expected',
  ],
])('an instance of EMR %s → fails, and names it', async (_, instance, sentence) => {
  endpoint.instances = [{ id: 'i-1', ...instance }];
  const message = await failureOf();
  expect(message).toContain('asking EC2 whose instance i-1 is: ');
  expect(message).toContain(sentence);
});

const LATER = [503, errorXml('RequestLimitExceeded', 'Request limit exceeded.')] as const;

test.each([
  ['throttles', LATER],
  ['fails', [500, errorXml('InternalError', 'An internal error has occurred')] as const],
  ['answers with a page', [502, '<html><body>Bad gateway'] as const],
  ['does not answer', 'hang' as const],
])('EC2 %s once → it is asked again', async (_, answer) => {
  endpoint.answers = [answer];
  expect(await directory().ownerOf('i-1')).toMatchObject({ emrClusterId: 'j-3ABC' });
  expect(endpoint.requests).toHaveLength(2);
});

test.each([
  ['throttles', LATER, 'RequestLimitExceeded: Request limit exceeded.', 2],
  ['answers with a page', [502, '<html><body>Bad gateway'] as const, 'answered 502 with something', 2],
  ['answers with nothing', [200, ''] as const, 'answered 200 with something', 2],
  ['does not answer', 'hang' as const, 'no whole answer within 300 ms', 2],
  [
    'denies',
    [403, errorXml('UnauthorizedOperation', 'You are not authorized to perform this operation.')] as const,
    'UnauthorizedOperation: You are not authorized',
    1,
  ],
])('EC2 %s again and again → fails after %#', async (_, answer, sentence, asked) => {
  endpoint.answers = [answer, answer, answer];
  expect(await failureOf()).toContain(sentence);
  expect(endpoint.requests).toHaveLength(asked);
});

test.each([
  [
    'a wrong key',
    { credentials: async () => ({ ...ROLE, secretAccessKey: 'x' }) },
    'AuthFailure: The request signature',
  ],
  ['a clock that is six minutes slow', { clock: { now: () => epochSeconds(NOON - 360) } }, 'Signature expired'],
  ['another region', { region: 'us-east-1' }, 'scoped to a valid region'],
])('%s → refused, and no secret is shown', async (_, given, sentence) => {
  const message = await failureOf(given);
  expect(message).toContain(sentence);
  expect(message).not.toMatch(/the\/token|secret\+|ASIA|Signature=/);
});

test('nobody listens → fails and names the address', async () => {
  expect(await failureOf({ endpoint: 'http://127.0.0.1:1/' })).toContain('POST http://127.0.0.1:1/: ');
});
