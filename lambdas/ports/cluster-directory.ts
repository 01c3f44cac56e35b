import type { EpochSeconds } from '../core/quantities.ts';

/** A cluster that has not ended, as EMR lists it. */
export interface ListedCluster {
  readonly emrClusterId: string;
  readonly name: string;
  readonly state: 'STARTING' | 'BOOTSTRAPPING' | 'RUNNING' | 'WAITING' | 'TERMINATING';
  readonly createdAt: EpochSeconds;
}

/** What a cluster's description says, as far as finding it goes. */
export interface DescribedCluster {
  readonly tags: Readonly<Record<string, string>>;
  /** The environment that may touch it, by its tag; absent: none may. */
  readonly environment?: string;
  /** Host name of the primary node; absent while there is none. */
  readonly primaryHost?: string;
  readonly instances: 'fleets' | 'groups' | 'unknown';
  /** It is ending or has ended. */
  readonly ended: boolean;
}

/** Every cluster of the account and region. */
export interface ClusterDirectory {
  /**
   * Those that have not ended; one ListClusters for every fifty.
   * @throws FleetError
   */
  list(): Promise<readonly ListedCluster[]>;
  /**
   * One DescribeCluster. Undefined: this environment may not look at it, or it is gone.
   * @throws FleetError
   */
  describe(emrClusterId: string): Promise<DescribedCluster | undefined>;
}
