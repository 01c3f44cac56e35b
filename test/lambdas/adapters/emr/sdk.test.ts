/** What the SDK's own client does, measured: the adapter, its time-outs and the local endpoint are built on it. */
import {
  DescribeClusterCommand,
  EMRClient,
  ListInstanceFleetsCommand,
  ModifyInstanceFleetCommand,
} from '@aws-sdk/client-emr';
import { CREDENTIALS } from '../../../local/emr/local-cluster.ts';
import { fleets, taskFleet } from './emr-fleet.ts';
import { type StubAnswer, type StubEmr, stubEmr } from './stub-emr.ts';

let stub: StubEmr;
let client: EMRClient;

const answering = async (answer: StubAnswer): Promise<void> => {
  stub = await stubEmr(() => answer);
  client = new EMRClient({ region: 'local', endpoint: stub.url, credentials: CREDENTIALS });
};

afterEach(async () => {
  client.destroy();
  await stub.close();
});

const list = () => client.send(new ListInstanceFleetsCommand({ ClusterId: 'j-1', Marker: undefined }));

/** The fields of the error of a call that fails. */
const failureOf = async (call: Promise<unknown>): Promise<Record<string, unknown>> => {
  const error: unknown = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Error)) throw new Error('expected an error');
  return { ...error, name: error.name, message: error.message };
};

test('a request → POST in AWS JSON 1.1 with target and signature, undefined left out', async () => {
  await answering(fleets());
  await list();
  const [request] = stub.requests;
  expect(request?.headers).toMatchObject({
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': 'ElasticMapReduce.ListInstanceFleets',
    'amz-sdk-request': 'attempt=1; max=3',
    authorization: expect.stringContaining('/elasticmapreduce/aws4_request'),
  });
  expect(request?.body).toEqual({ ClusterId: 'j-1' });
});

test('epoch seconds with a fraction → a Date with milliseconds', async () => {
  await answering(fleets());
  const answer = await list();
  expect(answer.InstanceFleets?.[2]?.Status?.Timeline?.CreationDateTime).toEqual(new Date(1488758719817));
});

test('a time as ISO text → TypeError, one attempt', async () => {
  await answering(fleets(taskFleet({ Status: { Timeline: { CreationDateTime: '2026-03-02T00:00:00Z' } } })));
  const { name, message } = await failureOf(list());
  expect(name).toBe('TypeError');
  expect(message).toContain('Expected real number, got implicit NaN');
  expect(stub.requests).toHaveLength(1);
});

test('InvalidRequestException → its class, with Message as message and ErrorCode', async () => {
  await answering({ status: 400, body: { __type: 'InvalidRequestException', ErrorCode: 'X', Message: 'No.' } });
  const error = await failureOf(list());
  expect(error).toMatchObject({ name: 'InvalidRequestException', message: 'No.', ErrorCode: 'X', $fault: 'client' });
  expect(stub.requests).toHaveLength(1);
});

test('ValidationException, which is not in the model → the name, with the namespace cut off', async () => {
  await answering({ status: 400, body: { __type: 'com.amazonaws.emr#ValidationException', message: 'No.' } });
  expect(await failureOf(list())).toMatchObject({ name: 'ValidationException', message: 'No.' });
});

test('AccessDeniedException → one attempt', async () => {
  await answering({ status: 400, body: { __type: 'AccessDeniedException', message: 'No.' } });
  expect(await failureOf(list())).toMatchObject({ name: 'AccessDeniedException' });
  expect(stub.requests).toHaveLength(1);
});

test.each([
  ['ThrottlingException', { status: 400, body: { __type: 'ThrottlingException', message: 'Rate exceeded' } }],
  ['InternalServerException', { status: 500, body: { __type: 'InternalServerException', message: 'x' } }],
  ['SyntaxError', { status: 503, contentType: 'text/html', body: '<html>503</html>' }],
])('%s → three attempts, then thrown with the status', async (name, answer) => {
  await answering(answer);
  const error = await failureOf(list());
  expect(error).toMatchObject({ name, $metadata: { httpStatusCode: answer.status, attempts: 3 } });
  expect(stub.requests.map(({ headers }) => headers['amz-sdk-request'])).toEqual([
    'attempt=1; max=3',
    'attempt=2; max=3',
    'attempt=3; max=3',
  ]);
});

test('unknown fields, nulls and unknown words → taken as they are', async () => {
  await answering(fleets(taskFleet({ New: { a: 1 }, Name: null, Status: { State: 'BRAND_NEW' } })));
  const task = (await list()).InstanceFleets?.[2];
  expect(task?.Status?.State).toBe('BRAND_NEW');
  expect(task?.Name).toBeUndefined();
});

test('HTTP 200 with an empty body → a modify has worked', async () => {
  await answering({ body: '' });
  const input = { ClusterId: 'j-1', InstanceFleet: { InstanceFleetId: 'if-1', TargetSpotCapacity: 0 } };
  await client.send(
    new ModifyInstanceFleetCommand({
      ...input,
      InstanceFleet: { ...input.InstanceFleet, TargetOnDemandCapacity: undefined },
    }),
  );
  // So EMR would refuse this one: a target left undefined is not sent.
  expect(stub.requests[0]?.body).toEqual(input);
});

test('NaN in a request → sent as something that is no number', async () => {
  await answering({ body: '' });
  const InstanceFleet = { InstanceFleetId: 'if-1', TargetSpotCapacity: Number.NaN, TargetOnDemandCapacity: 1 };
  await client.send(new ModifyInstanceFleetCommand({ ClusterId: 'j-1', InstanceFleet })).catch(() => {});
  const sent = stub.requests[0]?.body['InstanceFleet'] as Record<string, unknown> | undefined;
  expect(typeof sent?.['TargetSpotCapacity']).not.toBe('number');
});

test('aborted between two attempts → ends at once, and no further attempt is made', async () => {
  await answering({ status: 400, body: { __type: 'ThrottlingException', message: 'Rate exceeded' } });
  const patient = new EMRClient({ region: 'local', endpoint: stub.url, credentials: CREDENTIALS, maxAttempts: 100 });
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 50);
  const call = patient.send(new DescribeClusterCommand({ ClusterId: 'j-1' }), { abortSignal: controller.signal });
  expect(await failureOf(call)).toMatchObject({ name: 'AbortError' });
  const sent = stub.requests.length;
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(stub.requests).toHaveLength(sent);
  patient.destroy();
});
