/** What a real Prometheus must show of a real engine under three minutes of load: the same for both engines. */

import type { EngineKind } from '../../../local/engines/versions.ts';
import { CLUSTER } from '../../../local/system.ts';
import { METRIC_LIST } from '../../../scripts/metric-list.ts';
import { METRIC_NOTES } from '../../../scripts/metric-notes.ts';
import { alerts, dashboardExpressions, rules } from '../../dashboards/expressions.ts';
import { filledIn, metricNames } from '../../dashboards/promql.ts';
import { ENVIRONMENT, type Monitored, ODD_SOURCE, startMonitored } from './monitored.ts';
import { lintMetrics, prometheusMissing, type Series } from './prometheus-server.ts';

const LOAD_MILLISECONDS = 180_000;
const VARIABLES = { environment: ENVIRONMENT, cluster: CLUSTER, __rate_interval: '1m' };
/** Of one agent: its own hundred of the JVM, and ours. */
const MOST_AGENT_SERIES = 250;
const MOST_EXPORTER_SERIES = 800;

const hasData = (series: readonly Series[]): boolean =>
  series.some(({ values }) => values.some(([, value]) => !Number.isNaN(Number(value))));

const seriesIn = (text: string): number =>
  text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;

export const monitoringTests = (kind: EngineKind): void => {
  const missing = prometheusMissing();
  if (missing !== undefined) {
    test(missing, () => {
      process.stderr.write(`${missing}\n`);
    });
    return;
  }
  let monitored: Monitored;

  const empty = async (
    expressions: readonly { readonly where: string; readonly expr: string }[],
  ): Promise<readonly string[]> => {
    const silent: string[] = [];
    for (const { where, expr } of expressions) {
      const found = await monitored.prometheus.range(filledIn(expr, VARIABLES));
      if (!hasData(found)) silent.push(`${where}: ${expr}`);
    }
    return silent;
  };

  beforeAll(async () => {
    monitored = await startMonitored(kind);
    await new Promise((resolve) => setTimeout(resolve, LOAD_MILLISECONDS));
  }, 900_000);

  afterAll(async () => monitored?.close(), 120_000);

  test('under the load queries ended well, and some failed', () => {
    const { load } = monitored;
    expect(load.ended.length - load.failed.length).toBeGreaterThan(5);
    expect(load.failed.length).toBeGreaterThan(5);
  });

  test('every query of every panel and annotation returns data', async () => {
    expect(await empty(dashboardExpressions())).toEqual([]);
  });

  test('every recording rule has recorded data', async () => {
    const records = rules().flatMap(({ record }) => (record === undefined ? [] : [{ where: 'rule', expr: record }]));
    expect(await empty(records)).toEqual([]);
  });

  test('every metric that an alert rests on is there, and every rule could be evaluated', async () => {
    const names = new Set(alerts().flatMap(({ expr }) => metricNames(expr)));
    expect(await empty([...names].map((expr) => ({ where: 'alert', expr })))).toEqual([]);
    expect(await monitored.prometheus.failingRules()).toEqual([]);
  });

  test('what exporter and agents tell has nothing for promtool to complain of', async () => {
    const scrapes = Object.entries(await monitored.scrapes());
    expect(scrapes.length).toBeGreaterThanOrEqual(3);
    const complaints = scrapes.map(([address, text]) => [address, lintMetrics(text)]);
    expect(complaints.filter(([, said]) => said !== '')).toEqual([]);
  });

  test('series are as many as they should be', async () => {
    const texts = Object.values(await monitored.scrapes());
    process.stderr.write(`${kind}: series of exporter and agents: ${texts.map(seriesIn).join(', ')}\n`);
    for (const text of texts) {
      const most = text.includes('jvm_') ? MOST_AGENT_SERIES : MOST_EXPORTER_SERIES;
      expect(seriesIn(text)).toBeGreaterThan(50);
      expect(seriesIn(text)).toBeLessThan(most);
    }
  });

  test('every metric of ours that is scraped is in the list that docs/metrics.md is made of', async () => {
    const known = new Map(Object.values(METRIC_LIST).flatMap((all) => all.map(({ name, type }) => [name, type])));
    const told = Object.values(await monitored.scrapes()).flatMap((text) =>
      [...text.matchAll(/^# TYPE (prestoscale_\S+) (\S+)$/gm)].map(([, name, type]) => [String(name), type] as const),
    );
    expect(told.length).toBeGreaterThan(80);
    expect(told.filter(([name, type]) => known.get(name) !== type)).toEqual([]);
  });

  test('its labels are those that docs/metrics.md names', async () => {
    const noted = new Map(
      Object.values(METRIC_NOTES).flatMap((notes) =>
        Object.entries(notes).map(([name, { labels = [] }]) => [name, labels.filter((label) => label !== 'le').join()]),
      ),
    );
    const exported = Object.values(await monitored.scrapes()).find((text) => text.includes('prestoscale_exporter_'));
    const told = [...String(exported).matchAll(/^(prestoscale_\w+)(?:\{((?:[^"\n]|"(?:[^"\\]|\\.)*")*)\})? \S+$/gm)];
    const wrong = told.filter(([, name = '', labels = '']) => {
      const names = [...labels.matchAll(/(\w+)="(?:[^"\\]|\\.)*"/g)]
        .map(([, label]) => label)
        .filter((one) => one !== 'le');
      return noted.get(name.replace(/_(bucket|sum|count)$/, '')) !== names.join() && noted.get(name) !== names.join();
    });
    expect(told.length).toBeGreaterThan(100);
    expect(wrong.map(([line]) => line)).toEqual([]);
  });

  test('a source with quotes, a backslash and an accent is the same in Prometheus', async () => {
    expect(await monitored.prometheus.labelValues('source')).toContain(ODD_SOURCE);
  });
};
