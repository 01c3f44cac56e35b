/** What is wrong with props: every mistake at once, before anything is made. */
import { type Duration, Token } from 'aws-cdk-lib';
import { CLUSTER_TAG, ENVIRONMENT_TAG } from '../../lambdas/contract.ts';
import { CLUSTER_NAME, ENVIRONMENT_NAME } from '../environment-fields.ts';
import { problemAt, sentenceOf } from '../environment-problem.ts';
import { tagKeyProblems } from '../environment-tags.ts';
import { architectureOf, argumentProblems } from './bootstrap.ts';
import { type FilledProps, weightOf } from './defaults.ts';
import type { WorkerType } from './props.ts';
import { EMR_POLICY_TAG } from './roles.ts';
import { clashes } from './settings.ts';

/** EMR: at most so many types in a fleet with an allocation strategy (API reference, InstanceFleetConfig). */
const MOST_TYPES = 30;
/** EMR: bounds of a resize's timeout, and of spot's at the start of a cluster, in minutes (API reference). */
const RESIZE_MINUTES = [5, 10_080] as const;
const START_MINUTES = [5, 1440] as const;

const CHECKED_URL = /^(s3|https):\/\/[^\s#]+#[0-9a-f]{64}$/;
const TYPE = /^[a-z0-9-]+\.[a-z0-9-]+$/;

const wrong = (name: string, value: unknown, expected: string, remedy?: string): string =>
  sentenceOf(problemAt([name], value, expected, remedy));

/** A value that is only known at deploy cannot be judged. */
const text = (name: string, value: string, pattern: RegExp, expected: string): string[] =>
  Token.isUnresolved(value) || pattern.test(value) ? [] : [wrong(name, value, expected)];

const whole = (name: string, value: number, least: number, most = 100_000): string[] =>
  Number.isInteger(value) && value >= least && value <= most
    ? []
    : [wrong(name, value, `a whole number from ${least} to ${most}`)];

/** Also of a duration that is no whole number of them, on which CDK's own conversion throws. */
const secondsOf = (value: Duration): number => value.toMilliseconds() / 1000;

const lasts = (name: string, value: Duration, least: number, most: number): string[] => {
  const given = secondsOf(value);
  return Number.isInteger(given) && given >= least && given <= most
    ? []
    : [wrong(name, `${given} s`, `whole seconds from ${least} to ${most}`)];
};

const minutes = (name: string, value: Duration, [least, most]: readonly [number, number]): string[] => {
  const given = secondsOf(value) / 60;
  return Number.isInteger(given) && given >= least && given <= most
    ? []
    : [wrong(name, `${given} min`, `whole minutes from ${least} to ${most}`)];
};

const repeated = (values: readonly string[]): string[] => [
  ...new Set(values.filter((value, index) => values.indexOf(value) !== index)),
];

const listed = (name: string, values: readonly string[], most: number): string[] => [
  ...(values.length >= 1 && values.length <= most ? [] : [wrong(name, `${values.length} of them`, `1 to ${most}`)]),
  ...repeated(values).map((value) => `${name} has ${value} more than once.`),
];

const weightProblem = (name: string, one: WorkerType, cores: number, most: number): string[] => {
  const weight = weightOf(one, cores);
  const told = `${name}: ${one.type} has ${one.vcpus} vCPU, which is ${weight} units of ${cores} cores`;
  if (!Number.isInteger(one.vcpus) || one.vcpus < 1)
    return [wrong(`${name}: vcpus of ${one.type}`, one.vcpus, '1 or more')];
  if (!Number.isInteger(weight)) return [`${told}, expected whole units: leave it out, or choose coresPerUnit anew.`];
  return weight > most ? [`${told}, expected at most ${most}: EMR overshoots a target by so much less one.`] : [];
};

const memoryProblem = (name: string, { type, memoryGiB }: WorkerType): string[] =>
  memoryGiB === undefined || memoryGiB > 0 ? [] : [wrong(`${name}: memoryGiB of ${type}`, memoryGiB, 'more than 0')];

const typeProblems = (name: string, types: readonly WorkerType[], cores: number, most: number): string[] => [
  ...listed(
    name,
    types.map(({ type }) => type),
    MOST_TYPES,
  ),
  ...types.flatMap((one) => [
    ...text(`${name}: type`, one.type, TYPE, 'an instance type such as r6g.4xlarge'),
    ...weightProblem(name, one, cores, most),
    ...memoryProblem(name, one),
  ]),
];

const primaryProblems = ({ primaryTypes }: FilledProps): string[] => {
  const kinds = new Set(primaryTypes.map(architectureOf));
  return [
    ...listed('primaryTypes', primaryTypes, MOST_TYPES),
    ...primaryTypes.flatMap((type) => text('primaryTypes', type, TYPE, 'an instance type such as m6g.xlarge')),
    ...(kinds.size > 1
      ? [`primaryTypes are ${[...kinds].join(' and ')}, expected one: the exporter’s Node fits one.`]
      : []),
  ];
};

const unitProblems = ({ task }: FilledProps): string[] => {
  const limits = [
    ...whole('task.minimumUnits', task.minimumUnits, 0),
    ...whole('task.maximumUnits', task.maximumUnits, 1),
    ...whole('task.initialSpotUnits', task.initialSpotUnits, 0),
    ...whole('task.initialOnDemandUnits', task.initialOnDemandUnits, 0),
    ...whole('task.mostUnitsPerInstance', task.mostUnitsPerInstance, 1),
  ];
  const initial = task.initialSpotUnits + task.initialOnDemandUnits;
  const least = Math.max(1, task.minimumUnits);
  if (limits.length > 0 || (initial >= least && initial <= task.maximumUnits)) return limits;
  return [
    `task starts with ${initial} units, expected ${least} (the minimum, and no fleet is empty) to ${task.maximumUnits}.`,
  ];
};

const taskProblems = (props: FilledProps): string[] => {
  const { spotStartTimeout, spotResizeTimeout, onDemandResizeTimeout } = props.task;
  return [
    ...unitProblems(props),
    ...minutes('task.spotStartTimeout', spotStartTimeout, START_MINUTES),
    ...minutes('task.spotResizeTimeout', spotResizeTimeout, RESIZE_MINUTES),
    ...minutes('task.onDemandResizeTimeout', onDemandResizeTimeout, RESIZE_MINUTES),
  ];
};

/** Without the size of a unit no weight can be judged. */
const weightProblems = ({ core, task, coresPerUnit }: FilledProps): string[] => {
  const cores = whole('coresPerUnit', coresPerUnit, 1, 1024);
  if (cores.length > 0) return cores;
  return [
    ...typeProblems('core.types', core.types, coresPerUnit, Number.POSITIVE_INFINITY),
    ...(task.planned?.mistakes ?? typeProblems('task.types', task.types, coresPerUnit, task.mostUnitsPerInstance)),
  ];
};

const waitProblems = ({ requiredWorkersMaxWait, workerStartTime }: FilledProps): string[] => {
  const [wait, start] = [secondsOf(requiredWorkersMaxWait), secondsOf(workerStartTime)];
  return wait >= start
    ? []
    : [
        `requiredWorkersMaxWait is ${wait} s, expected at least workerStartTime, ${start} s: queries would fail before help comes.`,
      ];
};

const trinoProblems = (props: FilledProps): string[] => {
  const [twice, grace] = [2 * secondsOf(props.shutdownGracePeriod), secondsOf(props.workerGrace)];
  return [
    ...(props.presto === undefined ? [] : ['presto is given with engine "trino": leave it out.']),
    ...lasts('trino.shutdownGracePeriod', props.shutdownGracePeriod, 1, 3600),
    ...(twice < grace
      ? []
      : [
          `trino.shutdownGracePeriod is ${twice / 2} s, expected less than half of workerGrace (${grace} s): a drain waits for it twice.`,
        ]),
  ];
};

const prestoProblems = (props: FilledProps): string[] => [
  ...(props.trino === undefined ? [] : ['trino is given with engine "presto": leave it out.']),
  ...lasts('presto.gracefulShutdownTimeout', props.gracefulShutdownTimeout, 1, 604_800),
];

const engineProblems = (props: FilledProps): string[] => {
  const known = ['presto', 'trino'].includes(props.engine);
  const both = ['Presto', 'Trino', 'PrestoSQL'].filter((name) => props.applications?.includes(name));
  const ofEngine = props.engine === 'trino' ? trinoProblems : prestoProblems;
  return [
    ...(known ? ofEngine(props) : [wrong('engine', props.engine, '"presto" or "trino"')]),
    ...both.map((name) => `applications has ${name}: the engine is installed already, and EMR takes one.`),
    ...whole('requiredWorkers', props.requiredWorkers, 1),
    ...lasts('workerStartTime', props.workerStartTime, 1, 86_400),
    ...lasts('requiredWorkersMaxWait', props.requiredWorkersMaxWait, 1, 86_400),
    ...waitProblems(props),
    ...lasts('workerGrace', props.workerGrace, 1, 86_400),
    ...(known ? clashes(props) : []),
  ];
};

const nameProblems = (props: FilledProps): string[] => [
  ...text('clusterName', props.clusterName, CLUSTER_NAME.pattern, CLUSTER_NAME.means),
  ...text('environment', props.environment, ENVIRONMENT_NAME.pattern, ENVIRONMENT_NAME.means),
  ...text(
    'releaseLabel',
    props.releaseLabel,
    /^emr-7\.\d+\.\d+$/,
    'a release such as "emr-7.10.0": the exporter needs EMR 7',
  ),
  ...(Token.isUnresolved(props.subnetIds) ? [] : listed('subnetIds', props.subnetIds, 100)),
];

const fileProblems = ({ nodeArchive, publishedFiles }: FilledProps): string[] => {
  const checked = {
    nodeArchive,
    'publishedFiles.bundle': publishedFiles?.bundle,
    'publishedFiles.exporter': publishedFiles?.exporter,
  };
  return [
    ...Object.entries(checked).flatMap(([name, url]) =>
      url === undefined ? [] : text(name, url, CHECKED_URL, 'URL#SHA256 with s3:// or https:// and 64 hex digits'),
    ),
    ...(publishedFiles === undefined
      ? []
      : text('publishedFiles.install', publishedFiles.install, /^s3:\/\/[^\s#/]+\/[^\s#]+$/, 's3://bucket/key')),
  ];
};

const autoscalerProblems = ({ autoscaler }: FilledProps): string[] =>
  autoscaler === undefined
    ? []
    : [
        ...text('autoscaler.tableName', autoscaler.tableName, /^[\w.-]{3,255}$/, 'the name of a DynamoDB table'),
        ...text(
          'autoscaler.tickQueueUrl',
          autoscaler.tickQueueUrl,
          /^https?:\/\/[^/\s]+\/\d{12}\/[\w-]{1,80}$/,
          'the address of a standard queue, such as https://sqs.eu-central-1.amazonaws.com/123456789012/ticks',
        ),
      ];

const tagProblems = ({ tags = {} }: FilledProps): string[] => [
  ...tagKeyProblems(['tags'], tags).map(sentenceOf),
  ...Object.keys(tags)
    .filter((key) => [ENVIRONMENT_TAG, CLUSTER_TAG, EMR_POLICY_TAG].includes(key))
    .map((key) => `tags has ${key}, which is not yours to set: leave it out.`),
];

/** Every mistake, a sentence each, that says what was given and what was expected. */
export const problemsOf = (props: FilledProps): string[] => [
  ...nameProblems(props),
  ...engineProblems(props),
  ...primaryProblems(props),
  ...whole('core.units', props.core.units, 1),
  ...weightProblems(props),
  ...taskProblems(props),
  ...fileProblems(props),
  ...argumentProblems(props),
  ...autoscalerProblems(props),
  ...tagProblems(props),
];
