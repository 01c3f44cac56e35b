import { METRIC_LIST } from '../../scripts/metric-list.ts';
import { dashboardExpressions, ruleExpressions, rules } from './expressions.ts';
import { knownMetrics } from './known-metrics.ts';
import { metricNames } from './promql.ts';

describe('names in PromQL', () => {
  test.each([
    ['up', ['up']],
    ['sum by (cluster) (rate(a_total{job="b", c=~"d|e"}[5m])) / (f > 0)', ['a_total', 'f']],
    ['a:b:c > on (environment) group_left (x) d', ['a:b:c', 'd']],
    ['histogram_quantile(0.95, avg_over_time(x_bucket:rate5m[1h]))', ['x_bucket:rate5m']],
    ['time() - a{b="sum(c)"}', ['a']],
    ['topk by (a) (10, sum by (b)(rate(c[$__rate_interval]))) unless d offset 5m', ['c', 'd']],
    ['{__name__="x"}', []],
  ])('%s → %j', (expr, names) => {
    expect(metricNames(expr)).toEqual(names);
  });
});

describe('every metric that is asked for is told by somebody', () => {
  const known = knownMetrics();

  test.each([...dashboardExpressions(), ...ruleExpressions()].map(({ where, expr }) => [where, expr]))(
    '%s',
    (_where, expr) => {
      const names = metricNames(expr);
      expect(names.length).toBeGreaterThan(0);
      expect(names.filter((name) => !known.has(name))).toEqual([]);
    },
  );

  test('a name that nobody tells is found', () => {
    expect(metricNames('sum(prestoscale_engine_runing_queries)').every((name) => known.has(name))).toBe(false);
  });
});

describe('what is recorded and told is used', () => {
  const used = new Set([...dashboardExpressions(), ...ruleExpressions()].flatMap(({ expr }) => metricNames(expr)));

  test('every recorded series is on a dashboard or in a rule', () => {
    expect(rules().flatMap(({ record }) => (record === undefined || used.has(record) ? [] : [record]))).toEqual([]);
  });

  test('every metric of the autoscaler is on a dashboard or in a rule, but for a few that are for tables', () => {
    const unused = METRIC_LIST.autoscaler.map(({ name }) => name).filter((name) => !used.has(name));
    expect(unused).toEqual(['prestoscale_autoscaler_holds', 'prestoscale_autoscaler_spot_ratio']);
  });
});
