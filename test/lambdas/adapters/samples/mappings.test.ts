/** Mappings as people write them: everything that is wrong is said at once, in words that help. */

import { SAMPLE_METRICS } from '../../../../exporters/engine/metric-table.ts';
import { lineOf } from '../../../../lambdas/core/policy/problems.ts';
import { parseCloudWatchMapping } from '../../../../lambdas/settings/cloudwatch-mapping.ts';
import { SAMPLE_FIELDS } from '../../../../lambdas/settings/mapped-fields.ts';
import { isPlainSelector, parsePrometheusMapping } from '../../../../lambdas/settings/prometheus-mapping.ts';

import { examples, isForCloudWatch } from './examples.ts';

const linesOf = ({ problems = [] }: ReturnType<typeof parsePrometheusMapping | typeof parseCloudWatchMapping>) =>
  problems.map(lineOf);

test('every field of a sample that an exporter shows can be mapped', () => {
  expect([...SAMPLE_FIELDS, 'takenAt'].toSorted()).toEqual(
    SAMPLE_METRICS.map(({ field }) => field as string).toSorted(),
  );
});

test.each(examples())('example %# of docs/samples.md is a mapping', (example) => {
  const { problems } = isForCloudWatch(example) ? parseCloudWatchMapping(example) : parsePrometheusMapping(example);
  expect(problems).toBeUndefined();
});

describe('PromQL', () => {
  test.each([
    'up',
    ' node:cpu:sum ',
    'x{}',
    'x {a="1", b!="2",c=~"3|4"}',
    '{__name__="x"}',
    'x{a="}"}',
    "x{a='\"{'}",
    'x{a="\\"}"}',
    '{"my.metric", a=`}`}',
    'x{\n  a="1"\n}\n',
  ])('%j only chooses series', (expression) => {
    expect(isPlainSelector(expression)).toBe(true);
  });

  test.each([
    'sum(x)',
    'x + 1',
    'x{a="1"} - 1',
    'x offset 1m',
    'x[5m]',
    'x{a="1"',
    'x @ 1',
    '1',
    '-x',
    'x{a="1"} or y',
    'x # comment',
    '(x)',
    '',
    'x{a="}',
  ])('%j is more than a selector, so its time is not that of its series', (expression) => {
    expect(isPlainSelector(expression)).toBe(false);
  });

  test('selectors alone need no takenAt, computed values do', () => {
    const computed = { readyCores: '16 * nodes', runningQueries: 'running' };
    expect(parsePrometheusMapping({ ...computed, takenAt: 'min(timestamp(up))' }).problems).toBeUndefined();
    expect(parsePrometheusMapping({ runningQueries: 'running' }).problems).toBeUndefined();
    expect(linesOf(parsePrometheusMapping(computed))).toEqual([
      expect.stringMatching(/^readyCores: "16 \* nodes" was given, expected a selector .* add takenAt/),
    ]);
  });

  test('everything wrong at once, with the names that were meant', () => {
    const given = { runingQueries: 'x', queuedQueries: 3, readyCores: ' ', all: { live: 'x', helt: 'y' } };
    const lines = linesOf(parsePrometheusMapping(given));
    expect(lines).toEqual(
      expect.arrayContaining([
        'runingQueries: the key runingQueries was given, expected runningQueries, or no such key',
        'queuedQueries: 3 was given, expected a text',
        'readyCores: " " was given, expected a PromQL expression of at most 2000 characters',
        'all.helt: the key helt was given, expected held, or no such key',
        'all.held: nothing was given, expected a text',
        'all.finishedQueries: nothing was given, expected a text',
      ]),
    );
  });

  test.each([[{}], [{ takenAt: 'time()' }]])('%j maps nothing → refused', (given) => {
    expect(linesOf(parsePrometheusMapping(given))).toEqual([expect.stringContaining('at least one field of a sample')]);
  });

  test.each([[undefined], [null], ['x'], [[]], [3]])('%j is no mapping → refused, nothing thrown', (given) => {
    expect(linesOf(parsePrometheusMapping(given))).toEqual([expect.stringContaining('expected an object')]);
  });
});

describe('CloudWatch', () => {
  const place = { namespace: 'Trino', metric: 'RunningQueries', statistic: 'Average', periodSeconds: 60 };
  const one = (given: object) => parseCloudWatchMapping({ runningQueries: { ...place, ...given } });

  test.each([
    [{}],
    [{ periodSeconds: 1 }],
    [{ periodSeconds: 300 }],
    [{ statistic: 'p99.9' }],
    [{ statistic: 'tm90' }],
    [{ dimensions: { ClusterId: 'j-1', Engine: 'presto' } }],
  ])('%j is a place', (given) => {
    expect(one(given).mapping).toEqual({ runningQueries: { ...place, ...given } });
  });

  test.each([
    [
      { periodSeconds: 15 },
      'runningQueries.periodSeconds: 15 was given, expected 1, 5, 10, 20, 30 or a multiple of 60',
    ],
    [{ periodSeconds: 90 }, 'runningQueries.periodSeconds: 90 was given'],
    [{ periodSeconds: '60' }, 'runningQueries.periodSeconds: "60" was given, expected a number'],
    [{ statistic: 'SampleCount' }, 'runningQueries.statistic: "SampleCount" was given, expected a statistic'],
    [{ statistic: 'average' }, 'runningQueries.statistic: "average" was given'],
    [{ namespace: '' }, 'runningQueries.namespace: "" was given, expected a text of at most 255'],
    [{ dimensions: { a: 1 } }, 'runningQueries.dimensions.a: 1 was given, expected a text'],
    [{ dimension: {} }, 'runningQueries.dimension: the key dimension was given, expected dimensions'],
    [
      { dimensions: Object.fromEntries(Array.from({ length: 31 }, (_, index) => [`d${index}`, 'x'])) },
      'runningQueries: 31 dimensions was given, expected at most 30 dimensions',
    ],
  ])('%j → refused', (given, line) => {
    expect(linesOf(one(given))).toEqual([expect.stringContaining(line)]);
  });

  test('a class needs its five parts', () => {
    expect(linesOf(parseCloudWatchMapping({ all: { live: place } }))).toEqual(
      ['held', 'cpuSecondsUsed', 'finishedQueries', 'finishedCpuSeconds'].map((field) =>
        expect.stringContaining(`all.${field}: nothing was given`),
      ),
    );
  });
});
