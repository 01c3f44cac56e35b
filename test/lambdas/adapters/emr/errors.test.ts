/** Every way in which EMR, the network or the SDK can fail, with the real SDK over the wire. */
import { inspect } from 'node:util';
import { fleetErrorOf } from '../../../../lambdas/adapters/emr/errors.ts';
import { CALL_MILLISECONDS } from '../../../../lambdas/adapters/emr/fleet.ts';
import { CLAIM_SECONDS } from '../../../../lambdas/app/reconcile.ts';
import { FleetError, type FleetFault } from '../../../../lambdas/ports/fleets.ts';
import { failureOf, fleets, modifyCommand, NOW, type StubbedFleet, stubbedFleet } from './emr-fleet.ts';
import type { StubAnswer } from './stub-emr.ts';

let stubbed: StubbedFleet | undefined;

afterEach(async () => {
  await stubbed?.close();
  stubbed = undefined;
});

const failing = async (answer: StubAnswer): Promise<StubbedFleet> => {
  // Short only where no answer comes: a busy machine must not turn the others into time-outs.
  const client = answer.instead === 'hang' ? { attemptMilliseconds: 50 } : {};
  const limit = answer.instead === 'dribble' ? { callMilliseconds: 300 } : {};
  stubbed = await stubbedFleet(() => answer, { client, fleet: { fleetId: 'if-9', ...limit } });
  return stubbed;
};

const error = (status: number, __type: string, message: string, more: object = {}): StubAnswer => ({
  status,
  body: { __type, ...more, message },
});

const invalid = (Message: string, ErrorCode?: string): StubAnswer => ({
  status: 400,
  body: { __type: 'InvalidRequestException', ErrorCode, Message },
});

const GROUPS =
  'Instance fleets and instance groups are mutually exclusive. The EMR cluster specified in the request uses instance groups.';
const HTML = '<html>\n<body>503 Service Temporarily Unavailable</body></html>';

const CASES: readonly (readonly [situation: string, answer: StubAnswer, fault: FleetFault, says: string])[] = [
  ['ThrottlingException', error(400, 'ThrottlingException', 'Rate exceeded'), 'throttled', 'Rate exceeded'],
  ['only the text of throttling', error(400, 'ValidationException', 'Rate exceeded'), 'throttled', 'Rate exceeded'],
  ['Throttling', error(400, 'Throttling', 'slow down'), 'throttled', 'slow down'],
  ['RequestLimitExceeded', error(503, 'RequestLimitExceeded', 'x'), 'throttled', 'HTTP 503'],
  ['TooManyRequestsException', error(429, 'TooManyRequestsException', 'x'), 'throttled', 'HTTP 429'],
  ['HTTP 429 of a proxy', { status: 429, contentType: 'text/html', body: HTML }, 'throttled', 'HTTP 429'],

  ['AccessDeniedException', error(400, 'AccessDeniedException', 'User: x is not authorized'), 'denied', 'User: x'],
  ['an expired token', error(400, 'ExpiredTokenException', 'The security token is expired'), 'denied', 'expired'],
  ['a token nobody knows', error(400, 'UnrecognizedClientException', 'x'), 'denied', 'UnrecognizedClient'],
  ['a wrong signature', error(403, 'InvalidSignatureException', 'Signature expired'), 'denied', 'Signature expired'],
  ['HTTP 403 with a name we do not know', error(403, 'SomethingException', 'x'), 'denied', 'SomethingException'],

  ['no such cluster', invalid("Cluster id 'j-1' is not valid."), 'not-found', "Cluster id 'j-1' is not valid."],
  ['no such job flow', error(400, 'ValidationException', 'Specified job flow ID not valid'), 'not-found', 'job flow'],

  ['instance groups', invalid(GROUPS, 'API_CODE'), 'refused', `(API_CODE, HTTP 400): ${GROUPS}`],
  ['a cluster that starts', invalid('An instance fleet may only be modified when'), 'refused', 'may only be modified'],
  ['validation', error(400, 'ValidationException', '1 validation error detected'), 'refused', '1 validation error'],
  ['an operation nobody knows', error(400, 'UnknownOperationException', 'x'), 'refused', 'UnknownOperation'],
  [
    'a namespace before the type',
    error(400, 'com.amazonaws.emr#ValidationException', 'x'),
    'refused',
    ': ValidationException',
  ],
  ['HTTP 400 without a body', { status: 400 }, 'refused', 'HTTP 400'],

  ['InternalServerException', error(500, 'InternalServerException', 'x'), 'unavailable', 'InternalServerException'],
  ['InternalServerError', error(500, 'InternalServerError', 'x'), 'unavailable', 'InternalServerError'],
  [
    'an internal failure called the client’s fault',
    error(400, 'InternalFailure', 'x'),
    'unavailable',
    'InternalFailure',
  ],
  ['ServiceUnavailable', error(503, 'ServiceUnavailableException', 'x'), 'unavailable', 'HTTP 503'],
  [
    'HTTP 503 with HTML',
    { status: 503, contentType: 'text/html', body: HTML },
    'unavailable',
    'SyntaxError (HTTP 503)',
  ],
  [
    'HTTP 400 with HTML',
    { status: 400, contentType: 'text/html', body: HTML },
    'unavailable',
    'SyntaxError (HTTP 400)',
  ],
  ['HTTP 503 with HTML that speaks of rates', { status: 503, body: '<p>Rate exceeded' }, 'unavailable', 'SyntaxError'],
  ['HTTP 502 without a body', { status: 502 }, 'unavailable', 'HTTP 502'],
  ['HTTP 408', error(408, 'SomethingException', 'x'), 'unavailable', 'HTTP 408'],
  ['no answer', { instead: 'hang' }, 'unavailable', 'TimeoutError'],
  ['headers and never a body', { instead: 'dribble' }, 'unavailable', 'AbortError: given up after 300 ms'],
  ['the connection ends', { instead: 'drop' }, 'unavailable', 'socket hang up'],
];

describe.each(CASES)('%s', (_, answer, fault, says) => {
  test(`a read → ${fault}`, async () => {
    const { fleet } = await failing(answer);
    const failure = await failureOf(fleet.read(NOW));
    expect(failure.fault).toBe(fault);
    expect(failure.message).toContain('ListInstanceFleets of cluster j-1: ');
    expect(failure.message).toContain(says);
  });

  test(`a modify → ${fault}`, async () => {
    const { fleet } = await failing(answer);
    const failure = await failureOf(fleet.modify(modifyCommand(1, 1)));
    expect(failure.fault).toBe(fault);
    expect(failure.message).toContain('ModifyInstanceFleet of cluster j-1: ');
    expect(failure.message).toMatch(/^[^\n]{1,700}$/);
  });
});

describe('answers that are no answers', () => {
  test.each([
    ['HTML with HTTP 200', { contentType: 'text/html', body: HTML }],
    ['a list where an object belongs', { body: [] }],
    ['null', { body: 'null' }],
    ['nothing', { body: '' }],
    [
      'a date as text, which the SDK does not take',
      fleets({ Status: { Timeline: { CreationDateTime: '2026-03-02T00:00:00Z' } } }),
    ],
    ['fleets that are null', { body: { InstanceFleets: [null, null] } }],
    ['fleets that are a text', { body: { InstanceFleets: 'none' } }],
  ])('%s → unavailable', async (_, answer) => {
    const { fleet } = await failing(answer);
    expect((await failureOf(fleet.read(NOW))).fault).toBe('unavailable');
  });
});

test('nobody listens → unavailable', async () => {
  const { fleet, stub } = await failing({});
  await stub.close();
  const { fault, message } = await failureOf(fleet.read(NOW));
  expect(fault).toBe('unavailable');
  expect(message).toContain('ECONNREFUSED');
});

test('no credentials can be had → denied, and nothing is sent', async () => {
  const { stub, fleet, client } = await failing({});
  client.config.credentials = () =>
    Promise.reject(Object.assign(new Error('none found'), { name: 'CredentialsProviderError' }));
  expect((await failureOf(fleet.read(NOW))).fault).toBe('denied');
  expect(stub.requests).toHaveLength(0);
});

describe('the time of a call', () => {
  test('a read and a modify, each to its limit, leave the claim four seconds for the table', () => {
    expect(2 * CALL_MILLISECONDS).toBeLessThanOrEqual((CLAIM_SECONDS - 4) * 1000);
  });

  test('the SDK may try often → the call ends at its limit all the same, and no attempt follows', async () => {
    stubbed = await stubbedFleet(() => error(400, 'ThrottlingException', 'Rate exceeded'), {
      client: { maxAttempts: 100 },
      fleet: { fleetId: 'if-9', callMilliseconds: 50 },
    });
    const { message } = await failureOf(stubbed.fleet.modify(modifyCommand(1, 1)));
    expect(message).toContain('given up after 50 ms');
    const sent = stubbed.stub.requests.length;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(stubbed.stub.requests).toHaveLength(sent);
  });

  test('credentials come too late → the call has ended, and nothing is sent any more', async () => {
    stubbed = await stubbedFleet(() => ({}), { fleet: { fleetId: 'if-9', callMilliseconds: 30 } });
    const { client, fleet, stub } = stubbed;
    let arrive = (): void => {};
    client.config.credentials = () =>
      new Promise((resolve) => {
        arrive = () => resolve({ accessKeyId: 'late', secretAccessKey: 'late' });
      });
    expect((await failureOf(fleet.modify(modifyCommand(1, 1)))).fault).toBe('unavailable');
    arrive();
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(stub.requests).toHaveLength(0);
  });
});

describe('what to do about it', () => {
  test.each<[string, string, RegExp]>([
    [
      'InvalidRequestException',
      'Instance fleets and instance groups are mutually exclusive. …',
      /create the cluster anew with instance fleets/,
    ],
    [
      'InvalidRequestException',
      'A job flow that is shutting down, terminated, or finished may not be modified.',
      /dispatch finds its successor/,
    ],
    [
      'InvalidRequestException',
      "Cluster id 'j-1' is not valid.",
      /the cluster is gone: .* dispatch finds its successor/,
    ],
    [
      'InvalidRequestException',
      'An instance fleet may only be modified when the cluster is running or waiting.',
      /still starts: nothing to do/,
    ],
    ['AccessDeniedException', 'User: x is not authorized', /must carry the tag prestoscale:environment/],
  ])('%s: %s → says so', async (type, text, words) => {
    const { fleet } = await failing(error(400, type, text));
    expect((await failureOf(fleet.read(NOW))).message).toMatch(words);
  });

  test('EMR is busy or broken → nothing is to be done, and nothing is said', async () => {
    const { fleet } = await failing(error(400, 'ThrottlingException', 'Rate exceeded'));
    expect((await failureOf(fleet.read(NOW))).message).toMatch(/Rate exceeded$/);
  });
});

describe('what leaves the adapter', () => {
  test('the cause is a plain error: no response, no headers', async () => {
    const { fleet } = await failing(error(400, 'AccessDeniedException', 'User: x'));
    const failure = await failureOf(fleet.read(NOW));
    expect(failure.cause).toBeInstanceOf(Error);
    expect((failure.cause as Error).name).toBe('AccessDeniedException');
    expect((failure.cause as Error).constructor).toBe(Error);
    expect(inspect(failure, { depth: 10, showHidden: true })).not.toMatch(/\$response|headers|authorization|nobody/i);
  });

  test('a FleetError stays what it is', () => {
    const known = new FleetError('refused', 'known');
    expect(fleetErrorOf(known, 'anything')).toBe(known);
  });

  test.each([undefined, null, 'text', 7, { $metadata: null }])('%p thrown → unavailable with its text', (thrown) => {
    const failure = fleetErrorOf(thrown, 'doing');
    expect(failure.fault).toBe('unavailable');
    expect(failure.message).toBe(`doing: Error: ${String(thrown)}`);
  });
});
