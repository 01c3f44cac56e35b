/** The tick queue over the wire: the port's contract, what SQS may answer, and what a tick makes of a message. */
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { AwsClientSettings } from '../../../../lambdas/adapters/aws-client.ts';
import { queueClient } from '../../../../lambdas/adapters/sqs/client.ts';
import { SqsWakeUps } from '../../../../lambdas/adapters/sqs/wake-ups.ts';
import { epochSeconds } from '../../../../lambdas/core/quantities.ts';
import { handleReconcile } from '../../../../lambdas/handlers/reconcile.ts';
import type { WakeUp } from '../../../../lambdas/ports/wakeups.ts';
import type { ReconcileWiring } from '../../../../lambdas/runtime/wiring.ts';
import { TickQueue } from '../../../../local/tick-queue.ts';
import { type SqsEndpoint, type SqsFault, startSqsEndpoint } from '../../../fakes/sqs-endpoint.ts';
import { NOON } from '../../core/builders.ts';
import { wakeUpsContract } from '../../ports/wake-ups.contract.ts';

const CREDENTIALS = { accessKeyId: 'AKIDLOCAL', secretAccessKey: 'not-to-be-seen' };
const noon = { now: () => epochSeconds(NOON) };

const clientOf = (endpoint: string, settings: Partial<AwsClientSettings> = {}): SQSClient =>
  queueClient({ region: 'eu-central-1', endpoint, credentials: CREDENTIALS, ...settings });

wakeUpsContract('in this process', async () => {
  const wakeUps = new TickQueue();
  return { wakeUps, until: (seconds) => wakeUps.due(epochSeconds(NOON + seconds)), close: async () => {} };
});

wakeUpsContract('SQS', async () => {
  const endpoint = await startSqsEndpoint(() => NOON);
  const client = clientOf(endpoint.url);
  let taken = 0;
  return {
    wakeUps: new SqsWakeUps(client, { queueUrl: endpoint.queueUrl, clock: noon }),
    until: (seconds) => {
      const due = endpoint.messages
        .toSorted((a, b) => a.dueAt - b.dueAt)
        .filter(({ dueAt }) => dueAt <= NOON + seconds);
      const fresh = due.slice(taken);
      taken = due.length;
      return fresh.map(({ body }) => JSON.parse(body) as WakeUp);
    },
    close: async () => {
      client.destroy();
      await endpoint.close();
    },
  };
});

describe('SQS does not do what it was asked', () => {
  let endpoint: SqsEndpoint;
  let client: SQSClient;

  beforeEach(async () => {
    endpoint = await startSqsEndpoint(() => NOON);
    client = clientOf(endpoint.url, { attemptMilliseconds: 300 });
  });

  afterEach(async () => {
    client.destroy();
    await endpoint.close();
  });

  const wakeUps = (queueUrl = endpoint.queueUrl, callMilliseconds = 3000) =>
    new SqsWakeUps(client, { queueUrl, clock: noon, callMilliseconds });
  const four = ['a', 'b', 'c', 'd'].map((cluster) => ({ cluster, slot: epochSeconds(NOON) }));
  const once = (fault: SqsFault) => (index: number) => (index === 0 ? fault : undefined);
  const sentClusters = () => endpoint.messages.map(({ body }) => (JSON.parse(body) as WakeUp).cluster);

  const failureOf = async (call: Promise<void>): Promise<Error> =>
    call.then(
      () => Promise.reject(new Error('it did not fail')),
      (error: Error) => error,
    );

  test('it refuses half of a batch by a fault of its own → that half is sent once more', async () => {
    endpoint.break(once('half'));
    await wakeUps().send(four);
    expect(sentClusters().toSorted()).toEqual(['a', 'b', 'c', 'd']);
    expect(endpoint.requests).toHaveLength(2);
  });

  test('it refuses again and again → the error names who was not woken, and why', async () => {
    endpoint.break(() => 'half');
    const error = await failureOf(wakeUps().send(four));
    expect(error.message).toBe(
      '1 of 4 wake-ups were not sent to queue ticks (clusters d): InternalError: We could not',
    );
    expect(sentClusters()).toEqual(['a', 'c', 'b']);
    expect(endpoint.requests).toHaveLength(2);
  });

  test('it says that the messages are wrong → they are not sent again', async () => {
    endpoint.break(() => 'half-sender');
    await expect(wakeUps().send(four)).rejects.toThrow(/2 of 4 .* \(clusters b, d\): InvalidMessageContents: Bad/);
    expect(endpoint.requests).toHaveLength(1);
  });

  test('it is silent about one entry → that one is sent once more', async () => {
    endpoint.break(once('forget-last'));
    await wakeUps().send(four);
    expect(sentClusters()).toEqual(['a', 'b', 'c', 'd']);
  });

  test('it throttles once → the SDK asks again', async () => {
    endpoint.break(once('throttle'));
    await wakeUps().send(four);
    expect(sentClusters()).toHaveLength(4);
  });

  test('the answer is lost → sent again, doubled, which does no harm', async () => {
    endpoint.break(once('lose-answer'));
    await wakeUps().send(four);
    expect(new Set(sentClusters())).toEqual(new Set(['a', 'b', 'c', 'd']));
  });

  test.each([
    ['throttle', /RequestThrottled: Rate exceeded/],
    ['deny', /AccessDenied.*: no identity-based policy allows/],
    ['html', /\(clusters a, b, c, d\): \S/],
    ['wrong-md5', /Invalid MD5 checksum/],
    ['hang', /TimeoutError/],
  ] as const)('%s all the time → an error of one line, without secrets', async (fault, expected) => {
    endpoint.break(() => fault);
    const error = await failureOf(wakeUps().send(four));
    expect(error.message).toMatch(expected);
    expect(error.message).toMatch(/^4 of 4 wake-ups were not sent to queue ticks/);
    expect(error.message.split('\n')).toHaveLength(1);
    const everything = JSON.stringify([error, error.cause, String(error.stack)]);
    expect(everything).not.toContain(CREDENTIALS.secretAccessKey);
    expect(everything).not.toContain('AWS4-HMAC-SHA256');
  });

  test('it hangs → given up after the time of a call, whatever the SDK would still try', async () => {
    endpoint.break(() => 'hang');
    const started = performance.now();
    const error = await failureOf(wakeUps(endpoint.queueUrl, 150).send(four));
    expect(error.message).toContain('given up after 150 ms');
    expect(performance.now() - started).toBeLessThan(2000);
  });

  test('nobody listens → said with the network’s word', async () => {
    await endpoint.close();
    await expect(wakeUps().send(four)).rejects.toThrow(/ECONNREFUSED/);
  });

  test('there is no such queue → said, with the queue’s name', async () => {
    const error = await failureOf(wakeUps(`${endpoint.url}/123456789012/tocks`).send(four));
    expect(error.message).toMatch(/queue tocks .*QueueDoesNotExist: The specified queue does not exist/);
    expect(error.message).not.toContain('123456789012');
  });

  test('one batch of three fails → the other two are sent', async () => {
    endpoint.break((index) => (index === 1 ? 'deny' : undefined));
    const many = Array.from({ length: 30 }, (_, index) => ({ cluster: `j-${index}`, slot: epochSeconds(NOON) }));
    await expect(wakeUps().send(many)).rejects.toThrow(/10 of 30 wake-ups .* and 5 more\)/);
    expect(endpoint.messages).toHaveLength(20);
  });

  test('a slot further ahead than SQS holds a message → refused before anything is sent', async () => {
    const far = [...four, { cluster: 'far', slot: epochSeconds(NOON + 900.5) }];
    await expect(wakeUps().send(far)).rejects.toThrow(/of cluster far is 901 s ahead, expected at most 900/);
    expect(endpoint.requests).toEqual([]);
  });
});

test('the environment names another endpoint → it is used, also for a queue whose address is AWS’s', async () => {
  const endpoint = await startSqsEndpoint();
  process.env['AWS_ENDPOINT_URL_SQS'] = endpoint.url;
  const client = queueClient({ region: 'eu-central-1', credentials: CREDENTIALS });
  const queueUrl = 'https://sqs.eu-central-1.amazonaws.com/123456789012/ticks';
  try {
    const sent = new SqsWakeUps(client, { queueUrl, clock: noon }).send([{ cluster: 'a', slot: epochSeconds(NOON) }]);
    await expect(sent).rejects.toThrow(/QueueDoesNotExist/);
    expect(endpoint.requests).toEqual([expect.stringContaining(queueUrl)]);
  } finally {
    delete process.env['AWS_ENDPOINT_URL_SQS'];
    client.destroy();
    await endpoint.close();
  }
});

test('a wake-up with a marker → in its message', async () => {
  const endpoint = await startSqsEndpoint(() => NOON);
  const client = clientOf(endpoint.url);
  const sender = new SqsWakeUps(client, { queueUrl: endpoint.queueUrl, clock: noon });
  await sender.send([{ cluster: 'a', slot: epochSeconds(NOON), marker: 'nonce "1"' }]);
  client.destroy();
  await endpoint.close();
  expect(endpoint.messages.map(({ body }) => JSON.parse(body) as unknown)).toEqual([
    { cluster: 'a', slot: NOON, marker: 'nonce "1"' },
  ]);
});

test('a message as SQS delivers it → the tick of its cluster, once', async () => {
  const endpoint = await startSqsEndpoint(() => NOON);
  const client = clientOf(endpoint.url);
  await new SqsWakeUps(client, { queueUrl: endpoint.queueUrl, clock: noon }).send([
    { cluster: 'j-1 "ü"', slot: epochSeconds(NOON + 15) },
  ]);
  client.destroy();
  await endpoint.close();
  const ticked: string[] = [];
  const wiring: ReconcileWiring = {
    reconcile: async (cluster) => {
      ticked.push(cluster);
      return { kind: 'claimed' };
    },
    answerMarker: () => Promise.reject(new Error('not asked for')),
    now: () => epochSeconds(NOON + 15),
    report: () => {},
    measure: () => {},
  };
  const body = endpoint.messages[0]?.body ?? '';
  expect(Object.keys(JSON.parse(body) as object)).toEqual(['cluster', 'slot']);
  await handleReconcile({ Records: [{ body, attributes: { ApproximateReceiveCount: '1' } }] }, wiring);
  expect(ticked).toEqual(['j-1 "ü"']);
});
