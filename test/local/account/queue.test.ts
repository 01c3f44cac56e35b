import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { epochSeconds } from '../../../lambdas/core/quantities.ts';
import { DEFAULT_LAGS } from '../../../local/account/lags.ts';
import { SimulatedTickQueue } from '../../../local/account/queue.ts';
import { Timeline } from '../../../local/account/timeline.ts';

const NO_LAGS = { ...DEFAULT_LAGS, queue: 0, delivery: 0 };

interface Played {
  readonly timeline: Timeline;
  readonly queue: SimulatedTickQueue;
  /** When each message was taken, seconds from the start. */
  readonly taken: { readonly body: string; readonly at: number }[];
  send(count: number, delaySeconds: number): Promise<unknown>;
  /** Most that ran at once. */
  most(): number;
}

const played = (mostAtOnce: number, runSeconds: number): Played => {
  const timeline = new Timeline(epochSeconds(0));
  const taken: { body: string; at: number }[] = [];
  let [running, most] = [0, 0];
  const deliver = async (body: string): Promise<void> => {
    taken.push({ body, at: timeline.now() });
    running += 1;
    most = Math.max(most, running);
    await timeline.wait(runSeconds);
    running -= 1;
  };
  const queue = new SimulatedTickQueue(timeline, { lags: NO_LAGS, mostAtOnce, seed: 1, deliver });
  const client = queue.clientFor('test');
  const send = (count: number, delaySeconds: number) =>
    client.send(
      new SendMessageBatchCommand({
        QueueUrl: 'queue',
        Entries: Array.from({ length: count }, (_, index) => ({
          Id: String(index),
          MessageBody: `message ${index}`,
          DelaySeconds: delaySeconds,
        })),
      }),
    );
  return { timeline, queue, taken, send, most: () => most };
};

test('a delay of 40 s → taken after 40 s', async () => {
  const { timeline, taken, send } = played(10, 1);
  void send(1, 40);
  await timeline.runTo(39.9);
  expect(taken).toEqual([]);
  await timeline.runTo(60);
  expect(taken).toEqual([{ body: 'message 0', at: 40 }]);
});

test('a burst of a hundred → five at once, five more each second, never more than allowed; each message once', async () => {
  const { timeline, taken, send, most, queue } = played(20, 1);
  void send(100, 10);
  await timeline.runTo(60);
  const from = (first: number, last: number): number => taken.filter(({ at }) => at >= first && at < last).length;
  expect(from(10, 10.1)).toBe(5);
  expect(from(10, 10.9)).toBe(9);
  expect(most()).toBe(20);
  expect(new Set(taken.map(({ body }) => body)).size).toBe(100);
  expect(queue.use).toMatchObject({ messages: 100, delivered: 100, expired: 0, sendCalls: { test: 1 } });
});

test('what waits for longer than a message lives → expires, and is counted', async () => {
  const { timeline, taken, send, queue } = played(2, 70);
  void send(6, 60);
  await timeline.runTo(400);
  // Two at 60 s, two at 130 s; at 200 s the others are older than 180 s.
  expect(taken.map(({ at }) => at)).toEqual([60, 60, 130, 130]);
  expect(queue.use).toMatchObject({ delivered: 4, expired: 2, longestWait: 70 });
});
