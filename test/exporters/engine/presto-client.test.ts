/** What is read of a PrestoDB coordinator: recorded answers, hand-made ones, and ones that nobody can mean. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { collect, NOTHING_COLLECTED } from '../../../exporters/engine/collector.ts';
import { connectEngine } from '../../../exporters/engine/connect.ts';
import { PrestoClient } from '../../../exporters/engine/presto-client.ts';
import type { EngineReading } from '../../../exporters/engine/reading.ts';
import { epochSeconds } from '../../../lambdas/core/quantities.ts';
import { DATA, recordedTest } from '../../simulator/recorded.ts';
import { type Answer, type AnsweringServer, startAnswering } from '../answering.ts';
import { NOON } from '../readings.ts';

const RECORDED = join(DATA, 'engine-samples/presto-0.287');
const FILES: Readonly<Record<string, string>> = {
  '/v1/info': 'info.json',
  '/v1/cluster': 'cluster.json',
  '/v1/queryState': 'queryState.json',
  '/v1/service/presto': 'service-presto.json',
  '/v1/cluster/workerMemory': 'workerMemory.json',
};

let server: AnsweringServer | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

const clientOf = async (answer: (path: string) => Answer | undefined, timeoutMilliseconds = 2000) => {
  server = await startAnswering(answer);
  return new PrestoClient({ coordinator: `${server.url}/`, now: () => epochSeconds(NOON), timeoutMilliseconds });
};

const errorsOf = ({ reports }: EngineReading): readonly string[] =>
  reports.flatMap(({ source, error }) => (error === undefined ? [] : [`${source}: ${error.message}`]));

const sampleOf = (reading: EngineReading) => collect(NOTHING_COLLECTED, reading, { requiredWorkers: 1 }).sample;

const STATUS = (processors: number): string => JSON.stringify({ nodeId: 'x', processors, memoryInfo: {} });

describe('recorded from PrestoDB 0.287', () => {
  /** Workers say of themselves what the coordinator, on the same machine, says of itself. */
  const recorded = (folder: string) => (path: string) => {
    const name = /^\/v1\/worker\/w\d\/status$/.test(path) ? 'status.json' : FILES[path];
    const file = name === undefined ? undefined : join(RECORDED, folder, name);
    return file !== undefined && existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  };

  const readFolder = async (folder: string) => {
    const reading = await (await clientOf(recorded(folder))).read();
    expect(errorsOf(reading)).toEqual([]);
    return { reading, sample: sampleOf(reading) };
  };

  recordedTest('idle → two workers of two processors, nothing live', join(RECORDED, 'a-idle'), async () => {
    const { reading, sample } = await readFolder('a-idle');
    expect(reading.uptime).toEqual({ seconds: expect.closeTo(68.4, 6), errorSeconds: expect.closeTo(0.6, 6) });
    expect(sample).toEqual({
      takenAt: NOON,
      runningQueries: 0,
      queuedQueries: 0,
      waitingForWorkersQueries: 0,
      groupHeldQueries: 0,
      blockedOnMemoryQueries: 0,
      requiredWorkers: 0,
      readyWorkers: 2,
      readyCores: 4,
      drainingWorkers: 0,
      drainingCores: 0,
      cpuSecondsTotal: 2,
      reservedMemoryBytes: 159,
      totalMemoryBytes: 2 * 140_509_184,
      oldestWaitSeconds: 0,
      oldestRunningSeconds: 0,
      classes: [],
    });
  });

  recordedTest('two queries run → their class, CPU and drivers', join(RECORDED, 'b-running'), async () => {
    const { sample } = await readFolder('b-running');
    expect(sample).toMatchObject({
      runningQueries: 2,
      queuedQueries: 0,
      oldestRunningSeconds: 7.8,
      reservedMemoryBytes: 4_073_088 + 2_762_372,
      classes: [{ name: 'e2e|load|global', live: 2, held: 0, cpuSecondsUsed: 2.28, parallelismCores: 16 }],
    });
  });

  recordedTest('three more are queued by their group → held, and not demand', join(RECORDED, 'c-queued'), async () => {
    const { sample } = await readFolder('c-queued');
    expect(sample).toMatchObject({
      runningQueries: 2,
      queuedQueries: 0,
      groupHeldQueries: 3,
      oldestWaitSeconds: 2.9,
      classes: [{ live: 2, held: 3, parallelismCores: 16 }],
    });
  });

  recordedTest(
    'no worker yet → two queries wait for one, which /v1/cluster does not count',
    join(RECORDED, 'd-waiting-for-resources'),
    async () => {
      const { sample } = await readFolder('d-waiting-for-resources');
      expect(sample).toMatchObject({
        runningQueries: 0,
        waitingForWorkersQueries: 2,
        groupHeldQueries: 1,
        requiredWorkers: 1,
        readyWorkers: 0,
        readyCores: 0,
        totalMemoryBytes: 0,
        oldestWaitSeconds: 2.3,
        classes: [{ live: 2, held: 1 }],
      });
      expect(sample?.classes?.[0]).not.toHaveProperty('parallelismCores');
    },
  );

  recordedTest(
    'nobody says what it is → found to be PrestoDB, and read alike',
    join(RECORDED, 'c-queued'),
    async () => {
      const { reading } = await readFolder('c-queued');
      const found = await connectEngine({ coordinator: server?.url ?? '', now: () => epochSeconds(NOON) }).read();
      expect(errorsOf(found)).toEqual([]);
      expect({ ...found, reports: [] }).toEqual({
        ...reading,
        reports: [],
        engine: { kind: 'presto', version: expect.stringMatching(/^0\.287/) },
      });
    },
  );

  recordedTest('what is asked for → no texts of queries, no history', join(RECORDED, 'a-idle'), async () => {
    await readFolder('a-idle');
    const [state] = server?.asked.filter((path) => path.startsWith('/v1/queryState')) ?? [];
    expect(state).toBe(
      '/v1/queryState?queryTextSizeLimit=0&excludeResourceGroupPathInfo=true&includeAllQueryProgressStats=true',
    );
    expect(server?.asked.some((path) => path.startsWith('/v1/query?') || path === '/v1/query')).toBe(false);
  });
});

interface Node {
  readonly id: string;
  readonly coordinator?: boolean;
  readonly resourceManager?: boolean;
  /** Another process may announce the same node. */
  readonly uri?: string;
}

interface Cluster {
  nodes: readonly Node[];
  activeWorkers: number;
  /** Nodes with memory; default: all but coordinators. */
  memory?: readonly string[];
  /** What the coordinator says of a worker. */
  worker: Record<string, Answer>;
  /** What nodes say of themselves, by address. */
  own: Record<string, Answer>;
}

const POOL = { maxBytes: 100, reservedBytes: 10 };

/** A small cluster whose answers a test can change. */
const answersOf =
  (cluster: Cluster) =>
  (path: string): Answer | undefined => {
    const services = cluster.nodes.map(({ id, coordinator, resourceManager, uri }) => ({
      nodeId: id,
      properties: {
        coordinator: String(coordinator === true),
        resource_manager: String(resourceManager === true),
        http: uri ?? `${server?.url}/own/${id}`,
      },
    }));
    const withMemory =
      cluster.memory ?? cluster.nodes.filter(({ coordinator }) => coordinator !== true).map(({ id }) => id);
    const worker = /^\/v1\/worker\/(.*)\/status$/.exec(path)?.[1];
    if (worker !== undefined) return cluster.worker[worker];
    const answers: Record<string, Answer> = {
      '/v1/info': JSON.stringify({ uptime: '2.00d' }),
      '/v1/cluster': JSON.stringify({
        activeWorkers: cluster.activeWorkers,
        totalCpuTimeSecs: 7,
        adjustedQueueSize: 0,
      }),
      '/v1/queryState': '[]',
      '/v1/service/presto': JSON.stringify({ services }),
      '/v1/cluster/workerMemory': JSON.stringify(
        Object.fromEntries(withMemory.map((id) => [`${id} [10.0.0.1]`, { pools: { general: POOL } }])),
      ),
    };
    return answers[path] ?? cluster.own[path.replace(/^\/own/, '')];
  };

const statusRequests = (): number => server?.asked.filter((path) => path.startsWith('/v1/worker/')).length ?? 0;

describe('workers', () => {
  const two = (): Cluster => ({
    nodes: [{ id: 'c', coordinator: true }, { id: 'small' }, { id: 'big' }],
    activeWorkers: 2,
    worker: { small: STATUS(8), big: STATUS(96) },
    own: {},
  });

  test('read again and again → each is asked at first, and then only two in turn', async () => {
    const cluster = { ...two(), worker: {} as Record<string, Answer> };
    const ids = Array.from({ length: 40 }, (_, index) => `w${index}`);
    for (const id of ids) cluster.worker[id] = STATUS(16);
    cluster.nodes = ids.map((id) => ({ id }));
    cluster.activeWorkers = 40;
    const client = await clientOf(answersOf(cluster));
    await client.read();
    expect(statusRequests()).toBe(40);
    for (let round = 0; round < 10; round += 1) await client.read();
    expect(statusRequests()).toBe(60);
  });

  test('the coordinator works too and is counted → it is no worker, and its memory is not theirs', async () => {
    const cluster = { ...two(), activeWorkers: 3, memory: ['c', 'small', 'big'] };
    const reading = await (await clientOf(answersOf(cluster))).read();
    expect(sampleOf(reading)).toMatchObject({ readyWorkers: 2, readyCores: 104, totalMemoryBytes: 200 });
  });

  test('a resource manager is announced → it is no worker', async () => {
    const cluster = two();
    cluster.nodes = [...cluster.nodes, { id: 'rm', resourceManager: true }];
    cluster.activeWorkers = 3;
    expect(sampleOf(await (await clientOf(answersOf(cluster))).read())).toMatchObject({ readyWorkers: 2 });
  });

  test('one begins to drain → its cores are draining, though it is still announced and keeps its memory', async () => {
    const cluster = two();
    const client = await clientOf(answersOf(cluster));
    await client.read();
    delete cluster.worker['big'];
    cluster.own['/big/v1/info/state'] = '"SHUTTING_DOWN"';
    cluster.activeWorkers = 1;
    const reading = await client.read();
    expect(sampleOf(reading)).toMatchObject({
      readyWorkers: 1,
      readyCores: 8,
      drainingWorkers: 1,
      drainingCores: 96,
      totalMemoryBytes: 100,
    });
    expect(errorsOf(reading)).toEqual([]);
  });

  test('one drains that was never seen active → it is asked itself how many cores it has', async () => {
    const cluster = { ...two(), activeWorkers: 1, worker: { small: STATUS(8) } };
    cluster.own['/big/v1/info/state'] = '"SHUTTING_DOWN"';
    cluster.own['/big/v1/status'] = STATUS(96);
    expect(sampleOf(await (await clientOf(answersOf(cluster))).read())).toMatchObject({
      drainingWorkers: 1,
      drainingCores: 96,
    });
  });

  test('one drains and only the coordinator can reach it → draining, as long as the coordinator manages its memory', async () => {
    const cluster: Cluster = { ...two(), memory: ['small', 'big'] };
    const client = await clientOf(answersOf(cluster));
    await client.read();
    delete cluster.worker['big'];
    cluster.activeWorkers = 1;
    expect(sampleOf(await client.read())).toMatchObject({ readyCores: 8, drainingCores: 96 });
    cluster.memory = ['small'];
    cluster.nodes = [{ id: 'small' }];
    expect(sampleOf(await client.read())).toMatchObject({ readyCores: 8, drainingCores: 0 });
  });

  test('one has died and is still announced → it is neither ready nor draining', async () => {
    const cluster: Cluster = two();
    const client = await clientOf(answersOf(cluster));
    await client.read();
    delete cluster.worker['big'];
    cluster.memory = ['small'];
    cluster.activeWorkers = 1;
    expect(sampleOf(await client.read())).toMatchObject({ readyCores: 8, drainingWorkers: 0 });
  });

  test('one starts: announced before the coordinator counts it → not ready, and ready once it does', async () => {
    const cluster = { ...two(), activeWorkers: 1, worker: { small: STATUS(8) } as Record<string, Answer> };
    cluster.own['/big/v1/info/state'] = '"ACTIVE"';
    const client = await clientOf(answersOf(cluster));
    expect(sampleOf(await client.read())).toMatchObject({ readyCores: 8, drainingWorkers: 0 });
    cluster.worker['big'] = STATUS(96);
    cluster.activeWorkers = 2;
    expect(sampleOf(await client.read())).toMatchObject({ readyCores: 104 });
  });

  test('one joins and another drains between two readings, so that the count stays → both are seen', async () => {
    const cluster = two();
    const client = await clientOf(answersOf(cluster));
    await client.read();
    cluster.nodes = [...cluster.nodes, { id: 'new' }];
    cluster.worker['new'] = STATUS(32);
    delete cluster.worker['big'];
    cluster.own['/big/v1/info/state'] = '"SHUTTING_DOWN"';
    expect(sampleOf(await client.read())).toMatchObject({ readyCores: 40, drainingCores: 96 });
  });

  test('a node id comes back at another address → it is asked anew', async () => {
    const cluster = two();
    const client = await clientOf(answersOf(cluster));
    await client.read();
    cluster.nodes = [{ id: 'small' }, { id: 'big', uri: 'http://127.0.0.1:1' }];
    cluster.worker['big'] = STATUS(48);
    expect(sampleOf(await client.read())).toMatchObject({ readyCores: 56 });
  });

  test('the status of a new worker cannot be had → ready cores are unknown, not smaller; then it answers', async () => {
    const cluster = two();
    cluster.worker['big'] = 500;
    const client = await clientOf(answersOf(cluster));
    const reading = await client.read();
    expect(reading).not.toHaveProperty('workers');
    expect(errorsOf(reading)).toEqual([
      expect.stringMatching(/^workers: GET .*\/v1\/worker\/big\/status answered 500$/),
    ]);
    cluster.worker['big'] = STATUS(96);
    expect(sampleOf(await client.read())).toMatchObject({ readyCores: 104 });
  });

  test('a known worker stops to answer → what it was stays', async () => {
    const cluster = two();
    const client = await clientOf(answersOf(cluster));
    await client.read();
    cluster.worker['big'] = 500;
    expect(sampleOf(await client.read())).toMatchObject({ readyCores: 104 });
  });

  test('a worker hangs → the reading ends all the same, within twice the time-out', async () => {
    const cluster = two();
    cluster.worker['big'] = 'hang';
    const client = await clientOf(answersOf(cluster), 100);
    const reading = await client.read();
    expect(reading).not.toHaveProperty('workers');
    expect(errorsOf(reading)).toEqual([expect.stringContaining('no whole answer within 100 ms')]);
  });

  test('it is forbidden to ask → unknown, and the error says so', async () => {
    const cluster = { ...two(), worker: { small: 403, big: 403 } };
    const reading = await (await clientOf(answersOf(cluster))).read();
    expect(reading).not.toHaveProperty('workers');
    expect(errorsOf(reading)).toEqual([expect.stringContaining('answered 403')]);
  });

  test('queries use the reserved pool on one worker → it counts there only', async () => {
    const idle = { maxBytes: 50, reservedBytes: 0 };
    const used = { maxBytes: 50, reservedBytes: 40 };
    const cluster = two();
    const answers = answersOf(cluster);
    const memory = JSON.stringify({
      'small [a]': { pools: { general: POOL, reserved: idle } },
      'big [b]': { pools: { general: POOL, reserved: used } },
    });
    const client = await clientOf((path) => (path.endsWith('workerMemory') ? memory : answers(path)));
    expect(sampleOf(await client.read())).toMatchObject({ reservedMemoryBytes: 60, totalMemoryBytes: 250 });
  });

  test('a worker has not told of its memory yet (null) → the others', async () => {
    const answers = answersOf(two());
    const memory = JSON.stringify({ 'small [a]': { pools: { general: POOL } }, 'big [b]': null });
    const client = await clientOf((path) => (path.endsWith('workerMemory') ? memory : answers(path)));
    expect(sampleOf(await client.read())).toMatchObject({ totalMemoryBytes: 100 });
  });
});

describe('answers that nobody can mean', () => {
  const HTML = '<html><body>502 Bad Gateway</body></html>';
  const good = (): Cluster => ({ nodes: [{ id: 'a' }], activeWorkers: 1, worker: { a: STATUS(8) }, own: {} });
  const QUERY = {
    queryId: 'q',
    queryState: 'RUNNING',
    user: 'u',
    resourceGroupId: ['g'],
    progress: {
      elapsedTimeMillis: 1,
      queuedTimeMillis: 0,
      cpuTimeMillis: 1,
      currentMemoryBytes: 0,
      runningDrivers: 1,
      queuedDrivers: 1,
    },
  };
  const queryWith = (changes: object): string => JSON.stringify([{ ...QUERY, ...changes }]);
  const progressWith = (changes: object): string => queryWith({ progress: { ...QUERY.progress, ...changes } });

  const CASES: readonly (readonly [string, string, Answer, string])[] = [
    ['HTML with status 200', '/v1/cluster', HTML, 'cluster'],
    ['JSON that ends in the middle', '/v1/queryState', queryWith({}).slice(0, 50), 'queries'],
    ['an empty body', '/v1/cluster', '', 'cluster'],
    ['null', '/v1/cluster', 'null', 'cluster'],
    ['a list for an object', '/v1/cluster', '[]', 'cluster'],
    ['an object for a list', '/v1/queryState', '{}', 'queries'],
    ['a negative count', '/v1/cluster', '{"activeWorkers":-1,"totalCpuTimeSecs":0}', 'cluster'],
    ['NaN as Jackson writes it', '/v1/cluster', '{"activeWorkers":1,"totalCpuTimeSecs":"NaN"}', 'cluster'],
    ['a number too large for one', '/v1/cluster', '{"activeWorkers":1,"totalCpuTimeSecs":1e999}', 'cluster'],
    ['a field that is missing', '/v1/cluster', '{"activeWorkers":1}', 'cluster'],
    ['a query without state', '/v1/queryState', queryWith({ queryState: undefined }), 'queries'],
    ['a query without id', '/v1/queryState', queryWith({ queryId: 7 }), 'queries'],
    ['a running query without progress', '/v1/queryState', queryWith({ progress: null }), 'queries'],
    ['negative CPU', '/v1/queryState', progressWith({ cpuTimeMillis: -5 }), 'queries'],
    ['drivers as text', '/v1/queryState', progressWith({ runningDrivers: '4' }), 'queries'],
    ['a group that is no list', '/v1/queryState', queryWith({ resourceGroupId: 'g' }), 'queries'],
    ['a duration without unit', '/v1/info', '{"uptime":"12"}', 'info'],
    ['nodes without properties', '/v1/service/presto', '{"services":[{"nodeId":"a"}]}', 'workers'],
    ['negative processors', '/v1/worker/a/status', STATUS(-8), 'workers'],
    ['memory as text', '/v1/cluster/workerMemory', '{"a [h]":{"pools":{"general":{"maxBytes":"1GB"}}}}', 'memory'],
    ['status 503', '/v1/queryState', 503, 'queries'],
    ['a redirect', '/v1/cluster', 302, 'cluster'],
  ];

  test.each(CASES)(
    '%s at %s → this source failed, the others did not, and nothing is 0',
    async (_, path, answer, source) => {
      const answers = answersOf(good());
      const reading = await (await clientOf((asked) => (asked === path ? answer : answers(asked)))).read();
      expect(errorsOf(reading)).toEqual([expect.stringMatching(`^${source}: `)]);
      const field = source === 'info' ? 'uptime' : source;
      expect(reading).not.toHaveProperty(field);
    },
  );

  test('an answer that never ends → refused at its limit', async () => {
    const answers = answersOf(good());
    server = await startAnswering((path) => (path === '/v1/queryState' ? `[${'0'.repeat(5000)}]` : answers(path)));
    const client = new PrestoClient({ coordinator: server.url, now: () => epochSeconds(NOON), maximumBytes: 2000 });
    expect(errorsOf(await client.read())).toEqual([expect.stringContaining('larger than 2000 bytes')]);
  });

  test('nobody listens → every source failed, and says where', async () => {
    const client = new PrestoClient({ coordinator: 'http://127.0.0.1:1', now: () => epochSeconds(NOON) });
    const reading = await client.read();
    expect(errorsOf(reading)).toHaveLength(5);
    expect(errorsOf(reading)[0]).toContain('http://127.0.0.1:1/v1/info: connect ECONNREFUSED');
    expect(sampleOf(reading)).toBeUndefined();
  });

  test('a password in the address → in no error', async () => {
    const client = new PrestoClient({ coordinator: 'http://ann:secret@127.0.0.1:1', now: () => epochSeconds(NOON) });
    expect(errorsOf(await client.read()).join()).not.toContain('secret');
    server = await startAnswering(() => 503);
    const answering = new PrestoClient({
      coordinator: server.url.replace('//', '//ann:secret@'),
      now: () => epochSeconds(NOON),
    });
    expect(errorsOf(await answering.read()).join()).not.toContain('secret');
  });

  test('errors never quote what may be the text of a query', async () => {
    const secret = 'select secret from t';
    const answers = answersOf(good());
    const body = JSON.stringify([{ ...QUERY, query: secret, progress: secret.repeat(9) }]);
    const reading = await (await clientOf((path) => (path === '/v1/queryState' ? body : answers(path)))).read();
    expect(errorsOf(reading)).toEqual([
      'queries: queryState[].progress is a text of 180 characters, expected an object',
    ]);
  });

  test('a state of a later version → a live query; one that is over → none', async () => {
    const answers = answersOf(good());
    const body = JSON.stringify(
      ['RESUMING', 'FINISHED', 'FAILED', 'WAITING_FOR_PREREQUISITES', 'PLANNING'].map((queryState, index) => ({
        ...QUERY,
        queryId: `q${index}`,
        queryState,
      })),
    );
    const reading = await (await clientOf((path) => (path === '/v1/queryState' ? body : answers(path)))).read();
    expect(reading.queries?.map(({ id, stage }) => [id, stage])).toEqual([
      ['q0', 'running'],
      ['q4', 'starting'],
    ]);
  });

  test('a queued query of an old version, without progress → its age from its creation', async () => {
    const answers = answersOf(good());
    const createTime = new Date((NOON - 90) * 1000).toISOString();
    const body = JSON.stringify([{ queryId: 'q', queryState: 'QUEUED', createTime }]);
    const reading = await (await clientOf((path) => (path === '/v1/queryState' ? body : answers(path)))).read();
    expect(reading.queries).toMatchObject([{ ageSeconds: 90, cpuSeconds: 0, className: '||' }]);
  });
});
