/** Props with every default in place. */
import { Duration } from 'aws-cdk-lib';
import type { PrestoClusterProps, TaskFleet, WorkerType } from './props.ts';

export type FilledTask = Required<TaskFleet>;

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

const filledTask = (task: TaskFleet): FilledTask => {
  const minimumUnits = task.minimumUnits ?? MINIMUM_UNITS;
  const initialOnDemandUnits = task.initialOnDemandUnits ?? 0;
  return {
    maximumUnits: 100,
    mostUnitsPerInstance: 4,
    spotStartTimeout: Duration.minutes(15),
    spotResizeTimeout: Duration.minutes(10),
    onDemandResizeTimeout: Duration.minutes(10),
    // EMR makes no fleet of nothing (RunJobFlow: "one or greater for either").
    initialSpotUnits: Math.max(minimumUnits - initialOnDemandUnits, initialOnDemandUnits > 0 ? 0 : 1),
    ...task,
    minimumUnits,
    initialOnDemandUnits,
  };
};

/** Prefixes in buckets, without slashes at their ends. */
const prefix = (given: string | undefined, otherwise: string): string => (given ?? otherwise).replace(/^\/+|\/+$/g, '');

export const filled = (props: PrestoClusterProps, region: string): FilledProps => {
  const workerStartTime = props.workerStartTime ?? Duration.minutes(10);
  return {
    ...props,
    region,
    coresPerUnit: props.coresPerUnit ?? 16,
    task: filledTask(props.task),
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
