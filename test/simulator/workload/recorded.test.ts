/** The recorded workloads, where they are: PRESTOSCALE_DATA, or shared/data beside the repository. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { loadWorkload, type TraceSpec } from '../../../simulator/workload/load.ts';

const DATA = process.env['PRESTOSCALE_DATA'] ?? path.resolve(import.meta.dirname, '../../../../shared/data');

const withRecorded = (title: string, file: string, check: (trace: string) => void): void => {
  const trace = path.join(DATA, 'workload', file);
  const present = existsSync(trace);
  test(`${title}${present ? '' : ' – left out: no recorded data'}`, () => {
    if (present) check(trace);
    else console.warn(`Left out: ${title}. There is no ${trace}; set PRESTOSCALE_DATA to the folder with the data.`);
  });
};

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

describe('the CAB pattern day', () => {
  const STREAMS = ['patterns/0', 'patterns/1', 'patterns/2'];
  const spec = (trace: string): TraceSpec => ({
    trace,
    format: 'cab',
    streams: STREAMS,
    workFactor: 200,
    untilSeconds: 86_400,
    seed: 1,
  });

  withRecorded('three streams at factor 200 → 9,255 queries, 3,000 core-hours', 'cab/query_streams.csv', (trace) => {
    const { queries, notes } = loadWorkload(spec(trace));
    expect(queries).toHaveLength(9_255);
    expect(sum(queries.map(({ cpuSeconds }) => cpuSeconds)) / 3600).toBeCloseTo(3_000, 6);
    expect(notes).toEqual([]);
    expect(new Set(queries.map(({ user }) => user))).toEqual(new Set(['stream-0', 'stream-1', 'stream-2']));
  });

  withRecorded('a stream that is not there → the 23 that are get named', 'cab/query_streams.csv', (trace) => {
    const load = () => loadWorkload({ ...spec(trace), streams: ['patterns/9'] });
    expect(load).toThrow(/unknown stream; given "patterns\/9"; expected some of patterns\/0, .*small_1tb_10cpu\/19/);
  });
});

describe('a Facebook day from SWIM', () => {
  withRecorded('all 5,894 jobs are read', 'swim/FB-2009_samples_24_times_1hr_0.tsv.gz', (trace) => {
    const { queries } = loadWorkload({ trace, format: 'swim', untilSeconds: 90_000, seed: 1 });
    expect(queries).toHaveLength(5_894);
    expect(queries.every(({ cpuSeconds }) => cpuSeconds >= 0.1)).toBe(true);
  });
});
