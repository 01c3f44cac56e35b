/** What is particular to reading a coordinator from a function that remembers nothing. */
import type { WorkloadSample } from '../../../../lambdas/core/model.ts';
import { EngineBench } from '../../../simulator/world/engine/bench.ts';
import { coordinatorHarness, type WiredHarness } from './harness.ts';

const open: WiredHarness[] = [];

afterEach(async () => {
  for (const harness of open.splice(0)) await harness.close();
});

const start = async (bench: EngineBench): Promise<WiredHarness> => {
  const harness = await coordinatorHarness(bench);
  open.push(harness);
  return harness;
};

const JMX = '/v1/jmx';

const finishedOf = (sample: WorkloadSample | undefined) =>
  sample?.classes?.map(({ name, finishedQueries, finishedCpuSeconds }) => [name, finishedQueries, finishedCpuSeconds]);

test('two instances of a function take turns → they tell the same counters', async () => {
  const bench = new EngineBench().add('a', 'b');
  const [one, other] = [await start(bench), await start(bench)];
  for (const [index, source] of [one, other, one, one, other].entries()) {
    bench.submit(`q${index}`).to(bench.engine.now + 5);
    expect(finishedOf(await source.sample())).toEqual([['all', index + 1, 160 * (index + 1)]]);
  }
});

test('all classes are one, with their work and their use for cores', async () => {
  const bench = new EngineBench({ groupLimit: 2 }).add('a').submit('ann', { parallelismCores: 8 });
  bench.submit('ben', { parallelismCores: 4 }).submit('cyd').to(2);
  const sample = await (await start(bench)).sample();
  expect(sample?.classes).toEqual([
    {
      name: 'all',
      live: 2,
      held: 1,
      cpuSecondsUsed: 24,
      parallelismCores: 12,
      finishedQueries: 0,
      finishedCpuSeconds: 0,
    },
  ]);
});

test('JMX is closed → counts without classes, and a fault that says so', async () => {
  const harness = await start(new EngineBench().add('a').submit('ann').to(1));
  harness.endpoint.setFault({ kind: 'status', status: 404 }, JMX);
  const sample = await harness.sample();
  expect(sample).toMatchObject({ runningQueries: 1, readyCores: 16 });
  expect(sample).not.toHaveProperty('classes');
  expect(harness.faults.map(({ message }) => message)).toEqual([expect.stringContaining('answered 404')]);
});

test('the engine restarts → the CPU counter begins anew', async () => {
  const bench = new EngineBench().add('a').submit('ann', { cpuSeconds: 10_000 }).to(100);
  const harness = await start(bench);
  expect((await harness.sample())?.cpuSecondsTotal).toBe(1600);
  harness.backend.restart();
  bench.to(110);
  expect((await harness.sample())?.cpuSecondsTotal).toBe(160);
});

test.each([
  { kind: 'html' },
  { kind: 'truncated' },
  { kind: 'nonsense', value: 'NaN' },
  { kind: 'status', status: 500 },
] as const)('every answer is %j → no sample, each fault told; then it recovers at once', async (fault) => {
  const harness = await start(new EngineBench().add('a').submit('ann').to(1));
  harness.endpoint.setFault(fault);
  expect(await harness.sample()).toBeUndefined();
  expect(harness.faults.length).toBeGreaterThanOrEqual(5);
  harness.endpoint.setFault(undefined);
  expect(await harness.sample()).toMatchObject({ runningQueries: 1 });
});

test('workers cannot be asked → no cores, the queries all the same', async () => {
  const harness = await start(new EngineBench().add('a').submit('ann').to(1));
  harness.endpoint.setFault({ kind: 'status', status: 403 }, '/v1/worker');
  const sample = await harness.sample();
  expect(sample).toMatchObject({ runningQueries: 1 });
  expect(sample).not.toHaveProperty('readyCores');
});
