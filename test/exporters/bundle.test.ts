/** The exporter bundled to one file, as it runs on a cluster: it pushes, wakes, watches, and outlives its engine. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoClusterStore } from '../../lambdas/adapters/dynamo/cluster-store.ts';
import { DynamoInbox } from '../../lambdas/adapters/dynamo/inbox.ts';
import { epochSeconds } from '../../lambdas/core/quantities.ts';
import type { WakeUp } from '../../lambdas/ports/wakeups.ts';
import { type CoordinatorEndpoint, startCoordinatorEndpoint } from '../../local/coordinator/endpoint.ts';
import { WorldCoordinator } from '../../local/coordinator/world-backend.ts';
import { LOCAL_REGION, type LocalTable, startTable } from '../../local/table.ts';
import { type SqsEndpoint, startSqsEndpoint } from '../fakes/sqs-endpoint.ts';
import { FaultyProxy } from '../lambdas/adapters/dynamo/faulty-proxy.ts';
import { EngineBench } from '../simulator/world/engine/bench.ts';
import { ExporterProcess } from './process.ts';

const ROOT = join(__dirname, '../..');
const MOST_BYTES = 3 * 1024 ** 2;
const CLUSTER = 'j-1 "ü"';

let folder: string;
let bundle: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'prestoscale-bundle-'));
  const built = join(folder, 'built.mjs');
  const script = join(ROOT, 'scripts/build-exporter.ts');
  const done = spawnSync(process.execPath, ['--import', 'tsx', script, built], { cwd: ROOT, encoding: 'utf8' });
  if (done.status !== 0) throw new Error(done.stderr);
  // Alone in a folder far from node_modules.
  bundle = join(folder, 'exporter.mjs');
  copyFileSync(built, bundle);
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the bundle is small, and needs nothing beside it', () => {
  expect(statSync(bundle).size).toBeLessThan(MOST_BYTES);
  const done = spawnSync(process.execPath, [bundle, '--help'], { cwd: folder, encoding: 'utf8', env: {} });
  expect([done.status, done.stderr]).toEqual([0, '']);
  expect(done.stdout).toContain('--push-table <name>');
});

describe('beside an engine', () => {
  let engine: EngineBench;
  let coordinator: CoordinatorEndpoint;
  let table: LocalTable;
  let queue: SqsEndpoint;
  let exporter: ExporterProcess | undefined;

  beforeEach(async () => {
    engine = new EngineBench().add('w1').to(1);
    coordinator = await startCoordinatorEndpoint(new WorldCoordinator(() => engine));
    table = await startTable();
    queue = await startSqsEndpoint();
    await new DynamoInbox(table.table).putPolicy(CLUSTER, { mode: 'shadow' }, 'ann', epochSeconds(0));
  });

  afterEach(async () => {
    exporter?.kill();
    exporter = undefined;
    await Promise.all([coordinator.close(), table.close(), queue.close()]);
  });

  const start = (dynamo: string, ...more: readonly string[]): ExporterProcess => {
    const place = ['--push-table', table.table.name, '--push-queue', queue.queueUrl, '--cluster', CLUSTER];
    const args = ['--coordinator', coordinator.url, '--port', '0', '--every-seconds', '1', '--region', LOCAL_REGION];
    // As on any machine: the SDK's own variables say where AWS is, and who asks.
    exporter = new ExporterProcess([bundle], [...args, ...place, '--history', 'off', ...more], {
      AWS_ENDPOINT_URL_DYNAMODB: dynamo,
      AWS_ENDPOINT_URL_SQS: queue.url,
      AWS_ACCESS_KEY_ID: 'AKIDLOCAL',
      AWS_SECRET_ACCESS_KEY: 'not-to-be-seen',
    });
    return exporter;
  };

  const view = () => new DynamoClusterStore(table.table, CLUSTER, () => 'id').load(epochSeconds(Date.now() / 1000));
  const until = async (holds: () => unknown | Promise<unknown>): Promise<void> => {
    while (!(await holds())) await sleep(50);
  };
  const wakeUps = (): readonly WakeUp[] => queue.messages.map(({ body }) => JSON.parse(body) as WakeUp);

  test('idle → samples and no wake-up; a query that waits → the sample says so and one wake-up goes out', async () => {
    const running = start(table.url);
    await until(async () => (await view()).sample?.readyCores === 16);
    const first = (await view()).sample?.takenAt ?? Number.NaN;
    await until(async () => ((await view()).sample?.takenAt ?? 0) > first);
    expect(queue.messages).toEqual([]);

    engine.lose('w1').submit('ann').to(2);
    const askedAt = Date.now() / 1000;
    await until(() => queue.messages.length > 0);
    const { sample } = await view();
    expect(sample?.waitingForWorkersQueries).toBe(1);
    expect(sample?.takenAt).toBeGreaterThan(askedAt - 1);
    // A collection a second: it waits for at most one, and the rest is two calls to this machine.
    expect(Date.now() / 1000 - askedAt).toBeLessThan(15);
    await sleep(2500);
    expect(wakeUps()).toEqual([{ cluster: CLUSTER, slot: expect.any(Number) }]);
    expect(Math.abs((wakeUps()[0]?.slot ?? 0) - askedAt)).toBeLessThan(15);
    expect(queue.messages[0]?.delaySeconds).toBe(0);
    expect((await running.get('/metrics')).text).toMatch(/^prestoscale_exporter_wakes_total 1$/m);
    expect(running.told).not.toContain('not-to-be-seen');
    expect(await running.end('SIGTERM')).toEqual([0, null]);
  }, 60_000);

  test('the coordinator goes away → it goes on answering, tells no old numbers, pushes nothing, and says so once', async () => {
    const running = start(table.url);
    await until(async () => /^prestoscale_exporter_pushes_total [1-9]/m.test((await running.get('/metrics')).text));
    await coordinator.close();
    await until(async () => (await running.get('/healthz')).status === 503);
    const pushed = (await view()).sample?.takenAt;
    await sleep(2200);
    const { text } = await running.get('/metrics');
    expect(text).not.toMatch(/^prestoscale_engine_(?!info)/m);
    expect(text).toMatch(/^prestoscale_exporter_source_up\{source="info"\} 0$/m);
    expect((await view()).sample?.takenAt).toBe(pushed);
    expect(running.told.match(/^info: /gm)).toHaveLength(1);
    coordinator = await startCoordinatorEndpoint(new WorldCoordinator(() => engine), {
      port: Number(new URL(coordinator.url).port),
    });
    await until(async () => (await running.get('/healthz')).status === 200);
    expect(await running.end('SIGTERM')).toEqual([0, null]);
  }, 60_000);

  test('the table goes away → the engine is told all the same, and what failed is counted', async () => {
    const { proxy, port } = await FaultyProxy.start(Number(new URL(table.url).port));
    const running = start(`http://127.0.0.1:${port}`, '--autoscaler', 'on');
    await running.tells(/reading the autoscaler’s state/);
    await until(async () => /^prestoscale_autoscaler_up 1$/m.test((await running.get('/metrics')).text));
    expect((await running.get('/metrics')).text).toMatch(/^prestoscale_autoscaler_mode\{mode="shadow"\} 1$/m);
    await proxy.stop();
    await running.tells(/^push: writing the sample of cluster .* \(table prestoscale\): .*ECONNREFUSED/m);
    await until(async () => {
      const { text } = await running.get('/metrics');
      const counted = /^prestoscale_exporter_push_errors_total [1-9]/m.test(text);
      return counted && /^prestoscale_engine_ready_cores 16$/m.test(text);
    });
    expect(await running.end('SIGTERM')).toEqual([0, null]);
  }, 60_000);
});
