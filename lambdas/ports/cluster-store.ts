import type { Identity } from '../core/identity.ts';
import type { Memory } from '../core/memory.ts';
import type { AlarmObservation, CapacityLoss, Hold, WorkloadSample } from '../core/model.ts';
import type { Policy } from '../core/policy/schema.ts';
import type { EpochSeconds } from '../core/quantities.ts';

/** A writer's number: each save raises it, and a save with an old one is refused. */
export type Fence = number;

/** How the call to EMR that was announced with a fence ended. */
export interface CallOutcome {
  readonly fence: Fence;
  readonly outcome: 'accepted' | 'failed';
}

/** The policy in force, and what is wrong with the newest one if it is not that. */
export interface PolicyInForce {
  readonly policy: Policy;
  readonly version: number;
  /** Told when the newest version cannot be used and the last good one goes on. */
  readonly notice?: string;
}

/** Everything the table knows of one cluster, read at once. */
export interface ClusterView {
  readonly memory: Memory;
  readonly fence: Fence;
  /** A writer that announced a call holds the cluster until then, unless the call's outcome is known. */
  readonly claim?: { readonly fence: Fence; readonly until: EpochSeconds };
  /** The outcome of the last announced call; absent while it is unknown. */
  readonly outcome?: CallOutcome;
  readonly policy: PolicyInForce;
  /** Which EMR cluster it is; absent while nobody has looked. */
  readonly identity?: Identity;
  /** The newest pushed sample; absent when none was pushed. */
  readonly sample?: WorkloadSample;
  /** Unexpired at the time of reading. */
  readonly holds: readonly Hold[];
  readonly alarms: readonly AlarmObservation[];
  /** Of at least the last ten minutes, oldest first. */
  readonly losses: readonly CapacityLoss[];
}

/** Somebody else has saved since this writer read: it must write nothing more and act on nothing. */
export class FenceLostError extends Error {
  constructor(cluster: string, fence: Fence) {
    super(`fence ${fence} of cluster ${cluster} is lost: another writer has saved; this tick ends without acting`);
    this.name = 'FenceLostError';
  }
}

/** What is kept of one cluster between ticks. Single-item conditional updates only. */
export interface ClusterStore {
  /**
   * Reads the cluster.
   * @throws Error for a cluster without any usable policy
   */
  load(now: EpochSeconds): Promise<ClusterView>;
  /**
   * Saves memory over the fence that was read, and with `claimUntil` announces a call to EMR.
   * @returns the new fence
   * @throws FenceLostError when somebody else has saved since
   */
  save(memory: Memory, fence: Fence, now: EpochSeconds, claimUntil?: EpochSeconds): Promise<Fence>;
}
