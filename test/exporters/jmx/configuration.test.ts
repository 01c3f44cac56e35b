import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse } from 'yaml';
import { agentConfiguration, agentConfigurations } from '../../../exporters/jmx/configuration.ts';
import { JMX_METRICS } from '../../../exporters/jmx/metrics.ts';
import { DATA, recordedTest } from '../../simulator/recorded.ts';

interface Rule {
  readonly pattern: string;
  readonly name: string;
  readonly type: string;
  readonly valueFactor?: number;
  readonly labels?: Readonly<Record<string, string>>;
}

interface Configuration {
  readonly includeObjectNames: readonly string[];
  readonly excludeObjectNames?: readonly string[];
  readonly rules: readonly Rule[];
}

const SAMPLES = join(DATA, 'engine-samples');
const KINDS = [
  ['presto', 'coordinator'],
  ['presto', 'worker'],
  ['trino', 'coordinator'],
  ['trino', 'worker'],
] as const;

const read = (engine: 'presto' | 'trino', role: 'coordinator' | 'worker'): Configuration =>
  parse(agentConfiguration(engine, role)) as Configuration;

/** The first rule that fits, as the agent looks for one: somewhere in `domain<properties><>attribute: value`. */
const found = (rules: readonly Rule[], told: string): Rule | undefined =>
  rules.find(({ pattern }) => new RegExp(`^.*(?:${pattern}).*$`).test(told));

/** Whether a name is asked for, `*` as in JMX. */
const matches = (pattern: string, name: string): boolean => {
  const text = pattern.replace(/,\*$/, '').replaceAll(/[.*+?^${}()|[\]\\]/g, (c) => (c === '*' ? '.*' : `\\${c}`));
  return new RegExp(`^${text}${pattern.endsWith(',*') ? ',.*' : ''}$`).test(name);
};

describe.each(KINDS)('the agent in the JVM of %s %s', (engine, role) => {
  const { includeObjectNames, excludeObjectNames = [], rules } = read(engine, role);

  test('asks for a bounded list of beans, none of the planner, none by its domain alone', () => {
    expect(includeObjectNames.length).toBeLessThanOrEqual(12);
    for (const name of includeObjectNames) {
      expect(name).toMatch(/^[\w.]+:(name|type)=\w+(,\*)?$/);
      expect(name).not.toContain('planner');
    }
  });

  test('every rule belongs to a bean that is asked for, and every bean has a rule', () => {
    const domains = new Set(includeObjectNames.map((name) => name.split(':')[0]));
    const ruled = new Set(rules.map(({ pattern }) => pattern.split('<')[0]?.replaceAll('\\.', '.')));
    expect(ruled).toEqual(domains);
  });

  test('names are lower case with a unit or a thing that is counted, and counters end in _total', () => {
    for (const { name, type } of rules) {
      expect(name).toMatch(/^prestoscale_jmx_[a-z][a-z_]*$/);
      expect(name.endsWith('_total')).toBe(type === 'COUNTER');
      expect(name).not.toMatch(/millis|micros|_(ms|us|kb|mb)(_|$)/);
    }
  });

  test('no gauge has the name of a counter without its ending: they would be one family', () => {
    const counters = rules.filter(({ type }) => type === 'COUNTER').map(({ name }) => name.replace(/_total$/, ''));
    expect(rules.filter(({ name, type }) => type === 'GAUGE' && counters.includes(name))).toEqual([]);
  });

  test('no two rules give one series', () => {
    const series = rules.map(({ name, labels, pattern }) => JSON.stringify([name, labels, pattern.split('<')[0]]));
    const again = series.filter((one, index) => series.indexOf(one) !== index && !one.includes('$1'));
    expect(again.filter((one) => !one.includes('executor'))).toEqual([]);
  });

  test('resource groups below a root, which may be made for each user, are left out', () => {
    const domain =
      engine === 'presto' ? 'com.facebook.presto.execution.resourceGroups' : 'trino.execution.resourcegroups';
    const isLeftOut = (name: string): boolean =>
      excludeObjectNames.some((pattern) => matches(pattern, `${domain}:type=InternalResourceGroup,name=${name}`));
    expect(isLeftOut('global.adhoc.user-7')).toBe(role === 'coordinator');
    expect(isLeftOut('global')).toBe(false);
  });
});

describe('rules', () => {
  const { rules } = read('presto', 'coordinator');
  const DISPATCH = 'com.facebook.presto.dispatcher<name=DispatchManager><>';

  test.each([
    [`${DISPATCH}StartedQueries.TotalCount: 3`, 'prestoscale_jmx_queries_total', { event: 'started' }],
    [`${DISPATCH}RunningQueries: 2`, 'prestoscale_jmx_live_queries', { state: 'running' }],
    [
      `${DISPATCH}ExecutionTime.FiveMinutes.P95: 812.5`,
      'prestoscale_jmx_query_execution_seconds',
      { percentile: '95' },
    ],
    [
      'com.facebook.presto.memory<type=ClusterMemoryPool, name=general><>BlockedNodes: 1',
      'prestoscale_jmx_cluster_memory_pool_blocked_nodes',
      { pool: '$1' },
    ],
  ])('%s → %s', (told, name, labels) => {
    const rule = found(rules, told);
    expect(rule?.name).toBe(name);
    expect(rule?.labels).toEqual(labels);
  });

  test.each([
    `${DISPATCH}StartedQueries.FiveMinute.Count: 3`,
    `${DISPATCH}StartedQueriesXTotalCount: 3`,
    `${DISPATCH}ExecutionTime.FiveMinutes.P951: 3`,
    'com.facebook.presto.sql.planner.iterative.rule<name=PushLimit><>Hits.TotalCount: 1',
    'comXfacebookXpresto.dispatcher<name=DispatchManager><>RunningQueries: 2',
  ])('%s → nothing', (told) => {
    expect(found(rules, told)).toBeUndefined();
  });

  test('milliseconds become seconds', () => {
    const factors = rules.filter(({ name }) => name.endsWith('_seconds')).map(({ valueFactor }) => valueFactor);
    expect(new Set(factors)).toEqual(new Set([0.001]));
  });
});

describe('files', () => {
  test('there is one for each engine and kind of node', () => {
    expect(Object.keys(agentConfigurations())).toEqual(
      KINDS.map(([engine, role]) => `exporters/jmx/${engine}-${role}.yaml`),
    );
  });
});

describe('what real engines call their beans', () => {
  const prestoNames = join(SAMPLES, 'presto-0.287-mbean-names.txt');

  recordedTest('every bean that is asked of PrestoDB is there', prestoNames, async () => {
    const names = readFileSync(prestoNames, 'utf8').split('\n');
    for (const role of ['coordinator', 'worker'] as const) {
      const missing = read('presto', role).includeObjectNames.filter(
        (one) => !names.some((name) => matches(one, name)),
      );
      // Groups have a bean once they are used.
      expect(missing.filter((name) => !name.includes('InternalResourceGroup'))).toEqual([]);
    }
  });

  const dispatch = join(SAMPLES, 'presto-0.287/b-running/jmx-DispatchManager.json');

  recordedTest('PrestoDB’s dispatcher has every attribute that is read of it', dispatch, async () => {
    const { attributes } = JSON.parse(readFileSync(dispatch, 'utf8')) as { attributes: { readonly name: string }[] };
    const has = new Set(attributes.map(({ name }) => name));
    const wanted = JMX_METRICS.flatMap((metric) => metric.attributes)
      .filter(({ objectName }) => objectName.startsWith('com.facebook.presto.dispatcher'))
      .map(({ attribute }) => attribute);
    expect(wanted.length).toBeGreaterThan(15);
    expect(wanted.filter((attribute) => !has.has(attribute))).toEqual([]);
  });

  const trino = { 476: 'trino-476/metrics-full-c-queued.txt.gz', 483: 'trino-483/c-queued/metrics-full.txt.gz' };

  /** What Trino’s own `/metrics` calls an attribute: a counter without `.TotalCount`, percentiles as a summary. */
  const nameIn = (objectName: string, attribute: string): string => {
    const [domain = '', properties = ''] = objectName.replace(',*', ',name=general').split(':');
    const stat = attribute.replace(/\.TotalCount$/, '').replace(/\.P\d+$/, '');
    return [domain, ...properties.split(','), stat]
      .join('_')
      .replaceAll(/[.=]/g, '_')
      .replace('name_general', groupName(domain));
  };
  const groupName = (domain: string): string => (domain.endsWith('resourcegroups') ? 'name_global' : 'name_general');

  recordedTest(
    'every attribute that is read of Trino is in 476 or 483, but for the executors of other versions',
    join(SAMPLES, trino[483]),
    async () => {
      const texts = Object.values(trino).map((file) => gunzipSync(readFileSync(join(SAMPLES, file))).toString('utf8'));
      const names = new Set(texts.flatMap((text) => text.split('\n').map((line) => line.split(/[ {]/)[0] ?? '')));
      const attributes = JMX_METRICS.flatMap((metric) => metric.attributes).filter(({ objectName }) =>
        objectName.startsWith('trino.'),
      );
      const missing = attributes.filter(({ objectName, attribute }) => !names.has(nameIn(objectName, attribute)));
      expect(new Set(missing.map(({ objectName }) => objectName))).toEqual(
        new Set([
          'trino.execution.executor:name=TaskExecutor',
          'trino.execution.executor.timesharing:name=TimeSharingTaskExecutor',
        ]),
      );
      expect(attributes.length - missing.length).toBeGreaterThan(50);
    },
  );
});
