/** docs/metrics.md, from the tables of metrics and the notes on them. */
import { JMX_METRICS, type JmxMetric } from '../exporters/jmx/metrics.ts';
import { type ListedMetric, METRIC_LIST } from './metric-list.ts';
import { METRIC_NOTES, type MetricNote } from './metric-notes.ts';

const SECTIONS = {
  engine: [
    'The load of the engine',
    'Told by the exporter at `/metrics`, from one reading of the coordinator every few seconds. The autoscaler’s samples are made of these numbers.',
  ],
  history: [
    'Ended queries',
    'Told by the exporter where `--history` is on. Counting begins with the first whole reading of the engine’s lists of ended queries. Groups, users and sources: up to 50 of each have a series of their own, the others count as `other`.',
  ],
  autoscaler: [
    'The autoscaler',
    'Told by the exporter where `--autoscaler` is on. Read from the table every 15 s; after three failed readings none of them is told but how the readings go.',
  ],
  exporter: [
    'The exporter',
    'What the exporter says of itself. Sources are the parts of the engine that are read: info, cluster, queries, workers, memory.',
  ],
} as const satisfies Readonly<Record<keyof typeof METRIC_NOTES, readonly [string, string]>>;

/** What the ending of a name says of its unit; the longer ones first. */
const UNITS: readonly (readonly [ending: string, unit: string])[] = [
  ['timestamp_seconds', 'seconds since 1970'],
  ['usd_per_hour', 'US dollars an hour'],
  ['usd', 'US dollars'],
  ['seconds', 'seconds'],
  ['bytes', 'bytes'],
  ['ratio', 'share, 1 is all'],
  ...['units', 'cores', 'queries', 'workers', 'splits', 'nodes', 'tasks', 'threads', 'slots', 'rows', 'drivers'].map(
    (word) => [word, word] as const,
  ),
  ['processors', 'processors'],
  ['failures', 'queries'],
];

/** @throws Error for a metric whose name does not end in a unit, and that has none in its note */
const unitOf = (name: string, note?: MetricNote): string => {
  const bare = name.replace(/_total$/, '');
  const unit = note?.unit ?? UNITS.find(([ending]) => bare.endsWith(`_${ending}`))?.[1];
  if (unit === undefined) throw new Error(`${name}: add its unit to scripts/metric-notes.ts`);
  return unit;
};

const cell = (text: string): string => text.replaceAll('|', '\\|');
const labelsOf = (labels: readonly string[] | undefined): string =>
  labels === undefined || labels.length === 0 ? '' : labels.map((label) => `\`${label}\``).join(', ');

const row = ({ name, type, help }: ListedMetric, notes: Readonly<Record<string, MetricNote>>): string => {
  const note = notes[name];
  if (note === undefined) throw new Error(`${name}: add a note to scripts/metric-notes.ts`);
  const { source, absent, labels } = note;
  return `| \`${name}\` | ${type} | ${unitOf(name, note)} | ${labelsOf(labels)} | ${cell(help)} | ${cell(source)} | ${cell(absent)} |`;
};

const section = (key: keyof typeof METRIC_NOTES): readonly string[] => {
  const [title, about] = SECTIONS[key];
  return [
    `## ${title}`,
    '',
    about,
    '',
    '| metric | type | unit | labels | what it is | source | absent means |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...METRIC_LIST[key].map((metric) => row(metric, METRIC_NOTES[key])),
    '',
  ];
};

const ENGINE_NAMES = { presto: 'PrestoDB', trino: 'Trino' } as const;

const jmxSource = ({ attributes }: JmxMetric): string => {
  const beans = new Set(
    attributes.map(({ objectName, attribute, properties }) =>
      objectName.includes('*')
        ? `${objectName.split(':')[0]}:${properties.replace(/name=.*/, 'name=…')} ${attribute}`
        : `${objectName} ${attribute}`,
    ),
  );
  return [...beans].map((bean) => `\`${bean}\``).join('<br>');
};

const unique = <Value>(values: readonly Value[]): readonly Value[] => [...new Set(values)];

const jmxRow = (metric: JmxMetric): string => {
  const { name, type, help, attributes } = metric;
  const labels = unique(attributes.flatMap(({ labels: given = {} }) => Object.keys(given)));
  const engines = unique(attributes.flatMap((one) => one.engines)).map((engine) => ENGINE_NAMES[engine]);
  const roles = unique(attributes.flatMap((one) => one.roles));
  return `| \`${name}\` | ${type} | ${unitOf(name)} | ${labelsOf(labels)} | ${cell(help)} | ${engines.join(', ')} | ${roles.join(', ')} | ${jmxSource(metric)} |`;
};

const jmxSection = (): readonly string[] => [
  '## The JVMs',
  '',
  'Told by the JMX agent of every node (`exporters/jmx/*.yaml`), at a port of its own. Beside these the agent tells `jvm_…` and `process_…` of its JVM: heap, garbage collection, threads, files. A metric is absent where the MBean is: the agent has no answer from the JVM, the engine or its version has no such MBean, or a resource group has not been used or has no `jmxExport`.',
  '',
  '| metric | type | unit | labels | what it is | engines | nodes | MBeans |',
  '| --- | --- | --- | --- | --- | --- | --- | --- |',
  ...JMX_METRICS.map(jmxRow),
  '',
];

/** Every metric with its unit, its labels, its source, and what it means when it is absent. */
export const metricsReference = (): string =>
  [
    '# Metrics',
    '',
    'Generated by `npm run docs` from the tables of metrics and `scripts/metric-notes.ts`; the test run fails when it is out of date.',
    '',
    'A metric that is absent is unknown, and unknown is not zero: dashboards show a gap, and the autoscaler does not shrink on it. The labels `environment`, `cluster`, `role` and `instance` are added by Prometheus (`dashboards/prometheus/prometheus.yml`).',
    '',
    ...section('engine'),
    ...section('history'),
    ...section('autoscaler'),
    ...section('exporter'),
    ...jmxSection(),
  ].join('\n');
