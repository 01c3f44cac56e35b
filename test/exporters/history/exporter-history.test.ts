/** The exporter with a history: its metrics come from the last reading, and no scrape or sample waits for one. */
import parse from 'parse-prometheus-text-format';
import { Exporter } from '../../../exporters/exporter.ts';
import { epochSeconds } from '../../../lambdas/core/quantities.ts';
import { NOON, reading } from '../readings.ts';
import { HistoryBench } from './bench.ts';

let bench: HistoryBench;

const exporterOf = (): Exporter =>
  new Exporter({
    reader: { read: async () => reading(0) },
    now: () => epochSeconds(NOON + bench.clock),
    requiredWorkers: 1,
    history: bench.history,
  });

afterEach(() => bench.engine.close());

const NAME = 'Jürgen "the\\best"\nöf 東京';

test('names with quotes, newlines and 10,000 characters → text that is read back, one type for each name', async () => {
  bench = await HistoryBench.start();
  const exporter = exporterOf();
  await bench.read();
  bench.end(1, { user: NAME, source: 's'.repeat(10_000), group: ['a b', 'c"d'] });
  await bench.read();
  const text = await exporter.metrics();
  const families = parse(text);
  const labelsOf = (name: string) =>
    families.find((one) => one.name === `prestoscale_engine_${name}`)?.metrics.map(({ labels }) => labels);
  expect(labelsOf('user_finished_queries_total')).toEqual([{ user: NAME }]);
  expect(labelsOf('group_finished_queries_total')).toEqual([{ group: 'a b.c"d' }]);
  expect(labelsOf('source_finished_queries_total')).toEqual([
    { source: expect.stringMatching(/^s{119}~[0-9a-f]{8}$/) },
  ]);
  const types = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => ({ name, type }));
  expect(new Set(types.map(({ name }) => name)).size).toBe(types.length);
  for (const { name, type } of types) expect([name, type === 'counter']).toEqual([name, name.endsWith('_total')]);
});

test('the list of ended queries hangs → samples and scrapes go on', async () => {
  bench = await HistoryBench.start({ silentMilliseconds: 60_000 });
  bench.engine.fault = 'hang';
  const exporter = exporterOf();
  expect(await exporter.collect()).toBeDefined();
  expect(await exporter.collect()).toBeDefined();
  expect(await exporter.metrics()).toContain('prestoscale_engine_ready_cores 80');
  expect(bench.engine.asked.filter((path) => path.startsWith('/v1/query')).length).toBeLessThanOrEqual(1);
});

test('a collection → the history is read too', async () => {
  bench = await HistoryBench.start();
  const exporter = exporterOf();
  await exporter.collect();
  await bench.history.collect();
  expect(await exporter.metrics()).toContain('prestoscale_engine_history_up{state="finished"} 1');
});
