/**
 * 1,000 live and 9,000 remembered queries, in processes of their own. What is asserted is processor time and memory, which
 * a busy machine changes little; wall times are told by test/bench/exporter-load.bench.ts.
 */
import { setTimeout as wait } from 'node:timers/promises';
import {
  type LoadChild,
  metricOf,
  REQUIRED_LOAD,
  startEngine,
  startExporter,
  watchedBy,
} from '../../bench/exporter-load-children.ts';

/** After the first one. A busy machine reads slowly, and the exporter rests ten times as long. */
const READINGS = 1;
const TIMEOUT_MILLISECONDS = 180_000;

const children: LoadChild[] = [];

afterEach(() => {
  for (const { child } of children.splice(0)) child.kill();
});

const scrape = async ({ url }: LoadChild): Promise<string> => (await fetch(`${url}/metrics`)).text();

/** Scrapes all the while; gives the last text once so many readings have counted something new. */
const afterReadings = async (exporter: LoadChild, readings: number): Promise<string> => {
  const counts = new Set<number>();
  for (;;) {
    const text = await scrape(exporter);
    const finished = metricOf(text, 'prestoscale_engine_finished_queries_total');
    if (!Number.isNaN(finished)) counts.add(finished);
    if (counts.size > readings) return text;
    await wait(20);
  }
};

test(
  'lists of 35 MB again and again → no turn of the loop takes 100 ms of processor time, at most 200 MB',
  async () => {
    const engine = await startEngine(REQUIRED_LOAD);
    children.push(engine);
    const exporter = await startExporter(engine, { live: 1, history: 1 });
    children.push(exporter);
    const text = await afterReadings(exporter, READINGS);
    expect(metricOf(text, 'prestoscale_engine_history_listed_queries{state="finished"}')).toBe(8_550);
    expect(metricOf(text, 'prestoscale_engine_history_listed_queries{state="failed"}')).toBe(450);
    expect(metricOf(text, 'prestoscale_engine_history_missed_queries_total')).toBe(0);
    const { busyMilliseconds, mostRssMegabytes } = await watchedBy(exporter);
    expect(busyMilliseconds).toBeLessThan(100);
    expect(mostRssMegabytes).toBeLessThan(200);
  },
  TIMEOUT_MILLISECONDS,
);
