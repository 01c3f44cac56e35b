/** Growing and shrinking a real engine under real queries: the same for both engines. */
import { SHORT_QUERY } from '../../../local/engines/load.ts';
import { type EngineKind, engineVersion } from '../../../local/engines/versions.ts';
import { type Bench, codesSince, EAGER, launchesSince, readSlowly, startBench, THRIFTY } from './bench.ts';
import { type ExporterProcess, startExporterProcess } from './exporter-process.ts';
import { ownWords } from './own-words.ts';

const START_SECONDS = 240;
const LOST =
  /TOO_MANY_REQUESTS_FAILED|PAGE_TRANSPORT_TIMEOUT|PAGE_TRANSPORT_ERROR|REMOTE_HOST_GONE|REMOTE_TASK_ERROR|NO_NODES_AVAILABLE/;

const workers = ({ run }: Bench): number => run.system.sample?.readyWorkers ?? Number.NaN;

/** Whether the exporter says the same as the engine, asked right after one another while two queries run. */
const agrees = async (kind: EngineKind, bench: Bench, exporter: ExporterProcess): Promise<boolean> => {
  const own = await ownWords(kind, bench.run.cluster.url);
  const told = {
    running: await exporter.value('prestoscale_engine_running_queries'),
    queued: await exporter.value('prestoscale_engine_queued_queries'),
    waitingForWorkers: await exporter.value('prestoscale_engine_waiting_for_workers_queries'),
    workers: await exporter.value('prestoscale_engine_ready_workers'),
  };
  return told.running === 2 && JSON.stringify(own) === JSON.stringify(told);
};

/** Tests in an order: each begins where the one before ended. */
export const scaleTests = (kind: EngineKind): void => {
  let bench: Bench;
  let exporter: ExporterProcess;

  beforeAll(async () => {
    bench = await startBench(kind, {
      policy: EAGER,
      startWorkers: 0,
      killSeconds: 120,
      resizes: 'override',
      coordinatorProperties: { 'query-manager.required-workers-max-wait': '2m' },
    });
    const { url } = bench.run.cluster;
    exporter = await startExporterProcess([
      ...['--coordinator', url, '--engine-user', 'test', '--every-seconds', '1', '--history', 'on'],
      ...['--history-every-seconds', '5'],
    ]);
    // What ends before the first reading of the history is not counted.
    const read = async (): Promise<boolean> =>
      (await exporter.series('prestoscale_engine_history_up')).filter(({ value }) => value === 1).length === 2;
    while (!(await read())) await new Promise((resolve) => setTimeout(resolve, 500));
  }, 600_000);

  afterAll(async () => {
    await exporter?.close();
    await bench?.close();
  });

  test('no worker, a query waits → it is seen where the engine’s own counts are blind, a worker is bought, the query runs', async () => {
    const query = bench.load.send(SHORT_QUERY, { user: 'first' });
    await bench.until('the sample shows the waiting query', 20, () => {
      const { sample } = bench.run.system;
      return sample?.waitingForWorkersQueries === 1 && sample.requiredWorkers === 1;
    });
    const ended = await query;
    expect(ended.error).toBeUndefined();
    expect(codesSince(bench, 0)).toContain('grow-wanted');
    expect(launchesSince(bench, 0)).toBe(1);
  });

  test('one worker, a stream of queries → three workers', async () => {
    const stop = bench.load.stream(4, SHORT_QUERY);
    await bench.until('three workers are ready', START_SECONDS, () => workers(bench) === 3);
    // The next two tests are about three workers, whatever little is wanted then.
    await bench.adopt({ ...EAGER, capacity: { ...EAGER.capacity, minimumUnits: 3 } });
    stop();
    await bench.load.finish();
    expect(bench.load.failed).toEqual([]);
  });

  test('three workers and two long queries → the exporter says what the engine says of itself', async () => {
    readSlowly(bench.load, 2);
    let same = false;
    await bench.until('exporter and engine say the same', 60, () => {
      void agrees(kind, bench, exporter).then((now) => {
        same ||= now;
      });
      return same;
    });
    expect(await exporter.value('prestoscale_engine_ready_cores')).toBe(3);
  });

  test('three workers, queries that run on all of them but need little → one worker, no query failed', async () => {
    const events = bench.events.length;
    await bench.adopt(THRIFTY);
    await bench.until('one instance is left', 300, () => bench.run.cluster.workerIds.length === 1);
    await bench.load.finish();
    expect(bench.load.failed).toEqual([]);
    const ways = bench.events.slice(events).flatMap((event) => (event.kind === 'terminated' ? [event.how] : []));
    expect(ways).toEqual(['drained', 'drained']);
  });

  if (engineVersion(kind).reversibleDrain) {
    test('a query requires three workers → three; load returns while two drain → they come back before anything is bought', async () => {
      const session = { required_workers_count: '3' };
      const first = await bench.load.send(SHORT_QUERY, { session });
      expect(first.error).toBeUndefined();
      await bench.until('the sample shows the three', 15, () => workers(bench) === 3);
      // Until the coordinator has counted them out, three are still there for it.
      await bench.until('two workers drain, one is counted', 200, () => {
        const { sample } = bench.run.system;
        return sample?.drainingWorkers === 2 && sample.readyWorkers === 1;
      });
      const [events, decisions] = [bench.events.length, bench.decisions.length];
      const alive = [...bench.run.cluster.workerIds];
      await bench.adopt(EAGER);
      const stop = bench.load.stream(4, SHORT_QUERY);
      await bench.until('they are called back', 60, () => codesSince(bench, decisions).includes('drain-called-back'));
      await bench.until('three workers are ready again', 60, () => workers(bench) === 3);
      stop();
      await bench.load.finish();
      expect(bench.load.failed).toEqual([]);
      expect(launchesSince(bench, events)).toBe(0);
      expect(bench.run.cluster.workerIds).toEqual(alive);
      await bench.adopt({ ...EAGER, capacity: { ...EAGER.capacity, minimumUnits: 3 } });
    });
  }

  test('a worker is killed under a query → it is noticed and replaced, the failed query has its cause', async () => {
    const events = bench.events.length;
    const before = workers(bench);
    const query = bench.load.send(SHORT_QUERY.replace('sf1', 'sf10'), { user: 'victim' });
    await bench.until('the query runs', 60, () => (bench.run.system.sample?.runningQueries ?? 0) > 0);
    const [id] = bench.run.cluster.workerIds;
    bench.run.cluster.worker(String(id))?.kill('SIGKILL');
    await bench.until('a new instance is asked for', 60, () => launchesSince(bench, events) > 0);
    expect((await query).error).toMatch(LOST);
    await bench.until('as many as before are ready', START_SECONDS, () => workers(bench) >= before);
    const after = await bench.load.send(SHORT_QUERY);
    expect(after.error).toBeUndefined();
  });

  test('the exporter’s history has counted the finished queries, and the lost one by its cause', async () => {
    let counted: readonly unknown[] = [];
    await bench.until('the lost query is counted', 60, () => {
      void exporter.series('prestoscale_engine_failed_queries_total').then((series) => {
        counted = series.filter(({ labels, value }) => labels['cause'] === 'worker_lost' && value === 1);
      });
      return counted.length === 1;
    });
    const failed = await exporter.series('prestoscale_engine_user_failed_queries_total');
    expect(failed.find(({ labels }) => labels['user'] === 'victim')?.value).toBe(1);
    const finished = bench.load.ended.filter(({ error }) => error === undefined).length;
    let told: number | undefined;
    await bench.until(`all ${finished} finished queries are counted`, 30, () => {
      void exporter.value('prestoscale_engine_finished_queries_total').then((value) => {
        told = value;
      });
      return told === finished;
    });
  });

  test('in all that time no handler failed', () => {
    expect(bench.failures).toEqual([]);
  });
};
