import fc from 'fast-check';
import { type CabOptions, readCab, splitBudget } from '../../../simulator/workload/cab.ts';
import { workloadDefaults } from '../../../simulator/workload/defaults.ts';
import { problemsOf, readWell } from './problems-of.ts';

const OPTIONS: CabOptions = { workFactor: 1, defaults: workloadDefaults(1) };

/** Two streams of 6 and 30 core-seconds, and one of another set. */
const STREAMS = `set,stream,pattern_id,scale_factor_gb,cpu_time_us,tpch_query,start_ms
day,0,1,10,6000000,1,3000
day,0,1,10,6000000,2,1000
day,1,3,10,30000000,1,2000
hour,0,3,10,5000000,1,0
`;
const ONE_SET = STREAMS.split('\n').slice(0, 4).join('\n');

/** Median of query 1 is 100 ms, of query 2 it is 200 ms; header as in the recorded file, with blanks. */
const DURATIONS = `type,runtime, query_id, query_duration
snowflake,3600,1,100
snowflake,3600,1,90
snowflake,3600,1,9000
snowflake,3600,2,100
snowflake,3600,2,300
`;

interface Files {
  readonly streams?: string;
  readonly durations?: string;
}

const readWith = ({ streams = STREAMS, durations }: Files, options: Partial<CabOptions>) => {
  const beside = durations === undefined ? undefined : { file: 'result.csv', text: durations };
  return (problems: Parameters<typeof readCab>[3]) =>
    readCab({ file: 'cab.csv', text: streams }, beside, { ...OPTIONS, ...options }, problems);
};
const read = (files: Files, options: Partial<CabOptions> = {}) => readWell(readWith(files, options));
const mistakes = (files: Files, options: Partial<CabOptions> = {}) =>
  problemsOf(readWith(files, options)).map(({ file, line, what, given }) => [file, line, what, given]);

describe('work of a stream over its queries', () => {
  test('median durations 100 and 200 ms → a third and two thirds of the budget', () => {
    const { queries, notes } = read({ durations: DURATIONS }, { streams: ['day/0'] });
    expect(queries.map(({ cpuSeconds }) => cpuSeconds)).toEqual([2, 4]);
    expect(notes).toEqual([]);
  });

  test('no recorded durations → equal shares, and a note says so', () => {
    const { queries, notes } = read({}, { streams: ['day/0'] });
    expect(queries.map(({ cpuSeconds }) => cpuSeconds)).toEqual([3, 3]);
    expect(notes).toEqual([expect.stringContaining('same share')]);
  });

  test('a TPC-H query without a duration → the equal share, and a note names it', () => {
    const streams = `${ONE_SET}\nday,0,1,10,6000000,17,5000\n`;
    const { queries, notes } = read({ streams, durations: DURATIONS }, { streams: ['day/0'] });
    expect(queries.map(({ cpuSeconds }) => cpuSeconds)).toEqual(
      [4 / 3, 8 / 3, 2].map((work) => expect.closeTo(work, 9)),
    );
    expect(notes).toEqual([expect.stringContaining('TPC-H query 17')]);
  });

  test('factor 200 → 200 times the work', () => {
    const { queries } = read({}, { streams: ['day/0'], workFactor: 200 });
    expect(queries.map(({ cpuSeconds }) => cpuSeconds)).toEqual([600, 600]);
  });

  test('whatever the weights and the factor → the parts add up to budget × factor, and none is negative', () => {
    const weight = fc.option(fc.double({ min: 1e-3, max: 1e6, noNaN: true }), { nil: undefined });
    const budget = fc.double({ min: 1e-3, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(budget, fc.array(weight, { minLength: 1 }), (whole, weights) => {
        const parts = splitBudget(whole, weights);
        expect(parts.reduce((sum, part) => sum + part, 0) / whole).toBeCloseTo(1, 9);
        expect(parts.every((part) => part > 0)).toBe(true);
        for (const [index, part] of parts.entries())
          if (weights[index] === undefined) expect(part).toBeCloseTo(whole / weights.length, 9);
      }),
    );
  });
});

describe('streams', () => {
  test('two streams → laid over each other; user is the stream, source the set', () => {
    const { queries, streams } = read({}, { streams: ['day/0', 'day/1'] });
    expect(streams).toEqual(['day/0', 'day/1']);
    expect(
      queries.map(({ id, arrivalSeconds, user, source, group }) => [id, arrivalSeconds, user, source, group]),
    ).toEqual([
      ['cab/day/0/0', 3, 'stream-0', 'cab/day', 'global'],
      ['cab/day/0/1', 1, 'stream-0', 'cab/day', 'global'],
      ['cab/day/1/0', 2, 'stream-1', 'cab/day', 'global'],
    ]);
  });

  test('none named, one set → all of it', () => {
    expect(read({ streams: ONE_SET }).streams).toEqual(['day/0', 'day/1']);
  });

  test('none named, two sets → refused', () => {
    expect(mistakes({})).toEqual([['cab.csv', undefined, expect.stringContaining('2 sets'), undefined]]);
  });

  test('unknown, twice and unknown → each told, with the streams that exist', () => {
    const streams = ['day/7', 'day/0', 'day/0', 'nope'];
    expect(mistakes({}, { streams })).toEqual([
      ['streams', undefined, 'unknown stream', 'day/7'],
      ['streams', undefined, 'stream named twice', 'day/0'],
      ['streams', undefined, 'unknown stream', 'nope'],
    ]);
    expect(problemsOf(readWith({}, { streams }))[0]?.expected).toBe('some of day/0, day/1, hour/0');
  });

  test('an empty list → refused', () => {
    expect(mistakes({}, { streams: [] })).toEqual([['streams', undefined, 'the list is empty', undefined]]);
  });
});

describe('mistakes in the files', () => {
  test('mistakes in the streams, in the choice and in the durations → all told at once', () => {
    const streams = `${ONE_SET}\nday,0,1,10,7000000,1,0\nday,1,1,10,x,0,-1\n`;
    const durations = `${DURATIONS}snowflake,3600,0,0\n`;
    expect(mistakes({ streams, durations }, { streams: ['day/9'] })).toEqual([
      ['cab.csv', 5, 'cpu_time_us differs within stream day/0', '7000000'],
      ['cab.csv', 6, 'cpu_time_us cannot be used', 'x'],
      ['cab.csv', 6, 'tpch_query cannot be used', '0'],
      ['cab.csv', 6, 'start_ms cannot be used', '-1'],
      ['streams', undefined, 'unknown stream', 'day/9'],
      ['result.csv', 7, 'query_id cannot be used', '0'],
      ['result.csv', 7, 'query_duration cannot be used', '0'],
    ]);
  });

  test('columns are missing → only that is told', () => {
    expect(mistakes({ streams: 'set,stream\na,b\n' }, { streams: ['a/b'] })).toEqual(
      ['cpu_time_us', 'tpch_query', 'start_ms'].map((column) => ['cab.csv', 1, `has no column ${column}`, undefined]),
    );
  });
});
