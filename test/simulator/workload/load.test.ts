import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { CAB_DURATIONS_FILE } from '../../../simulator/workload/cab.ts';
import { STEP_AT_SECONDS } from '../../../simulator/workload/generate-step.ts';
import { loadWorkload, type WorkloadSpec } from '../../../simulator/workload/load.ts';
import { problemsOf } from './problems-of.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'workload-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const file = (name: string, content: string | Buffer): string => {
  const full = path.join(folder, name);
  writeFileSync(full, content);
  return full;
};

const COMMON = { untilSeconds: 1000, seed: 1 };
const CSV = 'arrival_seconds,cpu_seconds\n30,1\n10,2\n1000,3\n20,4\n';
const CAB = `set,stream,pattern_id,scale_factor_gb,cpu_time_us,tpch_query,start_ms
day,0,1,10,6000000,1,2000
day,1,1,10,6000000,1,1000
`;

const mistakes = (spec: WorkloadSpec) =>
  problemsOf(() => loadWorkload(spec)).map((problem) => [problem.file.replace(`${folder}/`, ''), problem.what]);

describe('traces', () => {
  test('a CSV in any order → in order of arrival, before the end only', () => {
    const workload = loadWorkload({ ...COMMON, trace: file('q.csv', CSV), format: 'csv' });
    expect(workload.queries.map(({ id, arrivalSeconds }) => [id, arrivalSeconds])).toEqual([
      ['csv/1', 10],
      ['csv/3', 20],
      ['csv/0', 30],
    ]);
    expect(workload).toMatchObject({ name: 'csv q.csv', notes: [] });
  });

  test('gzipped, whatever the name → the same queries', () => {
    const plain = loadWorkload({ ...COMMON, trace: file('q.csv', CSV), format: 'csv' });
    const zipped = loadWorkload({ ...COMMON, trace: file('q', gzipSync(CSV)), format: 'csv' });
    expect(zipped.queries).toEqual(plain.queries);
  });

  test('SWIM → by its own loader, with knobs', () => {
    const trace = file('fb.tsv.gz', gzipSync('job0\t49\t49\t50000000\t0\t0\n'));
    const spec = { ...COMMON, trace, format: 'swim', workFactor: 2, swim: { bytesPerCoreSecond: 1e6 } } as const;
    expect(loadWorkload(spec)).toMatchObject({ name: 'swim fb.tsv.gz × 2', queries: [{ cpuSeconds: 100 }] });
  });

  test('CAB without recorded durations beside it → loaded, with a note', () => {
    const spec = {
      ...COMMON,
      trace: file('c.csv', CAB),
      format: 'cab',
      streams: ['day/1', 'day/0'],
      workFactor: 200,
    } as const;
    const workload = loadWorkload(spec);
    expect(workload.name).toBe('cab day/1 day/0 × 200');
    expect(workload.queries.map(({ id }) => id)).toEqual(['cab/day/1/0', 'cab/day/0/0']);
    expect(workload.notes).toHaveLength(1);
  });

  test('CAB with recorded durations beside it → no note', () => {
    file(CAB_DURATIONS_FILE, 'query_id,query_duration\n1,100\n');
    expect(loadWorkload({ ...COMMON, trace: file('c.csv', CAB), format: 'cab' }).notes).toEqual([]);
  });

  test('other guesses → other parallelism', () => {
    const spec = {
      ...COMMON,
      trace: file('q.csv', CSV),
      format: 'csv',
      defaults: { maximumParallelismCores: 2 },
    } as const;
    expect(loadWorkload(spec).queries.every(({ parallelismCores }) => parallelismCores === 2)).toBe(true);
  });
});

describe('generators', () => {
  test.each(['office', 'step'] as const)('%s → in order, unique ids, the same again', (generate) => {
    const spec = { generate, untilSeconds: 6 * 3600, seed: 2 };
    const { name, queries } = loadWorkload(spec);
    expect(name).toBe(generate);
    expect(queries).toEqual(queries.toSorted((a, b) => a.arrivalSeconds - b.arrivalSeconds));
    expect(new Set(queries.map(({ id }) => id)).size).toBe(queries.length);
    expect(loadWorkload(spec).queries).toEqual(queries);
  });

  test('the run ends before the step comes → refused', () => {
    expect(mistakes({ generate: 'step', untilSeconds: STEP_AT_SECONDS, seed: 1 })).toEqual([
      ['untilSeconds', 'the run ends before the step comes'],
    ]);
  });

  test('a run so short that nothing arrives → empty, refused', () => {
    expect(mistakes({ generate: 'office', untilSeconds: 1e-6, seed: 1 })).toEqual([
      ['office', 'the workload is empty'],
    ]);
  });
});

describe('mistakes', () => {
  test('in the numbers, the streams and the file → all told at once', () => {
    const trace = file('q.csv', 'arrival_seconds,cpu_seconds\nx,1\n');
    expect(
      mistakes({ trace, format: 'csv', streams: ['a'], workFactor: -1, untilSeconds: Number.NaN, seed: 0.5 }),
    ).toEqual([
      ['untilSeconds', 'cannot be used'],
      ['seed', 'cannot be used'],
      ['workFactor', 'cannot be used'],
      ['streams', 'a trace in the format csv has no streams'],
      ['q.csv', 'arrival_seconds cannot be used'],
    ]);
  });

  test('a generator with an endless run → refused, not tried', () => {
    expect(mistakes({ generate: 'office', untilSeconds: Number.POSITIVE_INFINITY, seed: 1 })).toHaveLength(1);
  });

  test('no such file', () => {
    expect(mistakes({ ...COMMON, trace: path.join(folder, 'none'), format: 'csv' })).toEqual([
      ['none', 'does not exist'],
    ]);
  });

  test('a folder', () => {
    expect(mistakes({ ...COMMON, trace: folder, format: 'csv' })).toEqual([[folder, 'is a folder, not a file']]);
  });

  test('a broken gzip file', () => {
    const trace = file('q.gz', gzipSync(CSV).subarray(0, 20));
    expect(mistakes({ ...COMMON, trace, format: 'csv' })).toEqual([
      ['q.gz', expect.stringContaining('cannot be read')],
    ]);
  });

  test('recorded durations that are broken → not silently left out', () => {
    file(CAB_DURATIONS_FILE, 'nonsense\n');
    expect(mistakes({ ...COMMON, trace: file('c.csv', CAB), format: 'cab' })).toEqual([
      [CAB_DURATIONS_FILE, 'has no column query_id'],
      [CAB_DURATIONS_FILE, 'has no column query_duration'],
    ]);
  });

  test('a header and no queries → empty', () => {
    const trace = file('q.csv', 'arrival_seconds,cpu_seconds\n');
    expect(mistakes({ ...COMMON, trace, format: 'csv' })).toEqual([['q.csv', 'the workload is empty']]);
  });

  test('all queries come later → told when the first one does', () => {
    const spec = { ...COMMON, untilSeconds: 10, trace: file('q.csv', CSV), format: 'csv' } as const;
    expect(problemsOf(() => loadWorkload(spec))[0]).toMatchObject({
      what: 'no query arrives before second 10',
      expected: 'a run longer than 10 seconds, when the first query arrives',
    });
  });
});
