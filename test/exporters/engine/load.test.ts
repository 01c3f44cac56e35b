/**
 * 1,000 running queries on 100 workers, in processes of their own. What is asserted is processor time and memory, which a
 * busy machine changes little; wall times are told by test/bench/exporter-load.bench.ts.
 */
import { setTimeout as wait } from 'node:timers/promises';
import {
  type Load,
  type LoadChild,
  metricOf,
  REQUIRED_LOAD,
  startEngine,
  startExporter,
  watchedBy,
} from '../../bench/exporter-load-children.ts';

/** Of a request: a busy machine is slow. */
const PATIENCE_SECONDS = 60;
const READINGS = 3;
const TIMEOUT_MILLISECONDS = 180_000;

const LARGE: Load = { ...REQUIRED_LOAD, running: 1_000, workers: 100, remembered: 0, endingPerSecond: 0 };

const children: LoadChild[] = [];

afterEach(() => {
  for (const { child } of children.splice(0)) child.kill();
});

/** Scrapes all the while; gives the last text once all sources have been read so many times. */
const afterReadings = async (exporter: LoadChild, readings: number): Promise<string> => {
  const durations = new Set<number>();
  for (;;) {
    const text = await (await fetch(`${exporter.url}/metrics`)).text();
    const [ready, memory] = ['ready_cores', 'memory_bytes'].map((name) => metricOf(text, `prestoscale_engine_${name}`));
    if (!Number.isNaN(ready) && !Number.isNaN(memory)) {
      durations.add(metricOf(text, 'prestoscale_exporter_source_duration_seconds{source="queries"}'));
    }
    if (durations.size >= readings) return text;
    await wait(20);
  }
};

test.each([
  ['PrestoDB, memory by worker and query of 19 MB', LARGE],
  ['Trino, texts of 40 kB full of quotes, 48 MB', { ...LARGE, engine: 'trino', liveSqlBytes: 40_000 } as const],
])(
  '%s, again and again → all is read, no turn of the loop takes 100 ms of processor time, at most 200 MB',
  async (_, load) => {
    const engine = await startEngine(load);
    children.push(engine);
    const exporter = await startExporter(engine, { live: 0.2, history: undefined, patience: PATIENCE_SECONDS });
    children.push(exporter);
    const text = await afterReadings(exporter, READINGS);
    expect(metricOf(text, 'prestoscale_engine_running_queries')).toBe(1_000);
    expect(metricOf(text, 'prestoscale_engine_ready_cores')).toBe(6_400);
    expect(metricOf(text, 'prestoscale_engine_memory_bytes')).toBe(100 * 140_509_184);
    const { busyMilliseconds, mostRssMegabytes } = await watchedBy(exporter);
    expect(busyMilliseconds).toBeLessThan(100);
    expect(mostRssMegabytes).toBeLessThan(200);
  },
  TIMEOUT_MILLISECONDS,
);
