import { workloadDefaults } from '../../../simulator/workload/defaults.ts';
import { readSwim, SWIM_KNOBS, type SwimOptions } from '../../../simulator/workload/swim.ts';
import { problemsOf, readWell } from './problems-of.ts';

const OPTIONS: SwimOptions = { knobs: SWIM_KNOBS, workFactor: 1, defaults: workloadDefaults(1) };

const read = (text: string, options = OPTIONS) =>
  readWell((problems) => readSwim({ file: 'swim.tsv', text }, options, problems));
const mistakes = (text: string) =>
  problemsOf((problems) => readSwim({ file: 'swim.tsv', text }, OPTIONS, problems)).map(
    ({ line, what }) => `${line} ${what}`,
  );

describe('work from bytes', () => {
  test('3 GB read, 1 GB shuffled, 1 GB written at 50 MB/s → 100 core-seconds, 1 GB of memory', () => {
    expect(read('job0\t49\t49\t3000000000\t1000000000\t1000000000\n')).toMatchObject([
      { id: 'swim/job0', arrivalSeconds: 49, cpuSeconds: 100, memoryBytes: 1e9, parallelismCores: 40, group: 'global' },
    ]);
  });

  test('no bytes → 0.1 core-seconds, whatever the factor', () => {
    expect(read('j\t0\t0\t0\t0\t0\n', { ...OPTIONS, workFactor: 200 })).toMatchObject([
      { cpuSeconds: 0.1, memoryBytes: 0 },
    ]);
  });

  test('factor 10 → ten times the work, the same memory', () => {
    expect(read('j\t0\t0\t0\t50000000\t0\n', { ...OPTIONS, workFactor: 10 })).toMatchObject([
      { cpuSeconds: 10, memoryBytes: 5e7 },
    ]);
  });

  test('a terabyte shuffled → memory stops at the cap', () => {
    expect(read('j\t0\t0\t0\t1000000000000\t0\n')).toMatchObject([{ memoryBytes: 64 * 1024 ** 3 }]);
  });

  test('a slower core → more core-seconds', () => {
    const knobs = { ...SWIM_KNOBS, bytesPerCoreSecond: 10e6 };
    expect(read('j\t0\t0\t50000000\t0\t0\n', { ...OPTIONS, knobs })).toMatchObject([{ cpuSeconds: 5 }]);
  });
});

describe('mistakes', () => {
  test.each<[string, string, readonly string[]]>([
    ['five fields', 'j\t0\t0\t0\t0\n', ['1 has the wrong number of fields']],
    [
      'negative bytes and times',
      'j\t-1\t-1\t-1\t-1\t-1\n',
      ['shuffle_bytes', 'map_input_bytes', 'reduce_output_bytes', 'gap_seconds', 'submit_seconds'].map(
        (column) => `1 ${column} cannot be used`,
      ),
    ],
    ['a job twice', 'j\t0\t0\t0\t0\t0\ni\t1\t1\t0\t0\t0\nj\t2\t1\t0\t0\t0\n', ['3 job id already stands on line 1']],
    ['a job without a name', '\t0\t0\t0\t0\t0\n', ['1 job is missing']],
  ])('%s', (_title, text, expected) => {
    expect(mistakes(text)).toEqual(expected);
  });
});
