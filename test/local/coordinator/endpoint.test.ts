/** The coordinator endpoint has PrestoDB's fields and formats, and its faults are what they say. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CoordinatorEndpoint, startCoordinatorEndpoint } from '../../../local/coordinator/endpoint.ts';
import type { AnswerFault } from '../../../local/coordinator/faults.ts';
import { durationText } from '../../../local/coordinator/formats.ts';
import { WorldCoordinator } from '../../../local/coordinator/world-backend.ts';
import { DATA, recordedTest } from '../../simulator/recorded.ts';
import { EngineBench } from '../../simulator/world/engine/bench.ts';

const STATE = '/v1/queryState?queryTextSizeLimit=0&excludeResourceGroupPathInfo=true&includeAllQueryProgressStats=true';

let endpoint: CoordinatorEndpoint | undefined;

afterEach(async () => {
  await endpoint?.close();
  endpoint = undefined;
});

const start = async (bench: EngineBench) => {
  const backend = new WorldCoordinator(() => bench);
  endpoint = await startCoordinatorEndpoint(backend);
  return backend;
};

const getText = async (path: string): Promise<string> => (await fetch(`${endpoint?.url}${path}`)).text();
const getJson = async (path: string): Promise<unknown> => JSON.parse(await getText(path));

/** Two workers, one query running, one held. */
const busy = (): EngineBench =>
  new EngineBench({ groupLimit: 1 })
    .add('w1', 'w2')
    .submit('ann', { group: 'global.adhoc' })
    .submit('ben', { group: 'global.adhoc' })
    .to(3);

/** Paths of all fields, with the kinds of their values; the names of nodes in `maps` left out. */
const shapeOf = (value: unknown, path = ''): readonly string[] => {
  if (Array.isArray(value)) return [...new Set(value.flatMap((item) => shapeOf(item, `${path}[]`)))];
  if (typeof value !== 'object' || value === null) return [`${path}: ${typeof value}`];
  return Object.entries(value).flatMap(([name, inner]) =>
    shapeOf(inner, `${path}.${/ \[[\d.]+\]$/.test(name) ? '*' : name}`),
  );
};

describe('the same fields and kinds of values as PrestoDB 0.287', () => {
  const folder = join(DATA, 'engine-samples/presto-0.287');
  const RECORDINGS: readonly (readonly [string, string])[] = [
    ['/v1/info', 'b-running/info.json'],
    ['/v1/info/state', 'b-running/info-state.json'],
    ['/v1/cluster', 'c-queued/cluster.json'],
    [STATE, 'c-queued/queryState.json'],
    ['/v1/service/presto', 'b-running/service-presto.json'],
    ['/v1/status', 'b-running/status.json'],
    ['/v1/cluster/workerMemory', 'a-idle/workerMemory.json'],
  ];

  for (const [path, name] of RECORDINGS) {
    const file = join(folder, name);
    recordedTest(`${path} → every field is one of the recorded ones`, file, async () => {
      await start(busy());
      const recorded = new Set(shapeOf(JSON.parse(readFileSync(file, 'utf8'))));
      expect(shapeOf(await getJson(path)).filter((field) => !recorded.has(field))).toEqual([]);
    });
  }
});

test('queries that wait for workers are counted nowhere in /v1/cluster, as in PrestoDB', async () => {
  await start(new EngineBench().submit('ann').to(2));
  expect(await getJson('/v1/cluster')).toMatchObject({ runningQueries: 0, blockedQueries: 0, queuedQueries: 0 });
  expect(await getJson(STATE)).toMatchObject([{ queryState: 'WAITING_FOR_RESOURCES' }]);
});

test('live queries → whole milliseconds and bytes, groups as paths, no text', async () => {
  await start(busy());
  expect(await getJson(STATE)).toMatchObject([
    {
      queryId: 'ann',
      queryState: 'RUNNING',
      resourceGroupId: ['global', 'adhoc'],
      query: '',
      createTime: '2026-03-02T00:00:00.000Z',
      user: 'ann',
      source: 'test',
      progress: {
        elapsedTimeMillis: 3000,
        queuedTimeMillis: 0,
        executionTimeMillis: 3000,
        cpuTimeMillis: 96_000,
        blocked: false,
        runningDrivers: 32,
        queuedDrivers: 968,
      },
    },
    { queryId: 'ben', queryState: 'QUEUED', progress: { queuedTimeMillis: 3000, cpuTimeMillis: 0 } },
  ]);
});

test('progress of queued queries is not asked for → they have none', async () => {
  await start(busy());
  const queries = (await getJson('/v1/queryState')) as readonly object[];
  expect(queries.map((query) => 'progress' in query)).toEqual([true, false]);
});

test('a worker drains → announced still, no longer active, and the coordinator passes nothing on of it', async () => {
  const bench = busy().drain('w2');
  await start(bench);
  expect(await getJson('/v1/cluster')).toMatchObject({ activeWorkers: 1 });
  expect(Object.keys((await getJson('/v1/cluster/workerMemory')) as object)).toEqual([
    'w1 [127.0.0.1]',
    'w2 [127.0.0.1]',
  ]);
  expect((await fetch(`${endpoint?.url}/v1/worker/w1/status`)).status).toBe(200);
  expect((await fetch(`${endpoint?.url}/v1/worker/w2/status`)).status).toBe(404);
  const { services } = (await getJson('/v1/service/presto')) as {
    services: { nodeId: string; properties: { http: string } }[];
  };
  const own = services.find(({ nodeId }) => nodeId === 'w2')?.properties.http;
  expect(await (await fetch(`${own}/v1/info/state`)).json()).toBe('SHUTTING_DOWN');
  expect(await (await fetch(`${own}/v1/status`)).json()).toMatchObject({ nodeId: 'w2', processors: 16 });
});

test('instance ids with slashes, as fleets give them → the same worker everywhere', async () => {
  const id = 'r5.4xlarge/spot/1';
  await start(new EngineBench().add(id));
  expect(await getJson(`/v1/worker/${encodeURIComponent(id)}/status`)).toMatchObject({ nodeId: id, processors: 16 });
});

test('reserved memory → spread over the workers to the byte', async () => {
  const bench = new EngineBench().add('a', 'b', 'c').submit('ann', { memoryBytes: 100 }).to(1);
  await start(bench);
  const memory = (await getJson('/v1/cluster/workerMemory')) as Record<
    string,
    { pools: { general: { reservedBytes: number } } }
  >;
  const reserved = Object.values(memory).map(({ pools }) => pools.general.reservedBytes);
  expect(reserved.reduce((sum, bytes) => sum + bytes, 0)).toBe(100);
  expect(Math.max(...reserved) - Math.min(...reserved)).toBeLessThanOrEqual(1);
});

test('the coordinator restarts → uptime and counters begin at 0', async () => {
  const bench = busy().to(60);
  const backend = await start(bench);
  expect(await getJson('/v1/info')).toMatchObject({ uptime: '1.00m' });
  expect(await getJson('/v1/cluster')).toMatchObject({ totalCpuTimeSecs: 320 });
  backend.restart();
  bench.to(61.5);
  expect(await getJson('/v1/info')).toMatchObject({ uptime: '1.50s' });
  expect(await getJson('/v1/cluster')).toMatchObject({ totalCpuTimeSecs: 0 });
});

test.each([
  [0, '0.00ns'],
  [0.0004, '400.00us'],
  [0.25, '250.00ms'],
  [59.99, '59.99s'],
  [60, '1.00m'],
  [16_416, '4.56h'],
  [172_800, '2.00d'],
])('%d seconds → %s', (seconds, text) => {
  expect(durationText(seconds)).toBe(text);
});

describe('faults', () => {
  const withFault = async (fault: AnswerFault, path?: string) => {
    await start(busy());
    endpoint?.setFault(fault, path);
  };

  test('html → a page with status 200', async () => {
    await withFault({ kind: 'html' });
    expect(await getText('/v1/cluster')).toMatch(/^<html>/);
  });

  test('truncated → the first half', async () => {
    await withFault({ kind: 'truncated' });
    const text = await getText('/v1/cluster');
    expect(text).toMatch(/^\{"runningQueries":1/);
    expect(() => JSON.parse(text)).toThrow();
  });

  test.each([
    ['negative', -2],
    ['NaN', 'NaN'],
    ['null', null],
    ['text', '1 queries'],
  ] as const)('numbers that are %s', async (value, shown) => {
    await withFault({ kind: 'nonsense', value });
    expect(await getJson('/v1/cluster')).toMatchObject({ runningQueries: shown });
  });

  test('a status, for one path only; then it is right again', async () => {
    await withFault({ kind: 'status', status: 503 }, '/v1/cluster');
    expect((await fetch(`${endpoint?.url}/v1/cluster`)).status).toBe(503);
    expect((await fetch(`${endpoint?.url}/v1/info`)).status).toBe(200);
    endpoint?.setFault(undefined, '/v1/cluster');
    expect((await fetch(`${endpoint?.url}/v1/cluster`)).status).toBe(200);
  });

  test('down → connections are refused', async () => {
    await start(busy());
    await endpoint?.close();
    await expect(fetch(`${endpoint?.url}/v1/info`)).rejects.toThrow();
  });

  test('a port in use → EADDRINUSE; an unknown path → 404', async () => {
    const backend = await start(busy());
    const port = Number(new URL(endpoint?.url ?? '').port);
    await expect(startCoordinatorEndpoint(backend, { port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    expect((await fetch(`${endpoint?.url}/v1/query`)).status).toBe(404);
  });
});
