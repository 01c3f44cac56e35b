/**
 * The MBeans of both engines that the JMX agent reads. Names: PrestoDB 0.234 to 0.300 and Trino 424 to 483, read in JVMs
 * that ran.
 */
import type { EngineKind } from '../engine/reading.ts';

export type JmxRole = 'coordinator' | 'worker';

/** One attribute of an MBean, or one by the name of the MBean. */
export interface JmxAttribute {
  readonly engines: readonly EngineKind[];
  readonly roles: readonly JmxRole[];
  /** As it is asked for: an object name, or a pattern of names. */
  readonly objectName: string;
  /** The properties in the agent's form; what is in parentheses is `$1` for labels. */
  readonly properties: string;
  /** With its dots, such as `StartedQueries.TotalCount`. */
  readonly attribute: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** By which the value is multiplied. */
  readonly factor?: number;
}

/** An MBean without its attributes. */
export type Bean = Omit<JmxAttribute, 'attribute' | 'labels' | 'factor'>;

const bean = (
  engine: EngineKind,
  role: JmxRole,
  objectName: string,
  properties = objectName.slice(objectName.indexOf(':') + 1).replaceAll(',', ', '),
): Bean => ({ engines: [engine], roles: [role], objectName, properties });

const PRESTO = 'com.facebook.presto';
const ANY_NAME = 'name=([^>]+)';

export const DISPATCH = [
  bean('presto', 'coordinator', `${PRESTO}.dispatcher:name=DispatchManager`),
  bean('trino', 'coordinator', 'trino.execution:name=QueryManager'),
];
/** Trino 477 gave it another name. */
export const NODES = [
  bean('presto', 'coordinator', `${PRESTO}.metadata:name=DiscoveryNodeManager`),
  bean('trino', 'coordinator', 'trino.metadata:name=DiscoveryNodeManager'),
  bean('trino', 'coordinator', 'trino.node:name=CoordinatorNodeManager'),
];
export const CLUSTER_MEMORY = [
  bean('presto', 'coordinator', `${PRESTO}.memory:name=ClusterMemoryManager`),
  bean('trino', 'coordinator', 'trino.memory:name=ClusterMemoryManager'),
];
export const CLUSTER_POOLS = [
  bean('presto', 'coordinator', `${PRESTO}.memory:type=ClusterMemoryPool,*`, `type=ClusterMemoryPool, ${ANY_NAME}`),
  bean('trino', 'coordinator', 'trino.memory:type=ClusterMemoryPool,*', `type=ClusterMemoryPool, ${ANY_NAME}`),
];
export const GROUPS = [`${PRESTO}.execution.resourceGroups`, 'trino.execution.resourcegroups'].map((domain, index) =>
  bean(
    index === 0 ? 'presto' : 'trino',
    'coordinator',
    `${domain}:type=InternalResourceGroup,*`,
    `type=InternalResourceGroup, ${ANY_NAME}`,
  ),
);
export const SIZE = [bean('trino', 'coordinator', 'trino.execution:name=ClusterSizeMonitor')];
export const ALLOCATOR = [
  bean('trino', 'coordinator', 'trino.execution.scheduler.faulttolerant:name=BinPackingNodeAllocatorService'),
];
/** Trino: the first until 423, the second from 424 and by choice since 438. */
export const EXECUTORS = [
  bean('presto', 'worker', `${PRESTO}.execution.executor:name=TaskExecutor`),
  bean('trino', 'worker', 'trino.execution.executor:name=TaskExecutor'),
  bean('trino', 'worker', 'trino.execution.executor.timesharing:name=TimeSharingTaskExecutor'),
];
/** What Trino uses since 438 unless it is told otherwise. */
export const DEDICATED = [
  bean('trino', 'worker', 'trino.execution.executor.dedicated:name=ThreadPerDriverTaskExecutor'),
];
export const TASKS = [
  bean('presto', 'worker', `${PRESTO}.execution:name=TaskManager`),
  bean('trino', 'worker', 'trino.execution:name=SqlTaskManager'),
];
export const POOLS = [
  bean('presto', 'worker', `${PRESTO}.memory:type=MemoryPool,*`, `type=MemoryPool, ${ANY_NAME}`),
  bean('trino', 'worker', 'trino.memory:type=MemoryPool,*', `type=MemoryPool, ${ANY_NAME}`),
];
export const SYSTEM: readonly Bean[] = [
  {
    engines: ['presto', 'trino'],
    roles: ['coordinator', 'worker'],
    objectName: 'java.lang:type=OperatingSystem',
    properties: 'type=OperatingSystem',
  },
];

/**
 * Groups below a root group: they may be made for each user, and so have no bound. Root groups do too if their name has a
 * `${USER}` and `jmxExport` is on.
 */
export const LEFT_OUT: Readonly<Record<EngineKind, readonly string[]>> = {
  presto: [`${PRESTO}.execution.resourceGroups:type=InternalResourceGroup,name=*.*`],
  trino: ['trino.execution.resourcegroups:type=InternalResourceGroup,name=*.*'],
};
