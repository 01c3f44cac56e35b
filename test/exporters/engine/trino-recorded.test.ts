/** What is read of recorded Trino coordinators. Workers, who were not recorded, say what the coordinator beside them says. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { collect, NOTHING_COLLECTED } from '../../../exporters/engine/collector.ts';
import { connectEngine } from '../../../exporters/engine/connect.ts';
import type { EngineReading } from '../../../exporters/engine/reading.ts';
import { epochSeconds } from '../../../lambdas/core/quantities.ts';
import { DATA, recordedTest } from '../../simulator/recorded.ts';
import { type Answer, type AnsweringServer, startAnswering } from '../answering.ts';
import { NOON } from '../readings.ts';

const SAMPLES = join(DATA, 'engine-samples');
const USER = { 'X-Trino-User': 'monitor' };
const POOL_BYTES = 432_013_312;

let server: AnsweringServer | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

const textOf = (file: string): string | undefined => (existsSync(file) ? readFileSync(file, 'utf8') : undefined);

/** The recorded page, of which the recorder kept a part, with the whole one where that was kept too. */
const metricsText = (version: string, folder: string): string => {
  const whole = [
    join(SAMPLES, version, folder, 'metrics-full.txt.gz'),
    join(SAMPLES, version, `metrics-full-${folder}.txt.gz`),
  ];
  const file = whole.find((one) => existsSync(one));
  if (file !== undefined) return gunzipSync(readFileSync(file)).toString('utf8');
  return textOf(join(SAMPLES, version, folder, 'metrics-filtered.txt')) ?? '';
};

/** Only the families that are asked for, as the server filters them. */
const filtered = (text: string, url: string): string => {
  const names = new Set(new URL(url, 'http://x').searchParams.getAll('name[]'));
  const kept = text.split('\n').filter((line) => names.has(line.replace(/^# TYPE /, '').split(' ')[0] ?? ''));
  return [...kept, '# EOF', ''].join('\n');
};

/** In the recorded answer, only queries in the states that are asked for. */
const queriesIn = (body: string, url: string): string => {
  const states = new URL(url, 'http://x').searchParams.getAll('state');
  return JSON.stringify((JSON.parse(body) as { state: string }[]).filter(({ state }) => states.includes(state)));
};

const moved = (body: string | undefined): Answer | undefined =>
  body?.replaceAll(/http:\/\/127\.0\.0\.1:(\d+)/g, (_, port: string) => `${server?.url}/at/${port}`);

/** What the coordinator answers to a user that it knows. */
const coordinatorAnswer = (version: string, folder: string, path: string, url: string): Answer | undefined => {
  const file = (name: string) => textOf(join(SAMPLES, version, folder, name));
  const answers: Readonly<Record<string, () => Answer | undefined>> = {
    '/metrics': () => filtered(metricsText(version, folder), url),
    '/v1/query': () => queriesIn(file('query.json') ?? '[]', url),
    '/v1/resourceGroupState/global': () =>
      file('resourceGroupState-global.txt') ?? JSON.stringify({ hardConcurrencyLimit: 2 }),
    ...(version === 'trino-483'
      ? { '/v1/announce': () => moved(file('announce.txt')) }
      : { '/v1/service/trino': () => moved(file('service-trino.json')) }),
  };
  return answers[path]?.();
};

const replay = async (version: string, folder: string): Promise<string> => {
  const file = (name: string) => textOf(join(SAMPLES, version, folder, name));
  server = await startAnswering((path, { url, headers }) => {
    if (path === '/v1/info') return file('info.json');
    if (path.endsWith('/v1/info/state')) return '"ACTIVE"';
    if (path.endsWith('/v1/status')) return file('status.json')?.replace('"coordinator":true', '"coordinator":false');
    return headers['x-trino-user'] === undefined ? 401 : coordinatorAnswer(version, folder, path, url);
  });
  return server.url;
};

const readFolder = async (version: string, folder: string, headers: Record<string, string> = USER) => {
  const coordinator = await replay(version, folder);
  const reader = connectEngine({ coordinator, now: () => epochSeconds(NOON), access: { headers } });
  const reading = await reader.read();
  return { reading, ...collect(NOTHING_COLLECTED, reading, { requiredWorkers: 1 }) };
};

const errorsOf = ({ reports }: EngineReading): readonly string[] =>
  reports.flatMap(({ source, error }) => (error === undefined ? [] : [`${source}: ${error.message}`]));

const recorded = (title: string, version: string, folder: string, body: () => Promise<void>): void =>
  recordedTest(`${version}: ${title}`, join(SAMPLES, version, folder), body);

recorded('two run → their classes, cores, memory and splits, and one CPU total', 'trino-483', 'b-running', async () => {
  const { reading, sample, details } = await readFolder('trino-483', 'b-running');
  expect(errorsOf(reading)).toEqual([]);
  expect(reading.engine).toEqual({ kind: 'trino', version: '483' });
  expect(sample).toEqual({
    takenAt: NOON,
    runningQueries: 2,
    queuedQueries: 0,
    waitingForWorkersQueries: 0,
    groupHeldQueries: 0,
    blockedOnMemoryQueries: 0,
    requiredWorkers: 0,
    readyWorkers: 2,
    readyCores: 4,
    drainingWorkers: 0,
    drainingCores: 0,
    cpuSecondsTotal: 0,
    reservedMemoryBytes: 5920,
    totalMemoryBytes: 2 * POOL_BYTES,
    oldestWaitSeconds: 0,
    oldestRunningSeconds: 4.9,
    classes: ['load2', 'load1'].map((user) => ({
      name: `e2e|${user}|global`,
      live: 1,
      held: 0,
      cpuSecondsUsed: 0,
      parallelismCores: 16,
      finishedQueries: 0,
      finishedCpuSeconds: 0,
    })),
  });
  expect(details).toEqual({
    engine: { kind: 'trino', version: '483' },
    blockedQueries: 0,
    runningSplits: 0,
    queuedSplits: 32,
    blockedMemoryBytes: 0,
    memoryBlockedNodes: 0,
  });
});

recorded('three wait behind a limit of two → held, no demand', 'trino-483', 'c-queued', async () => {
  const { reading, sample, details } = await readFolder('trino-483', 'c-queued');
  expect(errorsOf(reading)).toEqual([]);
  expect(sample).toMatchObject({
    runningQueries: 2,
    queuedQueries: 0,
    groupHeldQueries: 3,
    requiredWorkers: 0,
    cpuSecondsTotal: 1.91,
    reservedMemoryBytes: 19_587_432,
    oldestWaitSeconds: 2.9,
  });
  expect(details).toMatchObject({ runningSplits: 6, queuedSplits: 15, blockedQueries: 0 });
});

recorded(
  'no worker, one query asks for three → three are required',
  'trino-483',
  'd-waiting-for-resources',
  async () => {
    const { reading, sample } = await readFolder('trino-483', 'd-waiting-for-resources');
    expect(errorsOf(reading)).toEqual([]);
    expect(sample).toMatchObject({
      runningQueries: 0,
      queuedQueries: 0,
      waitingForWorkersQueries: 2,
      groupHeldQueries: 0,
      requiredWorkers: 3,
      readyWorkers: 0,
      readyCores: 0,
      totalMemoryBytes: 0,
    });
  },
);

recorded(
  'no worker, two wait and fill their group → a third is held by it',
  'trino-483',
  'e-waiting-plus-queued',
  async () => {
    const { reading, sample } = await readFolder('trino-483', 'e-waiting-plus-queued');
    expect(errorsOf(reading)).toEqual([]);
    expect(sample).toMatchObject({
      waitingForWorkersQueries: 2,
      queuedQueries: 0,
      groupHeldQueries: 1,
      requiredWorkers: 3,
      oldestWaitSeconds: 28.3,
    });
  },
);

recorded(
  'three wait behind a limit of two → held, workers by the discovery service',
  'trino-476',
  'c-queued',
  async () => {
    const { reading, sample } = await readFolder('trino-476', 'c-queued');
    expect(errorsOf(reading)).toEqual([]);
    expect(reading.workers?.map(({ id }) => id).sort()).toEqual(['w1', 'w2']);
    expect(sample).toMatchObject({
      runningQueries: 2,
      groupHeldQueries: 3,
      queuedQueries: 0,
      readyWorkers: 2,
      readyCores: 4,
      cpuSecondsTotal: 7.31,
      reservedMemoryBytes: 15_383_132,
      totalMemoryBytes: 2 * POOL_BYTES,
    });
  },
);

recorded(
  'ended and failed queries are in the list → none is live',
  'trino-476',
  'd-waiting-for-resources',
  async () => {
    const { reading, sample } = await readFolder('trino-476', 'd-waiting-for-resources');
    expect(reading.queries?.map(({ stage }) => stage)).toEqual(['waitingForWorkers', 'waitingForWorkers']);
    expect(sample).toMatchObject({ waitingForWorkersQueries: 2, requiredWorkers: 3, readyWorkers: 0 });
    // Of this state only four names were recorded: what they do not tell is unknown.
    expect(sample).not.toHaveProperty('cpuSecondsTotal');
    expect(sample).not.toHaveProperty('reservedMemoryBytes');
    expect(errorsOf(reading)).toEqual(['memory: /metrics does not tell the reserved memory of the cluster']);
  },
);

recorded(
  'what is asked for → few names, live states only, and no text in what is read',
  'trino-483',
  'b-running',
  async () => {
    const { reading } = await readFolder('trino-483', 'b-running');
    const asked = server?.asked ?? [];
    expect(asked.find((url) => url.startsWith('/metrics'))?.split('name[]=').length).toBe(11);
    expect(asked.filter((url) => url.startsWith('/v1/query'))).toHaveLength(1);
    expect(asked.some((url) => url === '/v1/query' || /FINISHED|FAILED/.test(url))).toBe(false);
    expect(JSON.stringify(reading)).not.toContain('SELECT');
  },
);

recorded('no user → 401 with what to do, and nothing is taken for 0', 'trino-483', 'b-running', async () => {
  const { reading, sample } = await readFolder('trino-483', 'b-running', {});
  expect(sample).toBeUndefined();
  for (const error of errorsOf(reading))
    expect(error).toMatch(/answered 401: Trino wants to know who reads: expected --user/);
  expect(errorsOf(reading)).toHaveLength(4);
});
