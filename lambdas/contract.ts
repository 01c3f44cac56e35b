/**
 * Names that what is deployed and what runs share. Nothing here has behaviour but the building of keys.
 *
 * One table. A cluster's own partition holds everything a tick reads, so that one query gets it; what is long or is read
 * rarely has a partition of its own.
 */

/** Names of the table's keys and of the attribute DynamoDB expires items by (epoch seconds). */
export const TABLE = { partition: 'pk', sort: 'sk', expires: 'expiresAt' } as const;

/** Partition of a cluster: state, policy in force, sample, holds, alarms, losses, outcome of the last call. */
export const clusterPartition = (cluster: string): string => `CLUSTER#${cluster}`;
/** Partition of a cluster's full records. */
export const journalPartition = (cluster: string): string => `JOURNAL#${cluster}`;
/** Partition of what a cluster has cost. */
export const ledgerPartition = (cluster: string): string => `LEDGER#${cluster}`;
/** Partition of a cluster's policy versions. */
export const policyPartition = (cluster: string): string => `POLICY#${cluster}`;
/** One partition of the account: clusters, alarm index, call budget. */
export const ACCOUNT_PARTITION = 'ACCOUNT';

/** Sort keys in a cluster's partition. */
export const SORT = {
  state: 'STATE',
  policy: 'POLICY',
  sample: 'SAMPLE',
  alarms: 'ALARMS',
  outcome: 'OUTCOME',
  identity: 'IDENTITY',
  hold: (key: string): string => `HOLD#${key}`,
  loss: (id: string): string => `LOSS#${id}`,
} as const;

/** Sort keys in the account's partition. */
export const ACCOUNT_SORT = {
  budget: 'BUDGET',
  cluster: (cluster: string): string => `CLUSTER#${cluster}`,
  /** Which of ours an EMR cluster is. */
  emr: (emrClusterId: string): string => `EMR#${emrClusterId}`,
  /** Last sign of life of a path through the system, or an answer to a marker that a command sent. */
  marker: (path: string): string => `MARKER#${path}`,
  alarm: (alarm: string, cluster: string): string => `ALARM#${alarm}#${cluster}`,
} as const;

/**
 * What a pushed sample's item carries beside its keys: the time, and the sample as JSON of at most so many bytes. It is
 * written with `UpdateItem` on the condition that no item is there or its time is earlier. No other item has attributes
 * of these names, so a role that may update these alone can do no harm to the rest of the partition.
 */
export const SAMPLE_ITEM = { takenAt: 'takenAt', sample: 'sample', mostBytes: 3072 } as const;

/**
 * Sort key of a part of a day in the ledger, with digits that make days and parts stand in order.
 * @param day in days since 1970
 * @param from begin of the part, in epoch seconds; absent: what stands before all parts of the day
 */
export const ledgerSort = (day: number, from?: number): string => {
  const start = from === undefined ? '' : String(Math.floor(from * 1000)).padStart(15, '0');
  return `DAY#${String(day).padStart(6, '0')}#${start}`;
};

/** Sort key of a policy version: as many digits as make them stand in order. */
export const policyVersionSort = (version: number): string => String(version).padStart(9, '0');

/** Environment variables of the functions. Everything else they are told is in `settings.json` beside their code. */
export const ENV = {
  table: 'TABLE_NAME',
  /** JSON: address of the tick queue by network; the key of clusters outside any network is {@link NO_NETWORK}. */
  tickQueues: 'TICK_QUEUE_URLS',
} as const;

/** Key of the tick queue whose function is in no network. */
export const NO_NETWORK = '-';

/** Tag that every managed cluster carries, with the environment's name as its value. Permissions hang on it. */
export const ENVIRONMENT_TAG = 'prestoscale:environment';

/** Tag by which a bill tells clusters apart, with the name that our table and commands have for one. */
export const CLUSTER_TAG = 'prestoscale:cluster';

/** What events on the default bus are called that are sent to us; `detail.environment` says to whom. */
export const EVENTS = {
  source: 'prestoscale',
  holdRequested: 'Prestoscale Hold Requested',
  holdReleased: 'Prestoscale Hold Released',
  marker: 'Prestoscale Marker',
} as const;

/** CloudWatch metrics. Those of a cluster have dimensions Environment and Cluster, the others Environment alone. */
export const METRICS = {
  namespace: 'Prestoscale',
  dimensions: { environment: 'Environment', cluster: 'Cluster' },
  /** At most three: each is paid for by every cluster. */
  ofCluster: { target: 'TargetUnits', ready: 'ReadyUnits', waiting: 'WaitingQueries' },
  /** Added up over all clusters of an environment; 1 a tick in which it holds, unless the name says units. */
  ofEnvironment: {
    ticks: 'Ticks',
    staleSignal: 'StaleSignals',
    atMaximum: 'AtMaximumWhileWaiting',
    spotDeficit: 'SpotDeficitUnits',
    budgetReached: 'BudgetReached',
    flapping: 'Flapping',
    cannotBeScaled: 'ClustersThatCannotBeScaled',
  },
} as const;

/** Outputs of the stacks, by which commands find what was deployed. */
export const OUTPUTS = {
  table: 'TableName',
  tickQueues: 'TickQueueUrls',
  verifyAlarm: 'VerifyAlarmName',
  settings: 'EnvironmentName',
} as const;

/** Names of the two stacks of an environment. */
export const stackNames = (environment: string): { readonly state: string; readonly autoscaler: string } => ({
  state: `prestoscale-${environment}-state`,
  autoscaler: `prestoscale-${environment}`,
});

/** The alarm by which `prestoscale verify` tries the way in for alarms. It belongs to no cluster and watches nothing. */
export const verifyAlarmName = (environment: string): string => `prestoscale-${environment}-verify`;
