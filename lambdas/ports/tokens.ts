import type { EpochSeconds } from '../core/quantities.ts';

/**
 * EMR operations with a budget of their own per account and region: burst 5, refill 0.5 a second each; DescribeCluster
 * burst 10, refill 1 a second; ListInstances burst 10 and ListClusters burst 20, refill 0.5 a second.
 */
export type EmrOperation =
  | 'ListInstanceFleets'
  | 'ListInstances'
  | 'ModifyInstanceFleet'
  | 'DescribeCluster'
  | 'ListClusters'
  | 'GetManagedScalingPolicy';

/** Who goes first when tokens are short: losses before growth before shrinking before routine. */
export type CallPriority = 'loss' | 'growth' | 'shrink' | 'routine';

/** What an account may call of an operation: so many at once, and so many a second in the long run. */
export interface CallQuota {
  readonly burst: number;
  readonly perSecond: number;
}

/** The budget of EMR calls that all clusters of an account share. */
export interface CallTokens {
  /**
   * Takes one token of each operation, all or none; false when the budget is spent for this priority. A loss that was
   * refused keeps the others from the budget until it has had time to ask again.
   */
  take(operations: readonly EmrOperation[], priority: CallPriority, now: EpochSeconds): Promise<boolean>;
}
