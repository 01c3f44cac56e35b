/** Every metric of the engine: name, help, type and the field of the sample it shows. What exports and what scrapes read it here. */
import type { QueryClassSample, WorkloadSample } from '../../lambdas/core/model.ts';
import type { EngineDetails } from './details.ts';

export interface MetricDefinition {
  readonly name: string;
  readonly help: string;
  readonly type: 'gauge' | 'counter';
}

/** A metric with its values; a metric without values is left out. */
export interface MetricFamily extends MetricDefinition {
  readonly values: readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[];
}

/** One histogram. */
export interface HistogramValue {
  readonly labels: Readonly<Record<string, string>>;
  /** Rising; each counts what is at most `upTo`, those below included. The one without end is `count`. */
  readonly buckets: readonly { readonly upTo: number; readonly count: number }[];
  readonly sum: number;
  readonly count: number;
}

export interface HistogramFamily extends Omit<MetricDefinition, 'type'> {
  readonly type: 'histogram';
  readonly values: readonly HistogramValue[];
}

export type AnyMetricFamily = MetricFamily | HistogramFamily;

interface FieldMetric<Field> extends MetricDefinition {
  readonly field: Field;
}

const PREFIX = 'prestoscale_engine';

const gauge = <Field extends string>(field: Field, name: string, help: string): FieldMetric<Field> => ({
  field,
  name: `${PREFIX}_${name}`,
  help,
  type: 'gauge',
});

const counter = <Field extends string>(field: Field, name: string, help: string): FieldMetric<Field> => ({
  field,
  name: `${PREFIX}_${name}`,
  help,
  type: 'counter',
});

export const SAMPLE_METRICS = [
  gauge('takenAt', 'sample_timestamp_seconds', 'When the engine was read, in seconds since 1970.'),
  gauge('runningQueries', 'running_queries', 'Queries that have started and can be worked on, blocked ones included.'),
  gauge('queuedQueries', 'queued_queries', 'Queries that wait for capacity and not for the limit of their own group.'),
  gauge(
    'waitingForWorkersQueries',
    'waiting_for_workers_queries',
    'Queries that wait until enough workers are active.',
  ),
  gauge('groupHeldQueries', 'group_held_queries', 'Queries that their resource group holds back by its own limit.'),
  gauge(
    'blockedOnMemoryQueries',
    'blocked_on_memory_queries',
    'Running queries that can go on only when memory is free.',
  ),
  gauge(
    'requiredWorkers',
    'required_workers',
    'Workers that a waiting query requires before it starts; 0 if none waits.',
  ),
  gauge('readyWorkers', 'ready_workers', 'Workers that take work, without the coordinator.'),
  gauge('readyCores', 'ready_cores', 'Processors of the workers that take work, summed.'),
  gauge('drainingWorkers', 'draining_workers', 'Workers that only finish the tasks they have.'),
  gauge('drainingCores', 'draining_cores', 'Processors of the draining workers, summed.'),
  counter('cpuSecondsTotal', 'cpu_seconds_total', 'CPU time of all queries since the engine started.'),
  gauge('reservedMemoryBytes', 'reserved_memory_bytes', 'Memory that queries have reserved on all workers.'),
  gauge('totalMemoryBytes', 'memory_bytes', 'Memory that queries may reserve on the workers that take work.'),
  gauge('oldestWaitSeconds', 'oldest_wait_seconds', 'Age of the oldest query that waits or is held; 0 if none.'),
  gauge('oldestRunningSeconds', 'oldest_running_seconds', 'Time since the oldest running query started; 0 if none.'),
] as const satisfies readonly FieldMetric<keyof WorkloadSample>[];

/** Tells an engine without classes from one whose classes are unknown. */
export const CLASSES_METRIC: MetricDefinition = {
  name: `${PREFIX}_classes`,
  help: 'Classes of queries that are told one by one, the class other included.',
  type: 'gauge',
};

/** Its value is `source|user|group`, or `other`. */
export const CLASS_LABEL = 'class';

export const CLASS_METRICS = [
  gauge('live', 'class_live_queries', 'Live queries of a class that run, or would if there were capacity.'),
  gauge('held', 'class_held_queries', 'Live queries of a class that their resource group holds back.'),
  gauge('cpuSecondsUsed', 'class_live_cpu_seconds', 'CPU time that the live queries of a class have used so far.'),
  gauge(
    'parallelismCores',
    'class_parallelism_cores',
    'Estimate of the cores that the live queries of a class could use.',
  ),
  counter('finishedQueries', 'class_finished_queries_total', 'Queries of a class that were live and are gone.'),
  counter('finishedCpuSeconds', 'class_finished_cpu_seconds_total', 'CPU time of the finished queries of a class.'),
] as const satisfies readonly FieldMetric<keyof QueryClassSample>[];

const unlabelled = (definition: MetricDefinition, value: number | undefined): MetricFamily => ({
  ...definition,
  values: value === undefined ? [] : [{ labels: {}, value }],
});

const ofClasses = (metric: (typeof CLASS_METRICS)[number], classes: readonly QueryClassSample[]): MetricFamily => ({
  ...metric,
  values: classes.flatMap((one) => {
    const value = one[metric.field];
    return value === undefined ? [] : [{ labels: { [CLASS_LABEL]: one.name }, value }];
  }),
});

/** The metrics of a sample. A field that is absent has no series. */
export const sampleFamilies = (sample: WorkloadSample): readonly MetricFamily[] => [
  ...SAMPLE_METRICS.map((metric) => unlabelled(metric, sample[metric.field])),
  unlabelled(CLASSES_METRIC, sample.classes?.length),
  ...CLASS_METRICS.map((metric) => ofClasses(metric, sample.classes ?? [])),
];

/** Which engine is read; its value is always 1. */
const INFO_METRIC: MetricDefinition = {
  name: `${PREFIX}_info`,
  help: 'Engine and version that answer at the address.',
  type: 'gauge',
};

/** Shown, and not part of the sample. */
const DETAIL_METRICS = [
  gauge('blockedQueries', 'blocked_queries', 'Running queries that wait as a whole: for memory, stages or the client.'),
  gauge('runningSplits', 'running_splits', 'Drivers of live queries that have a thread on a worker.'),
  gauge('queuedSplits', 'queued_splits', 'Drivers of live queries that wait for a thread.'),
  gauge('busyCores', 'busy_cores', 'Cores that queries kept busy over about the last minute.'),
  gauge('blockedMemoryBytes', 'blocked_memory_bytes', 'Memory reserved by queries that wait for more memory.'),
  gauge('memoryBlockedNodes', 'memory_blocked_nodes', 'Nodes on which queries wait for memory; Trino only.'),
] as const satisfies readonly FieldMetric<Exclude<keyof EngineDetails, 'engine'>>[];

/** The metrics of what is shown besides the sample. A field that is absent has no series. */
export const detailFamilies = ({ engine, ...details }: EngineDetails): readonly MetricFamily[] => [
  {
    ...INFO_METRIC,
    values: engine === undefined ? [] : [{ labels: { engine: engine.kind, version: engine.version }, value: 1 }],
  },
  ...DETAIL_METRICS.map((metric) => unlabelled(metric, details[metric.field])),
];

/** The last line of `/metrics`, a comment to Prometheus: without it the text was cut off. */
export const END_OF_METRICS = '# EOF';
