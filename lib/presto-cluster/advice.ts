/** What may be meant, and seldom is: warnings at synth. */
import { Annotations, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { type PlanReasonCode, planSentence } from '../../planning/portfolio/reasons.ts';
import { type FilledProps, weightOf } from './defaults.ts';
import type { WorkerType } from './props.ts';

/** AWS: "at least 15" (Management Guide, "Best practices for instance and Availability Zone flexibility"). */
const MANY_TYPES = 15;
/** Memory for a core may differ by so much among the types of a fleet. */
const MEMORY_RATIO = 2;
/** EMR 7.11 has Trino 475, whose graceful shutdown does not wait for tasks (trinodb/trino#25690). */
const WITHOUT_GRACE = /^emr-7\.11\./;

/** Notices of a plan that somebody who makes a cluster has to know. */
const ABOUT_TYPES: readonly PlanReasonCode[] = [
  'type-share-raised',
  'one-architecture',
  'less-memory',
  'maximum-small',
];

type Advice = readonly [id: string, text: string];

const memoryPerCore = (types: readonly WorkerType[]): readonly number[] =>
  types.flatMap(({ memoryGiB, vcpus }) => (memoryGiB === undefined ? [] : [memoryGiB / vcpus]));

const aboutTypes = ({ task }: FilledProps): Advice[] => {
  const memory = memoryPerCore(task.types);
  const [least, most] = [Math.min(...memory), Math.max(...memory)];
  return [
    ...(task.types.length < MANY_TYPES
      ? [
          [
            'few-types',
            `task.types has ${task.types.length} types, AWS advises ${MANY_TYPES} or more: spot is lost and missing by pool.`,
          ] as const,
        ]
      : []),
    ...(memory.length > 1 && most > MEMORY_RATIO * least
      ? [
          [
            'uneven-memory',
            `task.types have ${least} to ${most} GiB for a core: a query fails on the least, and a unit is not always the same.`,
          ] as const,
        ]
      : []),
  ];
};

/** What a plan may surprise with. */
const aboutPlan = ({ task, region }: FilledProps): Advice[] => {
  if (task.planned?.plan === undefined) return [];
  const { plan, catalogue, shipped } = task.planned;
  return [
    ...(shipped
      ? [
          [
            'shipped-catalogue',
            'task.types are planned with the catalogue of this version of prestoscale: with another version they may be others, and the cluster is replaced. Keep a catalogue of your own: prestoscale catalog refresh --out FILE.',
          ] as const,
        ]
      : []),
    ...(Token.isUnresolved(region) || catalogue.region === region
      ? []
      : [
          [
            'other-region',
            `task.types are planned with prices of ${catalogue.region}, the cluster is in ${region}: not every type is there. prestoscale catalog refresh --region ${region} reads its own.`,
          ] as const,
        ]),
    ...plan.notices
      .filter(({ code }) => ABOUT_TYPES.includes(code))
      .map((notice) => [`plan-${notice.code}`, `task.types: ${planSentence(notice)}`] as const),
  ];
};

/** Fewest workers at the policy's minimum: EMR may meet a target with its largest instances. */
const fewestWorkers = ({ core, task, coresPerUnit }: FilledProps): number => {
  const fewest = (units: number, types: readonly WorkerType[]): number =>
    Math.ceil(units / Math.max(...types.map((one) => weightOf(one, coresPerUnit))));
  return fewest(core.units, core.types) + fewest(task.minimumUnits, task.types);
};

const aboutQueries = (props: FilledProps): Advice[] => {
  const fewest = fewestWorkers(props);
  return [
    ...(props.requiredWorkers > fewest
      ? [
          [
            'waits-for-workers',
            `requiredWorkers is ${props.requiredWorkers} and the minimum may be ${fewest} workers: then queries wait for a start.`,
          ] as const,
        ]
      : []),
    ...(props.engine === 'trino' && WITHOUT_GRACE.test(props.releaseLabel)
      ? [
          [
            'no-grace',
            `${props.releaseLabel} has Trino 475, which does not wait for tasks: take another release.`,
          ] as const,
        ]
      : []),
  ];
};

const aboutLogs = ({ logBucket }: FilledProps): Advice[] =>
  logBucket === undefined
    ? [['no-logs', 'logBucket is missing: why a start failed cannot be found out once the cluster is gone.']]
    : [];

/** Each can be acknowledged by its id, `prestoscale:…`. */
export const advise = (scope: Construct, props: FilledProps): void => {
  for (const [id, text] of [...aboutTypes(props), ...aboutPlan(props), ...aboutQueries(props), ...aboutLogs(props)])
    Annotations.of(scope).addWarningV2(`prestoscale:${id}`, text);
};
