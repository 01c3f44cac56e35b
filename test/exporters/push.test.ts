/** Samples go to the table before anybody is woken, and somebody is woken when demand appears. */
import { Push } from '../../exporters/push.ts';
import { queryClass, sample, workSample } from '../lambdas/core/builders.ts';

interface Deliveries {
  readonly events: string[];
  readonly faults: string[];
  /** Fails while set. */
  broken?: 'put' | 'wake';
}

const start = (): [Push, Deliveries] => {
  const deliveries: Deliveries = { events: [], faults: [] };
  const deliver = (what: 'put' | 'wake') => async () => {
    if (deliveries.broken === what) throw new Error(`cannot ${what}`);
    deliveries.events.push(what);
  };
  const push = new Push({ putSample: deliver('put'), wake: deliver('wake') }, ({ message }) => {
    deliveries.faults.push(message);
  });
  return [push, deliveries];
};

/** Ten workers of 16 cores, and queries with use for so many cores. */
const crowded = (parallelismCores: number) => workSample([queryClass({ live: 5, parallelismCores })]);

const APPEARANCES = [
  ['a queue', sample({ queuedQueries: 1 })],
  ['queries that wait for workers', sample({ waitingForWorkersQueries: 2, readyCores: 0 })],
  ['live queries that could use more cores than are ready', crowded(161)],
] as const;

test.each(APPEARANCES)('%s appears → the sample is written, then somebody is woken, once', async (_, demand) => {
  const [push, { events }] = start();
  for (const one of [sample(), demand, demand, demand]) await push.push(one);
  expect(events).toEqual(['put', 'put', 'wake', 'put', 'put']);
});

test.each(APPEARANCES)('%s is there at the first sample → somebody is woken', async (_, demand) => {
  const [push, { events }] = start();
  await push.push(demand);
  expect(events).toEqual(['put', 'wake']);
});

test('a queue goes and comes → woken twice', async () => {
  const [push] = start();
  for (const one of [sample({ queuedQueries: 3 }), sample(), sample({ queuedQueries: 1 })]) await push.push(one);
  expect(push.counts).toEqual({ pushes: 3, errors: 0, wakes: 2 });
});

test('what a group holds back is no reason, nor is a cluster that has cores for all', async () => {
  const [push] = start();
  for (const one of [sample({ groupHeldQueries: 9 }), crowded(160), sample({ runningQueries: 7 })])
    await push.push(one);
  expect(push.counts.wakes).toBe(0);
});

test('a full cluster gets twice as much to do → woken again', async () => {
  const [push] = start();
  for (const cores of [200, 260, 399, 800]) await push.push(crowded(cores));
  expect(push.counts.wakes).toBe(2);
});

test('the table cannot be written → nobody is woken; the next sample wakes', async () => {
  const [push, deliveries] = start();
  deliveries.broken = 'put';
  await push.push(sample({ queuedQueries: 1 }));
  expect(deliveries).toMatchObject({ events: [], faults: ['cannot put'] });
  delete deliveries.broken;
  await push.push(sample({ queuedQueries: 1 }));
  expect(deliveries.events).toEqual(['put', 'wake']);
  expect(push.counts).toEqual({ pushes: 1, errors: 1, wakes: 1 });
});

test('a wake-up cannot be sent → the sample is in the table, and the next one tries again', async () => {
  const [push, deliveries] = start();
  deliveries.broken = 'wake';
  await push.push(sample({ queuedQueries: 1 }));
  delete deliveries.broken;
  await push.push(sample({ queuedQueries: 1 }));
  expect(deliveries).toMatchObject({ events: ['put', 'put', 'wake'], faults: ['cannot wake'] });
});
