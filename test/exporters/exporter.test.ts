/** The exporter around a reader: what it keeps, tells and counts. */
import type { EngineReading, SourceReport } from '../../exporters/engine/reading.ts';
import { SOURCES } from '../../exporters/engine/reading.ts';
import { Exporter } from '../../exporters/exporter.ts';
import { Push } from '../../exporters/push.ts';
import { type RunningServer, serve } from '../../exporters/server.ts';
import { epochSeconds } from '../../lambdas/core/quantities.ts';
import { NOON, query, reading, without } from './readings.ts';

const reportsOf = (...failing: readonly string[]): readonly SourceReport[] =>
  SOURCES.map((source) => ({
    source,
    milliseconds: 250,
    ...(failing.includes(source) ? { error: new Error(`${source} is down`) } : {}),
  }));

/** An exporter whose readings a test sets. */
class Bench {
  now = NOON;
  next: EngineReading = reading(0, { reports: reportsOf() });
  readonly faults: string[] = [];
  readonly pushed: number[] = [];
  readonly exporter = new Exporter({
    reader: { read: async () => this.next },
    now: () => epochSeconds(this.now),
    requiredWorkers: 1,
    push: new Push({ putSample: async ({ takenAt }) => void this.pushed.push(takenAt), wake: async () => {} }),
    onFault: ({ error }) => this.faults.push(error?.message ?? ''),
  });

  async collect(next: EngineReading): Promise<this> {
    this.next = next;
    await this.exporter.collect();
    return this;
  }

  /** Lines of metrics with their values, comments left out. */
  async lines(): Promise<readonly string[]> {
    return (await this.exporter.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  }
}

const NOTHING = without(
  reading(0, { reports: reportsOf(...SOURCES) }),
  'uptime',
  'cluster',
  'queries',
  'workers',
  'memory',
);

describe('metrics', () => {
  test('before the first collection → no series of the engine, not even zeros', async () => {
    const lines = await new Bench().lines();
    expect(lines.filter((line) => line.startsWith('prestoscale_engine'))).toEqual([]);
  });

  test('a collection → every field, with help and type', async () => {
    const bench = await new Bench().collect(reading(0, { queries: [query('a')], reports: reportsOf() }));
    expect(await bench.lines()).toEqual(
      expect.arrayContaining([
        `prestoscale_engine_sample_timestamp_seconds ${NOON}`,
        'prestoscale_engine_running_queries 1',
        'prestoscale_engine_ready_cores 80',
        'prestoscale_engine_cpu_seconds_total 1000',
        'prestoscale_engine_classes 1',
        'prestoscale_engine_running_splits 8',
        'prestoscale_engine_class_parallelism_cores{class="bi|ann|global"} 8',
        'prestoscale_exporter_source_up{source="queries"} 1',
        'prestoscale_exporter_source_duration_seconds{source="queries"} 0.25',
        'prestoscale_exporter_pushes_total 1',
      ]),
    );
    const text = await bench.exporter.metrics();
    expect(text).toContain('# TYPE prestoscale_engine_cpu_seconds_total counter\n');
    expect(text).toContain('# HELP prestoscale_engine_ready_cores Processors of the workers that take work, summed.\n');
    expect(text.endsWith('\n# EOF\n')).toBe(true);
  });

  test('names → one unit each at its end, counters in _total, and no name twice', async () => {
    const bench = await new Bench().collect(reading(0, { queries: [query('a')], reports: reportsOf() }));
    const text = await bench.exporter.metrics();
    const types = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => ({ name, type }));
    expect(new Set(types.map(({ name }) => name)).size).toBe(types.length);
    for (const { name, type } of types) expect([name, type === 'counter']).toEqual([name, name.endsWith('_total')]);
  });

  test('a source fails → its fields have no series; its error is counted and its age grows', async () => {
    const bench = await new Bench().collect(reading(0, { reports: reportsOf() }));
    await bench.collect(without(reading(5, { reports: reportsOf('queries') }), 'queries'));
    bench.now = NOON + 65;
    const lines = await bench.lines();
    expect(lines.some((line) => line.startsWith('prestoscale_engine_running_queries'))).toBe(false);
    expect(lines).toEqual(
      expect.arrayContaining([
        'prestoscale_exporter_source_up{source="queries"} 0',
        'prestoscale_exporter_source_errors_total{source="queries"} 1',
        'prestoscale_exporter_source_age_seconds{source="queries"} 65',
        'prestoscale_exporter_source_age_seconds{source="cluster"} 60',
        'prestoscale_engine_ready_cores 80',
      ]),
    );
    expect(bench.faults).toEqual(['queries is down']);
  });

  test('everything fails → no sample of the engine is told any more, and none is pushed', async () => {
    const bench = await new Bench().collect(reading(0, { reports: reportsOf() }));
    await bench.collect(NOTHING);
    expect((await bench.lines()).filter((line) => line.startsWith('prestoscale_engine'))).toEqual([]);
    expect(bench.exporter.sample).toBeUndefined();
    expect(bench.pushed).toEqual([NOON]);
  });

  test('two ask for a collection at once → one reading', async () => {
    const bench = new Bench();
    await Promise.all([bench.exporter.collect(), bench.exporter.collect()]);
    expect(bench.pushed).toEqual([NOON]);
  });
});

describe('over HTTP', () => {
  let server: RunningServer | undefined;

  afterEach(async () => {
    await server?.close();
    server = undefined;
  });

  const get = async (exporter: Exporter, path: string) => {
    server ??= await serve(exporter, { host: '127.0.0.1', port: 0 });
    return fetch(server.url + path);
  };

  test('/metrics → the text, with its content type', async () => {
    const { exporter } = await new Bench().collect(reading(0, { reports: reportsOf() }));
    const response = await get(exporter, '/metrics?x=1');
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await response.text()).toBe(await exporter.metrics());
  });

  test('/healthz → 503 before the first collection and while a source fails, else 200', async () => {
    const bench = new Bench();
    expect((await get(bench.exporter, '/healthz')).status).toBe(503);
    await bench.collect(reading(0, { reports: reportsOf() }));
    const healthy = await get(bench.exporter, '/healthz');
    expect([healthy.status, await healthy.json()]).toEqual([200, { ok: true, failing: [], takenAt: NOON }]);
    await bench.collect(without(reading(5, { reports: reportsOf('memory') }), 'memory'));
    const failing = await get(bench.exporter, '/healthz');
    expect([failing.status, await failing.json()]).toEqual([
      503,
      { ok: false, failing: ['memory'], takenAt: NOON + 5 },
    ]);
  });

  test('/queries → details of the oldest', async () => {
    const { exporter } = await new Bench().collect(reading(0, { queries: [query('a')], reports: reportsOf() }));
    expect(await (await get(exporter, '/queries')).json()).toEqual([query('a')]);
  });

  test('another path → 404', async () => {
    expect((await get(new Bench().exporter, '/v1/cluster')).status).toBe(404);
  });

  test('a port in use → an error that names it', async () => {
    await get(new Bench().exporter, '/metrics');
    const port = Number(new URL(server?.url ?? '').port);
    await expect(serve(new Bench().exporter, { host: '127.0.0.1', port })).rejects.toThrow(`EADDRINUSE`);
  });
});
