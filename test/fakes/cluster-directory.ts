import { ENVIRONMENT_TAG } from '../../lambdas/contract.ts';
import type { ClusterDirectory, DescribedCluster, ListedCluster } from '../../lambdas/ports/cluster-directory.ts';
import { FleetError, type FleetFault } from '../../lambdas/ports/fleets.ts';
import { at } from '../lambdas/core/builders.ts';

/** A cluster of an account, as a test tells of it. */
export interface AccountCluster {
  readonly id: string;
  readonly name?: string;
  readonly state?: ListedCluster['state'];
  /** Seconds after noon. */
  readonly createdAt?: number;
  /** Beside the environment's; `environment` null: it has none. */
  readonly tags?: Readonly<Record<string, string>>;
  readonly environment?: string | null;
  readonly instances?: DescribedCluster['instances'];
  /** null: the primary node starts still. */
  readonly host?: string | null;
  /** The list lacks it. */
  readonly unlisted?: boolean;
  /** This environment may not look at it. */
  readonly denied?: boolean;
}

/** An account whose clusters a test changes at will; counts what it is asked. */
export class FakeClusterDirectory implements ClusterDirectory {
  readonly described: string[] = [];
  lists = 0;
  clusters: readonly AccountCluster[];
  /** How the next lists, or descriptions, fail. */
  listFault: FleetFault | undefined;
  describeFault: FleetFault | undefined;

  constructor(clusters: readonly AccountCluster[]) {
    this.clusters = clusters;
  }

  async list(): Promise<readonly ListedCluster[]> {
    this.lists += 1;
    if (this.listFault !== undefined) throw new FleetError(this.listFault, `ListClusters: ${this.listFault}`);
    return this.clusters
      .filter(({ unlisted }) => unlisted !== true)
      .map(({ id, name = 'sql', state = 'WAITING', createdAt = -3600 }) => ({
        emrClusterId: id,
        name,
        state,
        createdAt: at(createdAt),
      }));
  }

  async describe(emrClusterId: string): Promise<DescribedCluster | undefined> {
    this.described.push(emrClusterId);
    if (this.describeFault !== undefined) {
      throw new FleetError(this.describeFault, `DescribeCluster of ${emrClusterId}: ${this.describeFault}`);
    }
    const cluster = this.clusters.find(({ id }) => id === emrClusterId);
    if (cluster === undefined || cluster.denied === true) return undefined;
    const { tags = {}, environment = 'prod', instances = 'fleets', host = `ip-${emrClusterId}.internal` } = cluster;
    return {
      tags: { ...tags, ...(environment === null ? {} : { [ENVIRONMENT_TAG]: environment }) },
      ...(environment === null ? {} : { environment }),
      ...(host === null ? {} : { primaryHost: host }),
      instances,
      ended: cluster.state === 'TERMINATING',
    };
  }
}
