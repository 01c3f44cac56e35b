import type { FoundEngine } from '../core/model.ts';

/** What a cluster says of itself. */
export interface ClusterFinder {
  /** Tells a cluster from another one that had its name before. */
  readonly clusterId: string;
  /**
   * Reads which engine the cluster runs and how it is configured. Costs one
   * DescribeCluster, one ListInstanceFleets and one GetManagedScalingPolicy.
   * @throws FleetError
   */
  find(): Promise<FoundEngine>;
}
