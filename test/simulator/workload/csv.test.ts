import fc from 'fast-check';
import { type CsvOptions, readCsv } from '../../../simulator/workload/csv.ts';
import { workloadDefaults } from '../../../simulator/workload/defaults.ts';
import type { Query } from '../../../simulator/workload/query.ts';
import { problemsOf, readWell } from './problems-of.ts';

const OPTIONS: CsvOptions = { workFactor: 1, defaults: workloadDefaults(1) };

const read = (text: string, options = OPTIONS) =>
  readWell((problems) => readCsv({ file: 'q.csv', text }, options, problems));
const mistakes = (text: string) =>
  problemsOf((problems) => readCsv({ file: 'q.csv', text }, OPTIONS, problems)).map(
    ({ line, what }) => `${line} ${what}`,
  );

describe('queries from a plain CSV', () => {
  test('only what must be → the rest is guessed', () => {
    expect(read('arrival_seconds,cpu_seconds\n5,100\n')).toEqual([
      {
        id: 'csv/0',
        arrivalSeconds: 5,
        cpuSeconds: 100,
        memoryBytes: 0,
        parallelismCores: 40,
        sourceShare: expect.any(Number),
        user: 'unknown',
        source: 'unknown',
        group: 'global',
      },
    ]);
  });

  test('twice the work → twice the core-seconds; a given parallelism stays, a guessed one grows', () => {
    const text = 'arrival_seconds,cpu_seconds,parallelism\n0,100,8\n1,100,\n';
    expect(read(text, { ...OPTIONS, workFactor: 4 })).toMatchObject([
      { cpuSeconds: 400, parallelismCores: 8 },
      { cpuSeconds: 400, parallelismCores: 80 },
    ]);
  });

  test('every field wrong → every field told', () => {
    const header = 'arrival_seconds,cpu_seconds,memory_bytes,parallelism,source_share,required_workers';
    expect(mistakes(`${header}\n0,1,,,,\n-1,0,-1,0.5,2,1.5\n,x,,,,\n`)).toEqual([
      '3 arrival_seconds cannot be used',
      '3 cpu_seconds cannot be used',
      '3 memory_bytes cannot be used',
      '3 parallelism cannot be used',
      '3 source_share cannot be used',
      '3 required_workers cannot be used',
      '4 arrival_seconds is missing',
      '4 cpu_seconds cannot be used',
    ]);
  });

  test('a misspelt column → refused, and the missing one named', () => {
    expect(mistakes('arrival_second,cpu_seconds\n1,1\n')).toEqual([
      '1 has no column arrival_seconds',
      '1 has an unknown column',
    ]);
  });
});

const number = (min: number, max: number) => fc.double({ min, max, noNaN: true }).map((value) => Math.abs(value));
// Blanks around a cell do not count, so a name that is to come back has none.
const name = fc.string({ minLength: 1 }).filter((text) => text.trim() === text && !text.includes('\r'));

const query = fc.record({
  arrivalSeconds: number(0, 1e6),
  cpuSeconds: number(1e-3, 1e7),
  memoryBytes: fc.nat(),
  parallelismCores: number(1, 512),
  sourceShare: number(0, 1),
  requiredWorkers: fc.integer({ min: 1, max: 99 }),
  user: name,
  source: name,
  group: name,
});

const FIELDS = [
  ['group', 'group'],
  ['user', 'user'],
  ['cpu_seconds', 'cpuSeconds'],
  ['arrival_seconds', 'arrivalSeconds'],
  ['memory_bytes', 'memoryBytes'],
  ['parallelism', 'parallelismCores'],
  ['source', 'source'],
  ['source_share', 'sourceShare'],
  ['required_workers', 'requiredWorkers'],
] as const;

const write = (queries: readonly Omit<Query, 'id'>[], lineBreak: string): string =>
  [
    FIELDS.map(([column]) => column).join(','),
    ...queries.map((one) => FIELDS.map(([, field]) => `"${String(one[field]).replaceAll('"', '""')}"`).join(',')),
    '',
  ].join(lineBreak);

test('whatever queries are written as CSV → the same queries are read', () => {
  fc.assert(
    fc.property(fc.array(query), fc.constantFrom('\n', '\r\n'), (queries, lineBreak) => {
      expect(read(write(queries, lineBreak))).toEqual(queries.map((one, index) => ({ id: `csv/${index}`, ...one })));
    }),
  );
});
