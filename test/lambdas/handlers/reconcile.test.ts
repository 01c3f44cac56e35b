/** A delivery of the tick queue: ticks, what is dropped, markers, and messages that are none. */
import type { Reconciled } from '../../../lambdas/app/reconcile.ts';
import { epochSeconds } from '../../../lambdas/core/quantities.ts';
import { handleReconcile, LATE_SECONDS, type QueueEvent } from '../../../lambdas/handlers/reconcile.ts';
import type { Measured } from '../../../lambdas/ports/measures.ts';
import type { ReconcileWiring } from '../../../lambdas/runtime/wiring.ts';

const SLOT = 1_772_452_800;

const wiringAt = (now: number, reconcile: () => Promise<Reconciled> = async () => ({ kind: 'claimed' })) => {
  const lines: Record<string, unknown>[] = [];
  const measured: Measured[] = [];
  const answered: string[][] = [];
  const ticked: string[] = [];
  const wiring: ReconcileWiring = {
    reconcile: async (cluster) => {
      ticked.push(cluster);
      return reconcile();
    },
    answerMarker: async (cluster, marker) => {
      answered.push([cluster, marker]);
    },
    now: () => epochSeconds(now),
    report: (line) => lines.push(line),
    measure: (one) => measured.push(one),
  };
  return { wiring, lines, measured, answered, ticked };
};

const delivery = (body: string, receives = 1) => ({
  Records: [{ body, attributes: { ApproximateReceiveCount: String(receives) } }],
});

const wakeUp = JSON.stringify({ cluster: 'a', slot: SLOT });

test.each([
  ['on time', SLOT, 1, 'tick'],
  ['early, because clocks differ', SLOT - 2, 1, 'tick'],
  ['just not late', SLOT + LATE_SECONDS, 1, 'tick'],
  ['late', SLOT + LATE_SECONDS + 1, 1, 'tick-dropped'],
  ['received a second time', SLOT, 2, 'tick-dropped'],
])('%s → %s', async (_, now, receives, event) => {
  const { wiring, lines, measured } = wiringAt(now);
  await handleReconcile(delivery(wakeUp, receives), wiring);
  expect(lines).toEqual([expect.objectContaining({ event, cluster: 'a', slot: SLOT })]);
  expect(measured).toEqual(event === 'tick' ? [{ environment: { ticks: 1 } }] : []);
});

test('the tick fails → the invocation fails, and nothing is measured', async () => {
  const { wiring, measured } = wiringAt(SLOT, async () => {
    throw new Error('the table is gone');
  });
  await expect(handleReconcile(delivery(wakeUp), wiring)).rejects.toThrow('the table is gone');
  expect(measured).toEqual([]);
});

test('the name stands for no cluster that could be scaled → the line says why', async () => {
  const { wiring, lines } = wiringAt(SLOT, async () => ({ kind: 'unlocated', problem: 'not-tagged' }));
  await handleReconcile(delivery(wakeUp), wiring);
  expect(lines).toEqual([expect.objectContaining({ outcome: 'unlocated', problem: 'not-tagged' })]);
});

test.each([
  ['on time', SLOT, 1],
  ['late', SLOT + LATE_SECONDS + 1, 1],
  ['a second time', SLOT, 2],
])('a wake-up with a marker comes %s → it is answered, and nothing else is done', async (_, now, receives) => {
  const { wiring, lines, measured, answered, ticked } = wiringAt(now);
  const body = JSON.stringify({ cluster: 'a', slot: SLOT, marker: 'nonce' });
  await handleReconcile(delivery(body, receives), wiring);
  expect([answered, ticked, lines, measured]).toEqual([[['a', 'nonce']], [], [], []]);
});

test.each([
  ['{}'],
  ['not json'],
  ['null'],
  ['[]'],
  ['"a"'],
  ['{"cluster":3,"slot":1}'],
  ['{"cluster":"","slot":1}'],
  ['{"cluster":"j-1"}'],
  ['{"cluster":"j-1","slot":"1"}'],
  ['{"cluster":"j-1","slot":1e999}'],
  ['{"cluster":"j-1","slot":1,"marker":""}'],
  ['{"cluster":"j-1","slot":1,"marker":7}'],
])('a body that is no wake-up, %s → fails and shows it', async (body) => {
  const { wiring, ticked } = wiringAt(SLOT);
  const failure = handleReconcile(delivery(body), wiring);
  await expect(failure).rejects.toThrow(`a wake-up must be {"cluster": text, "slot": epoch seconds}`);
  await expect(failure).rejects.toThrow(`given ${body}`);
  expect(ticked).toEqual([]);
});

test.each([[{}], [undefined], [{ Records: 'none' }], [{ Records: [{ attributes: {} }] }]])(
  'an invocation that is no delivery of SQS, %j → fails and says what was expected',
  async (event) => {
    const failure = handleReconcile(event as unknown as QueueEvent, wiringAt(SLOT).wiring);
    await expect(failure).rejects.toThrow('a delivery of SQS must be {"Records"');
  },
);
