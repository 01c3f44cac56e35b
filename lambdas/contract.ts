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
  hold: (key: string): string => `HOLD#${key}`,
  loss: (id: string): string => `LOSS#${id}`,
} as const;

/** Sort keys in the account's partition. */
export const ACCOUNT_SORT = {
  budget: 'BUDGET',
  cluster: (cluster: string): string => `CLUSTER#${cluster}`,
  alarm: (alarm: string, cluster: string): string => `ALARM#${alarm}#${cluster}`,
} as const;

/**
 * What a pushed sample's item carries beside its keys: the time, and the sample as JSON of at most so many bytes. It is
 * written with `UpdateItem` on the condition that no item is there or its time is earlier. No other item has attributes
 * of these names, so a role that may update these alone can do no harm to the rest of the partition.
 */
export const SAMPLE_ITEM = { takenAt: 'takenAt', sample: 'sample', mostBytes: 3072 } as const;

/** Sort key of a policy version: as many digits as make them stand in order. */
export const policyVersionSort = (version: number): string => String(version).padStart(9, '0');
