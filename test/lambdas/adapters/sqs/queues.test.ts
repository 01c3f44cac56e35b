/** Wake-ups of clusters in several networks: each to its own queue, whatever becomes of the others. */
import { WakeUpsByCluster } from '../../../../lambdas/adapters/sqs/queues.ts';
import { epochSeconds } from '../../../../lambdas/core/quantities.ts';
import type { WakeUp, WakeUps } from '../../../../lambdas/ports/wakeups.ts';
import { TickQueue } from '../../../../local/tick-queue.ts';
import { NOON } from '../../core/builders.ts';
import { wakeUpsContract } from '../../ports/wake-ups.contract.ts';

wakeUpsContract('two queues', async () => {
  const [first, second] = [new TickQueue(), new TickQueue()];
  const names = Array.from({ length: 7 }, (_, index) => `j-${index}`);
  const odd = 'j-1 "Zürich" \\ #🜂\n';
  const wakeUps = new WakeUpsByCluster([
    { wakeUps: first, clusters: [...names.slice(0, 3), odd] },
    { wakeUps: second, clusters: names.slice(3) },
  ]);
  const until = (seconds: number) => [first, second].flatMap((queue) => queue.due(epochSeconds(NOON + seconds)));
  return { wakeUps, until, close: async () => {} };
});

const wakeUp = (cluster: string, marker?: string): WakeUp => ({
  cluster,
  slot: epochSeconds(NOON),
  ...(marker === undefined ? {} : { marker }),
});

const queues = (broken?: Error) => {
  const sent: Record<string, string[]> = { '-': [], vpc: [] };
  const queue = (name: string): WakeUps => ({
    send: async (wakeUps) => {
      if (name === 'vpc' && broken !== undefined) throw broken;
      sent[name]?.push(...wakeUps.map(({ cluster }) => cluster));
    },
  });
  const all = new WakeUpsByCluster([
    { wakeUps: queue('-'), clusters: ['a', 'b'] },
    { wakeUps: queue('vpc'), clusters: ['c'] },
  ]);
  return { all, sent };
};

test('clusters of two networks → each to its own queue, in one call each', async () => {
  const { all, sent } = queues();
  await all.send([wakeUp('a'), wakeUp('c'), wakeUp('b', 'nonce'), wakeUp('a')]);
  expect(sent).toEqual({ '-': ['a', 'b', 'a'], vpc: ['c'] });
});

test('one queue fails → the other gets its wake-ups, and the failure is told', async () => {
  const { all, sent } = queues(new Error('queue ticks-vpc is gone'));
  const failure = all.send([wakeUp('c'), wakeUp('a')]);
  await expect(failure).rejects.toThrow('queue ticks-vpc is gone');
  expect(sent).toEqual({ '-': ['a'], vpc: [] });
});

test('a cluster that no queue feeds, beside one whose queue fails → both are told, the rest is sent', async () => {
  const { all, sent } = queues(new Error('queue ticks-vpc is gone'));
  const failure = all.send([wakeUp('x'), wakeUp('c'), wakeUp('b')]);
  await expect(failure).rejects.toThrow(/queue ticks-vpc is gone\nno tick queue is known for x: /);
  expect(sent).toEqual({ '-': ['b'], vpc: [] });
});
