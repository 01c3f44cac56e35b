/** Which engine answers: by version, after it was replaced, upgraded or restarted, and while nobody knows. */
import { collect, NOTHING_COLLECTED } from '../../../exporters/engine/collector.ts';
import { connectEngine } from '../../../exporters/engine/connect.ts';
import { readEngineInfo } from '../../../exporters/engine/detect.ts';
import type { EngineReading } from '../../../exporters/engine/reading.ts';
import { epochSeconds } from '../../../lambdas/core/quantities.ts';
import { type Answer, type AnsweringServer, startAnswering } from '../answering.ts';
import { NOON } from '../readings.ts';
import { FakeTrino, trinoQuery } from './fake-trino.ts';

const infoOf = (version: unknown, more: object = {}): string =>
  JSON.stringify({ nodeVersion: { version }, environment: 'test', coordinator: true, uptime: '1.00h', ...more });

const errorsOf = ({ reports }: EngineReading): readonly string[] =>
  reports.flatMap(({ source, error }) => (error === undefined ? [] : [`${source}: ${error.message}`]));

describe('versions', () => {
  test.each([
    ['0.287', 'presto', 287],
    ['0.287-amzn-8', 'presto', 287],
    ['0.230', 'presto', 230],
    ['0.295.1', 'presto', 295],
    ['0.300-SNAPSHOT', 'presto', 300],
    ['0.287-local', 'presto', 287],
    ['407', 'trino', 407],
    ['479-amzn-2', 'trino', 479],
    ['483', 'trino', 483],
    ['483-SNAPSHOT', 'trino', 483],
    ['476-e.3', 'trino', 476],
  ] as const)('%s → %s %i', (version, kind, release) => {
    expect(readEngineInfo(infoOf(version))).toMatchObject({ engine: { kind, version }, release });
  });

  test.each(['406', '398-amzn-0', '330', '317'])('Trino %s → not covered, why, and what to do', (version) => {
    expect(() => readEngineInfo(infoOf(version))).toThrow(
      `the engine is Trino (or PrestoSQL) ${version}, which has no /metrics to read: expected Trino 407 or later`,
    );
  });

  test.each(['', 'dev', '1.2.3', '299', '0', '0.', 'v483', '4830x', '<unknown>', 'x'.repeat(500), 483, null])(
    'the version is %j → refused, and nothing long is quoted',
    (version) => {
      expect(() => readEngineInfo(infoOf(version))).toThrow(/nodeVersion\.version is .{1,60}, expected/);
    },
  );

  test('a worker answers → it is said', () => {
    expect(() => readEngineInfo(infoOf('483', { coordinator: false }))).toThrow(
      /a worker: expected the address of the coord/,
    );
  });
});

describe('an address behind which the engine changes', () => {
  let server: AnsweringServer;
  let trino: FakeTrino;
  let info: Answer;

  const PRESTO: Readonly<Record<string, string>> = {
    '/v1/cluster': JSON.stringify({ activeWorkers: 0, totalCpuTimeSecs: 5000, adjustedQueueSize: 0 }),
    '/v1/queryState': '[]',
    '/v1/service/presto': JSON.stringify({ services: [] }),
    '/v1/cluster/workerMemory': '{}',
  };

  beforeEach(async () => {
    info = infoOf('0.287-amzn-8');
    trino = new FakeTrino();
    await trino.start();
    server = await startAnswering((path) => (path === '/v1/info' ? info : PRESTO[path]));
  });

  afterEach(async () => {
    await server.close();
    await trino.close();
  });

  const reader = (url: string) =>
    connectEngine({ coordinator: url, now: () => epochSeconds(NOON), timeoutMilliseconds: 500 });

  test('PrestoDB → read as PrestoDB, with one request for its info', async () => {
    const reading = await reader(server.url).read();
    expect(reading).toMatchObject({ engine: { kind: 'presto', version: '0.287-amzn-8' }, uptime: { seconds: 3600 } });
    expect(errorsOf(reading)).toEqual([]);
    expect(server.asked.filter((path) => path === '/v1/info')).toHaveLength(1);
  });

  test('nothing is known yet, and info fails → only that is reported', async () => {
    for (const answer of [503, '{"nodeVersion', infoOf('398'), 'hang'] as const) {
      info = answer;
      const reading = await reader(server.url).read();
      expect(reading).toEqual({
        at: NOON,
        reports: [{ source: 'info', milliseconds: expect.any(Number), error: expect.any(Error) }],
      });
    }
    expect(server.asked.every((path) => path === '/v1/info')).toBe(true);
  });

  test('info fails once → the engine of before is read, and its uptime is unknown', async () => {
    const patient = reader(server.url);
    await patient.read();
    info = 503;
    const reading = await patient.read();
    expect(reading).toMatchObject({ engine: { kind: 'presto' }, cluster: { cpuSecondsTotal: 5000 } });
    expect(reading).not.toHaveProperty('uptime');
    expect(errorsOf(reading)).toEqual([expect.stringMatching(/^info: .*answered 503$/)]);
  });

  test('replaced by a Trino that is not covered → not read as what it was', async () => {
    const patient = reader(server.url);
    await patient.read();
    info = infoOf('398');
    expect(await patient.read()).toEqual({ at: NOON, reports: [expect.objectContaining({ source: 'info' })] });
  });

  test('a PrestoDB becomes a Trino, and that another version → each is read by its own paths at once, counters begin anew', async () => {
    trino.workers = { a: { state: 'ACTIVE', processors: 8 } };
    trino.faults = { '/v1/info': infoOf('0.287'), ...PRESTO };
    const patient = reader(trino.url);
    let state = NOTHING_COLLECTED;
    const step = async () => {
      const collected = collect(state, await patient.read(), { requiredWorkers: 1 });
      state = collected.state;
      return collected;
    };
    expect(await step()).toMatchObject({ details: { engine: { kind: 'presto' } }, sample: { cpuSecondsTotal: 5000 } });
    trino.faults = {};
    trino.queries = [trinoQuery('a', 'RUNNING')];
    expect(await step()).toMatchObject({
      details: { engine: { kind: 'trino', version: '483' } },
      sample: { cpuSecondsTotal: 120, readyCores: 8 },
    });
    trino.version = '476';
    trino.endedCpuSeconds = 1;
    expect(await step()).toMatchObject({
      details: { engine: { version: '476' } },
      sample: { cpuSecondsTotal: 21, readyCores: 8, runningQueries: 1 },
    });
  });
});
