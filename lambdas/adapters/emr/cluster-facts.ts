/** Asks EMR what a cluster is. */
import { DescribeClusterCommand, type EMRClient, GetManagedScalingPolicyCommand } from '@aws-sdk/client-emr';
import type { FoundEngine } from '../../core/model.ts';
import type { ClusterFinder } from '../../ports/cluster-finder.ts';
import { within } from './deadline.ts';
import { engineOf } from './engine-config.ts';
import { fleetErrorOf } from './errors.ts';
import { CALL_MILLISECONDS } from './fleet.ts';
import { listFleets } from './list-fleets.ts';

export interface EmrClusterFinderSettings {
  readonly clusterId: string;
  /** Longest time of all calls together, with their attempts and waits. Default {@link CALL_MILLISECONDS}. */
  readonly callMilliseconds?: number;
}

/** {@link ClusterFinder} by DescribeCluster, and by ListInstanceFleets for what instance types have of their own. */
export class EmrClusterFinder implements ClusterFinder {
  readonly clusterId: string;
  readonly #client: EMRClient;
  readonly #callMilliseconds: number;

  constructor(client: EMRClient, settings: EmrClusterFinderSettings) {
    this.#client = client;
    this.clusterId = settings.clusterId;
    this.#callMilliseconds = settings.callMilliseconds ?? CALL_MILLISECONDS;
  }

  async find(): Promise<FoundEngine> {
    const doing = `DescribeCluster of cluster ${this.clusterId}`;
    try {
      return await within(this.#callMilliseconds, (signal) => this.#found(signal, doing));
    } catch (error) {
      throw fleetErrorOf(error, doing);
    }
  }

  async #found(signal: AbortSignal, doing: string): Promise<FoundEngine> {
    const command = new DescribeClusterCommand({ ClusterId: this.clusterId });
    const { Cluster } = await this.#client.send(command, { abortSignal: signal });
    const fleets = await listFleets(this.#client, this.clusterId, signal, doing);
    const engine = engineOf(Cluster, fleets, this.clusterId, doing);
    const managedScaling = await this.#hasManagedScaling(signal);
    return { ...engine, ...(managedScaling === undefined ? {} : { managedScaling }) };
  }

  /**
   * Undefined: this environment may not ask. Where none is attached EMR answers without a policy; it has said before that
   * there is none (terraform-provider-aws, emr/managed_scaling_policy.go, bears both).
   */
  async #hasManagedScaling(signal: AbortSignal): Promise<boolean | undefined> {
    const command = new GetManagedScalingPolicyCommand({ ClusterId: this.clusterId });
    try {
      const { ManagedScalingPolicy: policy } = await this.#client.send(command, { abortSignal: signal });
      return policy?.ComputeLimits !== undefined;
    } catch (error) {
      const failure = fleetErrorOf(error, `GetManagedScalingPolicy of cluster ${this.clusterId}`);
      if (failure.fault === 'denied') return undefined;
      if (failure.fault === 'refused' && failure.message.includes('does not exist')) return false;
      throw failure;
    }
  }
}
