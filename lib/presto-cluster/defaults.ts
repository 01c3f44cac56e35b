/** Props with every default in place. */
import { Duration } from 'aws-cdk-lib';
import { isPlanned, type Planned, plannedTypes, workerTypes } from './planned.ts';
import type { PrestoClusterProps, TaskFleet, WorkerType } from './props.ts';

export interface FilledTask extends Required<TaskFleet> {
  readonly types: readonly WorkerType[];
  /** How they were chosen; absent where they were given. */
  readonly planned?: Planned;
}

export interface FilledProps extends PrestoClusterProps {
  /** Of the stack, where table, queue and buckets are as well. */
  readonly region: string;
  readonly coresPerUnit: number;
  readonly task: FilledTask;
  readonly gracefulShutdownTimeout: Duration;
  readonly shutdownGracePeriod: Duration;
  readonly requiredWorkers: number;
  readonly workerStartTime: Duration;
  readonly requiredWorkersMaxWait: Duration;
  readonly workerGrace: Duration;
  readonly logPrefix: string;
  readonly exchangePrefix: string;
}

const MINIMUM_UNITS = 4;

/** The fleet's types, as given or as chosen. */
const typesOf = (
  task: TaskFleet,
  limits: Parameters<typeof plannedTypes>[1],
): Pick<FilledTask, 'types' | 'planned'> => {
  if (!isPlanned(task.types)) return { types: task.types };
  const planned = plannedTypes(task.types.plan, limits);
  return { types: workerTypes(planned), planned };
};

const filledTask = (task: TaskFleet, coresPerUnit: number): FilledTask => {
  const minimumUnits = task.minimumUnits ?? MINIMUM_UNITS;
  const initialOnDemandUnits = task.initialOnDemandUnits ?? 0;
  const { maximumUnits = 100, mostUnitsPerInstance = 4 } = task;
  return {
    spotStartTimeout: Duration.minutes(15),
    spotResizeTimeout: Duration.minutes(10),
    onDemandResizeTimeout: Duration.minutes(10),
    // EMR makes no fleet of nothing (RunJobFlow: "one or greater for either").
    initialSpotUnits: Math.max(minimumUnits - initialOnDemandUnits, initialOnDemandUnits > 0 ? 0 : 1),
    ...task,
    ...typesOf(task, { coresPerUnit, maximumUnits, mostUnitsPerInstance }),
    maximumUnits,
    mostUnitsPerInstance,
    minimumUnits,
    initialOnDemandUnits,
  };
};

/** Prefixes in buckets, without slashes at their ends. */
const prefix = (given: string | undefined, otherwise: string): string => (given ?? otherwise).replace(/^\/+|\/+$/g, '');

export const filled = (props: PrestoClusterProps, region: string): FilledProps => {
  const workerStartTime = props.workerStartTime ?? Duration.minutes(10);
  const coresPerUnit = props.coresPerUnit ?? 16;
  return {
    ...props,
    region,
    coresPerUnit,
    task: filledTask(props.task, coresPerUnit),
    gracefulShutdownTimeout: props.presto?.gracefulShutdownTimeout ?? Duration.minutes(30),
    shutdownGracePeriod: props.trino?.shutdownGracePeriod ?? Duration.seconds(20),
    requiredWorkers: props.requiredWorkers ?? 1,
    workerStartTime,
    requiredWorkersMaxWait: props.requiredWorkersMaxWait ?? Duration.millis(2 * workerStartTime.toMilliseconds()),
    workerGrace: props.workerGrace ?? Duration.seconds(110),
    logPrefix: prefix(props.logPrefix, `emr/${props.clusterName}`),
    exchangePrefix: prefix(props.trino?.taskRetries?.exchangePrefix, `exchange/${props.clusterName}`),
  };
};

/** Units of one instance; not whole for a type that does not fit. */
export const weightOf = ({ vcpus }: WorkerType, coresPerUnit: number): number => vcpus / coresPerUnit;
