/** Which workers of a Trino are read as ready and draining: by its count, and by what they say themselves. */
import { collect, NOTHING_COLLECTED } from '../../../exporters/engine/collector.ts';
import type { EngineReader, EngineReading } from '../../../exporters/engine/reading.ts';
import { FakeTrino } from './fake-trino.ts';

let trino: FakeTrino;
let reader: EngineReader;

beforeEach(async () => {
  trino = new FakeTrino();
  reader = await trino.start();
});

afterEach(() => trino.close());

const errorsOf = ({ reports }: EngineReading): readonly string[] =>
  reports.flatMap(({ source, error }) => (error === undefined ? [] : [`${source}: ${error.message}`]));

const sampleOf = (reading: EngineReading) => collect(NOTHING_COLLECTED, reading, { requiredWorkers: 1 }).sample;

/** A reading of which nothing failed, as a sample. */
const readSample = async () => {
  const reading = await reader.read();
  expect(errorsOf(reading)).toEqual([]);
  return sampleOf(reading);
};

const active = (processors = 8) => ({ state: 'ACTIVE', processors });
const drained = (state: string) => ({ state, processors: 8 });

test('two announced and counted → their cores and memory, each asked once and then in turn for its state only', async () => {
  trino.workers = { small: active(4), big: { ...active(96), memoryBytes: 5000 } };
  expect(await readSample()).toMatchObject({ readyWorkers: 2, readyCores: 100, totalMemoryBytes: 6000 });
  expect(await readSample()).toMatchObject({ readyWorkers: 2, readyCores: 100, totalMemoryBytes: 6000 });
  expect(trino.count('/v1/status')).toBe(2);
});

test('forty that do not change → after the first reading two are asked at each', async () => {
  trino.workers = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`w${index}`, active()]));
  await readSample();
  const before = trino.count('/v1/info/state');
  for (let round = 0; round < 5; round += 1) await readSample();
  expect(trino.count('/v1/info/state') - before).toBe(10);
});

test.each(['DRAINING', 'DRAINED', 'SHUTTING_DOWN'])(
  'one is %s → it drains, and its cores are not ready',
  async (state) => {
    trino.workers = { a: active(), b: drained(state) };
    expect(await readSample()).toMatchObject({
      readyWorkers: 1,
      readyCores: 8,
      drainingWorkers: 1,
      drainingCores: 8,
    });
  },
);

test('one begins to drain and is called back → seen at the next reading each time', async () => {
  trino.workers = { a: active(), b: active() };
  await readSample();
  trino.workers['b'] = drained('DRAINING');
  expect(await readSample()).toMatchObject({ readyWorkers: 1, drainingWorkers: 1 });
  trino.workers['b'] = active();
  expect(await readSample()).toMatchObject({ readyWorkers: 2, drainingWorkers: 0 });
});

test('one says DRAINING before the coordinator has noticed → it drains, and is not counted twice', async () => {
  trino.workers = { a: active(), b: drained('DRAINING') };
  trino.counted = 2;
  trino.drainingCounted = 0;
  expect(await readSample()).toMatchObject({ readyWorkers: 1, drainingWorkers: 1 });
});

test('called back, and the coordinator still counts it as draining → it still drains', async () => {
  trino.workers = { a: active(), b: active() };
  trino.counted = 1;
  trino.drainingCounted = 1;
  expect(await readSample()).toMatchObject({ readyWorkers: 1, drainingWorkers: 1 });
});

test('one has joined and the coordinator does not count it yet → not ready before it does', async () => {
  trino.workers = { old: active(4) };
  await readSample();
  trino.workers = { old: active(4), young: active(64) };
  trino.counted = 1;
  expect(await readSample()).toMatchObject({ readyWorkers: 1, readyCores: 4 });
  trino.counted = 2;
  expect(await readSample()).toMatchObject({ readyWorkers: 2, readyCores: 68 });
});

test('one is killed and still announced → ready until the coordinator counts it out, with a fault; then gone', async () => {
  trino.workers = { a: active(), b: active() };
  await readSample();
  trino.workers['b'] = { state: 503, processors: 8 };
  trino.counted = 2;
  const readings = [await reader.read(), await reader.read()];
  expect(sampleOf(readings[1] as EngineReading)).toMatchObject({ readyWorkers: 2, readyCores: 16 });
  trino.counted = 1;
  expect(await readSample()).toMatchObject({ readyWorkers: 1, readyCores: 8, drainingWorkers: 0 });
});

test('none can be reached from here → as many as the coordinator counts, their cores unknown, and it is said', async () => {
  trino.workers = { a: { state: 503, processors: 8 }, b: { state: 503, processors: 8 } };
  trino.counted = 2;
  const reading = await reader.read();
  expect(sampleOf(reading)).toMatchObject({ readyWorkers: 2 });
  expect(sampleOf(reading)).not.toHaveProperty('readyCores');
  expect(errorsOf(reading)).toEqual([
    `workers: the coordinator counts 2 active workers of which none answers at ${trino.uriOf('a')}, ${trino.uriOf('b')}: is the way to them open?`,
  ]);
});

test('none is announced, three are counted → three, cores unknown', async () => {
  trino.counted = 3;
  const reading = await reader.read();
  expect(sampleOf(reading)).toMatchObject({ readyWorkers: 3 });
  expect(sampleOf(reading)).not.toHaveProperty('readyCores');
  expect(errorsOf(reading)).toEqual([expect.stringContaining('counts 3 active workers of which none is announced')]);
});

test('the coordinator does not say how many, and one is silent → nobody knows', async () => {
  trino.workers = { a: active(), b: { state: 503, processors: 8 } };
  trino.faults = { '/metrics': 503 };
  const reading = await reader.read();
  expect(reading.workers).toBeUndefined();
  trino.workers['b'] = active();
  expect((await reader.read()).workers).toHaveLength(2);
});

test('forty hang → a reading ends, says so, and asks no more at once than it may', async () => {
  trino.workers = Object.fromEntries(
    Array.from({ length: 40 }, (_, index) => [`w${index}`, { state: 'hang' as const, processors: 8 }]),
  );
  trino.counted = 40;
  const began = performance.now();
  const reading = await trino.reader(150).read();
  expect(performance.now() - began).toBeLessThan(3000);
  expect(reading.workers).toBeUndefined();
  expect(errorsOf(reading)).toEqual([expect.stringMatching(/^workers: no time was left to ask \d+ of 40 workers$/)]);
});

test('477 with the discovery service of before → it is found, and asked first from then on', async () => {
  trino.version = '480';
  trino.workers = { a: active() };
  const services = JSON.stringify({
    services: [{ nodeId: 'a', properties: { coordinator: 'false', http: trino.uriOf('a') } }],
  });
  trino.faults = { '/v1/announce': 404, '/v1/service/trino': services };
  expect(await readSample()).toMatchObject({ readyWorkers: 1, readyCores: 8 });
  await readSample();
  expect(trino.count('/v1/announce')).toBe(1);
});

test('the coordinator announces itself → no worker', async () => {
  trino.workers = { a: active() };
  trino.faults = {
    '/v1/announce': JSON.stringify([trino.uriOf('a'), trino.url]),
    '/v1/info/state': '"ACTIVE"',
    '/v1/status': JSON.stringify({ coordinator: true, processors: 2, memoryInfo: { pool: { maxBytes: 1 } } }),
  };
  expect(await readSample()).toMatchObject({ readyWorkers: 1, readyCores: 8, totalMemoryBytes: 1000 });
});
