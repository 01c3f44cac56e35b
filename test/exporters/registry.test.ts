/** Families as Prometheus text, and read back. */
import parse from 'parse-prometheus-text-format';
import type { AnyMetricFamily } from '../../exporters/engine/metric-table.ts';
import { renderMetrics } from '../../exporters/registry.ts';

const HISTOGRAM: AnyMetricFamily = {
  name: 'wait_seconds',
  help: 'How long.',
  type: 'histogram',
  values: [
    {
      labels: { group: 'a "b"\\' },
      buckets: [
        { upTo: 0.5, count: 1 },
        { upTo: 10, count: 3 },
      ],
      sum: 12.5,
      count: 4,
    },
  ],
};

test('a histogram → cumulated buckets up to +Inf, sum and count', async () => {
  expect(await renderMetrics([HISTOGRAM])).toBe(
    [
      '# HELP wait_seconds How long.',
      '# TYPE wait_seconds histogram',
      'wait_seconds_bucket{group="a \\"b\\"\\\\",le="0.5"} 1',
      'wait_seconds_bucket{group="a \\"b\\"\\\\",le="10"} 3',
      'wait_seconds_bucket{group="a \\"b\\"\\\\",le="+Inf"} 4',
      'wait_seconds_sum{group="a \\"b\\"\\\\"} 12.5',
      'wait_seconds_count{group="a \\"b\\"\\\\"} 4',
      '# EOF',
      '',
    ].join('\n'),
  );
});

test('a histogram without values → it is left out', async () => {
  expect(await renderMetrics([{ ...HISTOGRAM, values: [] }])).toBe('\n# EOF\n');
});

test.each(['"quoted"', 'two\nlines', 'back\\slash', 'jürgen 東京 🜂', '{a="b"} 1', "tab\t and 'quote'"])(
  'a label of %j → the same when it is read back',
  async (name) => {
    const values = [{ labels: { user: name }, value: 2 }];
    const text = await renderMetrics([{ name: 'queries_total', help: 'Queries.', type: 'counter', values }]);
    expect(parse(text)).toMatchObject([{ metrics: [{ labels: { user: name }, value: '2' }] }]);
  },
);

test('a counter that stands at 0 and one that grew → both', async () => {
  const values = [
    { labels: { cause: 'a' }, value: 0 },
    { labels: { cause: 'b' }, value: 2 },
  ];
  expect(await renderMetrics([{ name: 'failed_total', help: 'F.', type: 'counter', values }])).toContain(
    'failed_total{cause="a"} 0\nfailed_total{cause="b"} 2\n',
  );
});
