/** From readings to samples. */
import { type CollectorState, collect, MOST_DETAILS, NOTHING_COLLECTED } from '../../../exporters/engine/collector.ts';
import type { EngineReading } from '../../../exporters/engine/reading.ts';
import type { WorkloadSample } from '../../../lambdas/core/model.ts';
import { NOON, query, reading, without } from '../readings.ts';

const SETTINGS = { requiredWorkers: 3 };

/** The samples of successive readings. */
const samples = (...readings: readonly EngineReading[]): readonly (WorkloadSample | undefined)[] => {
  let state: CollectorState = NOTHING_COLLECTED;
  return readings.map((one) => {
    const collected = collect(state, one, SETTINGS);
    state = collected.state;
    return collected.sample;
  });
};

const last = (...readings: readonly EngineReading[]): WorkloadSample | undefined => samples(...readings).at(-1);

const finishedOf = (sample: WorkloadSample | undefined, name = 'bi|ann|global') => {
  const found = sample?.classes?.find((one) => one.name === name);
  return found && [found.finishedQueries, found.finishedCpuSeconds];
};

describe('what was not read', () => {
  test('nothing at all → no sample', () => {
    const nothing = without(reading(0), 'uptime', 'cluster', 'queries', 'workers', 'memory');
    expect(last(nothing)).toBeUndefined();
    expect(last({ ...nothing, uptime: { seconds: 5, errorSeconds: 0.01 } })).toBeUndefined();
  });

  test('no workers, with memory → their cores are absent, reserved memory is not, and total memory is', () => {
    const sample = last(without(reading(0), 'workers'));
    expect(sample).toMatchObject({ runningQueries: 0, reservedMemoryBytes: 30 });
    for (const field of ['readyWorkers', 'readyCores', 'drainingWorkers', 'drainingCores', 'totalMemoryBytes']) {
      expect(sample).not.toHaveProperty(field);
    }
  });

  test('the cores of one worker → no sum of the others', () => {
    const workers = [...(reading(0).workers ?? []), { id: 'c', standing: 'active' as const }];
    const sample = last(reading(0, { workers }));
    expect(sample).toMatchObject({ readyWorkers: 3, drainingCores: 0 });
    expect(sample).not.toHaveProperty('readyCores');
  });

  test('no queries → no counts of any kind, the rest stands', () => {
    const sample = last(without(reading(0), 'queries'));
    expect(Object.keys(sample ?? {}).sort()).toEqual(
      [
        'takenAt',
        'readyWorkers',
        'readyCores',
        'drainingWorkers',
        'drainingCores',
        'cpuSecondsTotal',
        'reservedMemoryBytes',
        'totalMemoryBytes',
      ].sort(),
    );
  });

  test('no counters of the cluster, with a queue → nobody knows who is held: no classes, neither count', () => {
    const queries = [query('a', { stage: 'queued', drivers: 0 }), query('b')];
    const sample = last(without(reading(0, { queries }), 'cluster'));
    expect(sample).toMatchObject({ runningQueries: 1, waitingForWorkersQueries: 0 });
    for (const field of ['queuedQueries', 'groupHeldQueries', 'classes', 'cpuSecondsTotal']) {
      expect(sample).not.toHaveProperty(field);
    }
  });

  test('memory of a worker that has just joined → the others; of all workers → no total', () => {
    const memory = [{ id: 'a', reservedBytes: 10, totalBytes: 100 }];
    expect(last(reading(0, { memory }))).toMatchObject({ reservedMemoryBytes: 10, totalMemoryBytes: 100 });
    expect(last(reading(0, { memory: [] }))).not.toHaveProperty('totalMemoryBytes');
    expect(last(reading(0, { memory: [], workers: [] }))).toMatchObject({ totalMemoryBytes: 0 });
  });
});

describe('queues', () => {
  const queued = [30, 20, 10].map((ageSeconds) =>
    query(`q${ageSeconds}`, { stage: 'queued', ageSeconds, runningSeconds: 0, cpuSeconds: 0, drivers: 0 }),
  );
  const withAdjusted = (adjustedQueueSize: number): EngineReading =>
    reading(0, { queries: queued, cluster: { activeNodes: 2, cpuSecondsTotal: 0, adjustedQueueSize } });

  test('a group lets one more run → one is queued for capacity, the others are held', () => {
    const sample = last(withAdjusted(1));
    expect(sample).toMatchObject({ queuedQueries: 1, groupHeldQueries: 2, oldestWaitSeconds: 30 });
    expect(sample?.classes).toMatchObject([{ live: 1, held: 2 }]);
  });

  test('the two counts are of different moments → never more than there are', () => {
    expect(last(withAdjusted(7))).toMatchObject({ queuedQueries: 3, groupHeldQueries: 0 });
  });

  test('a version that does not tell → all are queued, and held is unknown', () => {
    const sample = last(reading(0, { queries: queued, cluster: { activeNodes: 2, cpuSecondsTotal: 0 } }));
    expect(sample).toMatchObject({ queuedQueries: 3 });
    expect(sample).not.toHaveProperty('groupHeldQueries');
    expect(sample?.classes).toMatchObject([{ live: 3, held: 0 }]);
  });

  test('queries wait for workers → the number that the engine is set to require', () => {
    const queries = [query('a', { stage: 'waitingForWorkers', ageSeconds: 44, drivers: 0 })];
    expect(last(reading(0, { queries }))).toMatchObject({
      waitingForWorkersQueries: 1,
      requiredWorkers: 3,
      oldestWaitSeconds: 44,
    });
    expect(last(reading(0))).toMatchObject({ waitingForWorkersQueries: 0, requiredWorkers: 0 });
  });

  test('PrestoDB calls a query RUNNING whose workers are all gone → it is queued for capacity', () => {
    const queries = [query('a'), query('b', { stage: 'starting', drivers: 0 })];
    expect(last(reading(0, { queries, workers: [] }))).toMatchObject({ runningQueries: 0, queuedQueries: 2 });
    const workers = [{ id: 'a', standing: 'draining' as const, cores: 16 }];
    expect(last(reading(0, { queries, workers }))).toMatchObject({ runningQueries: 1, queuedQueries: 1 });
    expect(last(without(reading(0, { queries }), 'workers'))).toMatchObject({ runningQueries: 2, queuedQueries: 0 });
  });
});

describe('the CPU counter', () => {
  const total = (seconds: number, cpuSecondsTotal: number, given: Partial<EngineReading> = {}): EngineReading =>
    reading(seconds, { cluster: { activeNodes: 2, adjustedQueueSize: 0, cpuSecondsTotal }, ...given });

  test('the total dips for a moment → the counter stands still', () => {
    const told = samples(total(0, 1000), total(5, 1400), total(10, 900), total(15, 1380), total(20, 1500));
    expect(told.map((sample) => sample?.cpuSecondsTotal)).toEqual([1000, 1400, 1400, 1400, 1500]);
  });

  test('the engine restarts → the counter begins anew', () => {
    const uptime = { seconds: 12, errorSeconds: 0.01 };
    expect(last(total(0, 1000), total(60, 3, { uptime }))?.cpuSecondsTotal).toBe(3);
  });

  test('a restart in a long silence, up for longer than before → seen by the time that passed', () => {
    const young = { seconds: 100, errorSeconds: 0.6 };
    const older = { seconds: 300, errorSeconds: 0.6 };
    expect(last(total(0, 1000, { uptime: young }), total(900, 40, { uptime: older }))?.cpuSecondsTotal).toBe(40);
  });

  test('an uptime of days moves once in 14 minutes → no restart', () => {
    const days = { seconds: 172_800, errorSeconds: 864 };
    const told = samples(total(0, 1000, { uptime: days }), total(800, 900, { uptime: days }));
    expect(told[1]?.cpuSecondsTotal).toBe(1000);
  });

  test('no uptime → the engine is believed to be the same', () => {
    expect(last(total(0, 1000), without(total(5, 10), 'uptime'))?.cpuSecondsTotal).toBe(1000);
  });
});

describe('classes', () => {
  test('a query is gone → it has finished, with what it had used and half an interval of its cores', () => {
    const sample = last(
      reading(0, { queries: [query('a', { cpuSeconds: 20 })] }),
      reading(10, { queries: [query('a', { cpuSeconds: 60 })] }),
      reading(20),
    );
    // 4 cores over 10 s, then gone somewhere in the next 10 s.
    expect(finishedOf(sample)).toEqual([1, 60 + 4 * 5]);
  });

  test('gone before it had begun → finished without work', () => {
    const sample = last(
      reading(0, { queries: [query('a', { stage: 'queued', cpuSeconds: 0, runningSeconds: 0 })] }),
      reading(10),
    );
    expect(finishedOf(sample)).toEqual([1, 0]);
  });

  test('a long gap in the readings → not more than half a minute is guessed', () => {
    const sample = last(reading(0, { queries: [query('a', { cpuSeconds: 18, runningSeconds: 9 })] }), reading(3600));
    expect(finishedOf(sample)).toEqual([1, 18 + (2 * 30) / 2]);
  });

  test('a reading without queries in between → nothing has finished', () => {
    const one = { queries: [query('a')] };
    expect(finishedOf(last(reading(0, one), without(reading(5), 'queries'), reading(10, one)))).toEqual([0, 0]);
  });

  test('the engine restarts → its queries are no finished ones, and counters begin at 0', () => {
    const uptime = { seconds: 3, errorSeconds: 0.01 };
    const sample = last(
      reading(0, { queries: [query('a'), query('b')] }),
      reading(5, { queries: [query('b')] }),
      reading(10, { queries: [query('c')], uptime }),
    );
    expect(finishedOf(sample)).toEqual([0, 0]);
  });

  test('a query without tasks yet → as parallel as the class usually is; unknown before one ran', () => {
    const waiting = query('w', { stage: 'waitingForWorkers', drivers: 0, cpuSeconds: 0 });
    expect(last(reading(0, { queries: [waiting] }))?.classes?.[0]).not.toHaveProperty('parallelismCores');
    const after = last(reading(0, { queries: [query('a', { drivers: 12 })] }), reading(5, { queries: [waiting] }));
    expect(after?.classes?.[0]?.parallelismCores).toBe(12);
  });

  test('many queries → details of the 20 oldest, oldest first', () => {
    const queries = Array.from({ length: 50 }, (_, index) => query(`q${index}`, { ageSeconds: index }));
    const { oldest } = collect(NOTHING_COLLECTED, reading(0, { queries }), SETTINGS);
    expect(oldest).toHaveLength(MOST_DETAILS);
    expect(oldest[0]?.ageSeconds).toBe(49);
    expect(oldest.at(-1)?.ageSeconds).toBe(30);
  });
});

test('a whole reading → every field', () => {
  const queries = [query('a', { blockedOnMemory: true, runningSeconds: 33.33 }), query('b')];
  const workers = [
    { id: 'a', standing: 'active' as const, cores: 16 },
    { id: 'b', standing: 'draining' as const, cores: 64 },
  ];
  expect(last(reading(0, { queries, workers }))).toEqual({
    takenAt: NOON,
    runningQueries: 2,
    queuedQueries: 0,
    waitingForWorkersQueries: 0,
    groupHeldQueries: 0,
    blockedOnMemoryQueries: 1,
    requiredWorkers: 0,
    readyWorkers: 1,
    readyCores: 16,
    drainingWorkers: 1,
    drainingCores: 64,
    cpuSecondsTotal: 1000,
    reservedMemoryBytes: 30,
    totalMemoryBytes: 100,
    oldestWaitSeconds: 0,
    oldestRunningSeconds: 33.3,
    classes: [
      {
        name: 'bi|ann|global',
        live: 2,
        held: 0,
        cpuSecondsUsed: 40,
        parallelismCores: 16,
        finishedQueries: 0,
        finishedCpuSeconds: 0,
      },
    ],
  });
});
