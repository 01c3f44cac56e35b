/** What dashboards show besides the sample. */
import { type CollectorState, collect, NOTHING_COLLECTED } from '../../../exporters/engine/collector.ts';
import type { EngineDetails } from '../../../exporters/engine/details.ts';
import { detailFamilies } from '../../../exporters/engine/metric-table.ts';
import type { EngineReading } from '../../../exporters/engine/reading.ts';
import { query, reading, without } from '../readings.ts';

const details = (...readings: readonly EngineReading[]): readonly EngineDetails[] => {
  let state: CollectorState = NOTHING_COLLECTED;
  return readings.map((one) => {
    const collected = collect(state, one, { requiredWorkers: 1 });
    state = collected.state;
    return collected.details;
  });
};

const cpu = (seconds: number, cpuSecondsTotal: number, given: Partial<EngineReading> = {}): EngineReading =>
  reading(seconds, { cluster: { activeNodes: 2, adjustedQueueSize: 0, cpuSecondsTotal }, ...given });

const busy = (...readings: readonly EngineReading[]) => details(...readings).map(({ busyCores }) => busyCores);

describe('busy cores', () => {
  test('CPU rises by 40 s in 5 s again and again → unknown for 10 s, then 8', () => {
    expect(busy(...[0, 5, 10, 15, 20].map((at) => cpu(at, 8 * at)))).toEqual([undefined, undefined, 8, 8, 8]);
  });

  test('the load ends → the mean of the last minute falls to 0 within one', () => {
    const loaded = [0, 15, 30, 45, 60].map((at) => cpu(at, 8 * at));
    const idle = [75, 90, 105, 120].map((at) => cpu(at, 480));
    expect(busy(...loaded, ...idle).slice(-5)).toEqual([8, 6, 4, 2, 0]);
  });

  test('the total dips and catches up → never below 0', () => {
    expect(busy(cpu(0, 100), cpu(10, 60), cpu(20, 90), cpu(30, 130))).toEqual([undefined, 0, 0, 1]);
  });

  test('the engine restarts → begins anew instead of falling', () => {
    const young = { uptime: { seconds: 5, errorSeconds: 0.01 } };
    expect(busy(cpu(0, 900), cpu(20, 1000), cpu(40, 3, young))).toEqual([undefined, 5, undefined]);
  });

  test('the total could not be read, or not for long → unknown', () => {
    expect(busy(cpu(0, 0), cpu(20, 40), without(cpu(30, 0), 'cluster'), cpu(600, 50))).toEqual([
      undefined,
      2,
      undefined,
      undefined,
    ]);
  });
});

test('queries of every kind → blocked ones, splits and blocked memory; queued ones have no splits', () => {
  const queries = [
    query('a', { drivers: 8, queuedDrivers: 5 }),
    query('b', { drivers: 4, blocked: true, memoryBytes: 70 }),
    query('c', { drivers: 2, queuedDrivers: 2, blocked: true, blockedOnMemory: true, memoryBytes: 500 }),
    query('d', { stage: 'queued', drivers: 0, held: true }),
  ];
  expect(details(reading(0, { queries }))).toEqual([
    { blockedQueries: 2, runningSplits: 7, queuedSplits: 7, blockedMemoryBytes: 500 },
  ]);
});

test('what was not read → no series, not 0', () => {
  const [none] = details(without(reading(0), 'queries', 'cluster'));
  expect(none).toEqual({});
  expect(detailFamilies(none ?? {}).every(({ values }) => values.length === 0)).toBe(true);
});

test('engine and nodes → told with their names', () => {
  const engine = { kind: 'trino', version: '483' } as const;
  const cluster = { memoryBlockedNodes: 1, cpuSecondsTotal: 1 };
  const [told] = details(reading(0, { engine, cluster }));
  const families = detailFamilies(told ?? {}).filter(({ values }) => values.length > 0);
  expect(families.map(({ name, values }) => [name, values])).toEqual([
    ['prestoscale_engine_info', [{ labels: { engine: 'trino', version: '483' }, value: 1 }]],
    ['prestoscale_engine_blocked_queries', [{ labels: {}, value: 0 }]],
    ['prestoscale_engine_running_splits', [{ labels: {}, value: 0 }]],
    ['prestoscale_engine_queued_splits', [{ labels: {}, value: 0 }]],
    ['prestoscale_engine_blocked_memory_bytes', [{ labels: {}, value: 0 }]],
    ['prestoscale_engine_memory_blocked_nodes', [{ labels: {}, value: 1 }]],
  ]);
});
