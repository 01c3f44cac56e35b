/**
 * The exporter beside a coordinator under load, each in its own process: how long `/metrics` takes while lists are read,
 * how long the event loop stands still, how much memory it needs. Prints one line of JSON; sizes are flags such as
 * `--remembered 9000` or `--engine trino`, `--historySeconds none` leaves the history out.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { metricOf, REQUIRED_LOAD, startEngine, startExporter, watchedBy } from './exporter-load-children.ts';

const option = (value: number | string) => ({ type: 'string' as const, default: String(value) });

const { values } = parseArgs({
  options: {
    engine: option(REQUIRED_LOAD.engine),
    live: option(REQUIRED_LOAD.live),
    running: option(REQUIRED_LOAD.running),
    remembered: option(REQUIRED_LOAD.remembered),
    workers: option(REQUIRED_LOAD.workers),
    endingPerSecond: option(REQUIRED_LOAD.endingPerSecond),
    sqlBytes: option(REQUIRED_LOAD.sqlBytes),
    liveSqlBytes: option(REQUIRED_LOAD.liveSqlBytes),
    everySeconds: option(5),
    historySeconds: option(10),
    seconds: option(60),
    scrapeEveryMilliseconds: option(50),
  },
});

const load = {
  engine: values.engine === 'trino' ? ('trino' as const) : ('presto' as const),
  live: Number(values.live),
  running: Number(values.running),
  remembered: Number(values.remembered),
  workers: Number(values.workers),
  endingPerSecond: Number(values.endingPerSecond),
  sqlBytes: Number(values.sqlBytes),
  liveSqlBytes: Number(values.liveSqlBytes),
};
const engine = await startEngine(load);
const history = values.historySeconds === 'none' ? undefined : Number(values.historySeconds);
const exporter = await startExporter(engine, { live: Number(values.everySeconds), history });

const scrape = async (): Promise<string> => (await fetch(`${exporter.url}/metrics`)).text();

// The first request loads the client itself.
await (await fetch(`${engine.url}/v1/info`)).text();
const times: number[] = [];
let text = '';
const until = performance.now() + Number(values.seconds) * 1000;
while (performance.now() < until) {
  const began = performance.now();
  text = await scrape();
  times.push(performance.now() - began);
  await wait(Number(values.scrapeEveryMilliseconds));
}
const watched = await watchedBy(exporter);
engine.child.kill();

times.sort((one, other) => one - other);
process.stdout.write(
  `${JSON.stringify({
    ...load,
    scrapes: times.length,
    metricsBytes: text.length,
    finished: metricOf(text, 'prestoscale_engine_finished_queries_total'),
    missed: metricOf(text, 'prestoscale_engine_history_missed_queries_total'),
    listSeconds: metricOf(text, 'prestoscale_engine_history_read_seconds{state="finished"}'),
    queries: metricOf(text, 'prestoscale_engine_running_queries'),
    readyCores: metricOf(text, 'prestoscale_engine_ready_cores'),
    totalMemoryBytes: metricOf(text, 'prestoscale_engine_memory_bytes'),
    queriesSeconds: metricOf(text, 'prestoscale_exporter_source_duration_seconds{source="queries"}'),
    memorySeconds: metricOf(text, 'prestoscale_exporter_source_duration_seconds{source="memory"}'),
    scrapeP99Milliseconds: times[Math.floor(times.length * 0.99)],
    scrapeMaxMilliseconds: times.at(-1),
    ...watched,
  })}\n`,
);
