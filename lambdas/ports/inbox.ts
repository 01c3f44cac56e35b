import type { Identity } from '../core/identity.ts';
import type { AlarmObservation, CapacityLoss, Hold, WorkloadSample } from '../core/model.ts';
import type { PolicyProblem } from '../core/policy/problems.ts';
import type { PolicyInput } from '../core/policy/schema.ts';
import type { EpochSeconds } from '../core/quantities.ts';

/** What a policy was refused for at writing. */
export class PolicyRefusedError extends Error {
  readonly problems: readonly PolicyProblem[];

  constructor(problems: readonly PolicyProblem[], lines: readonly string[]) {
    super(`the policy was refused and nothing was written:\n${lines.join('\n')}`);
    this.name = 'PolicyRefusedError';
    this.problems = problems;
  }
}

/** A cluster as the account's list has it. */
export interface RegisteredCluster {
  readonly cluster: string;
  /** Whether it has a policy. */
  readonly hasPolicy: boolean;
  /** Names of the alarms in its policy. */
  readonly alarms: readonly string[];
  /** Which EMR cluster it is; absent while nobody has looked. */
  readonly identity?: Identity;
}

/** What reaches the table from outside the loop. Every write is idempotent. */
export interface Inbox {
  /** Same key replaces. `expiresAt` is the hold's own end. */
  putHold(cluster: string, hold: Hold): Promise<void>;
  removeHold(cluster: string, key: string): Promise<void>;
  /**
   * Known by its id: writing it twice changes nothing. An interruption takes the place of a recommendation, and never the
   * other way round.
   */
  putLoss(cluster: string, loss: CapacityLoss): Promise<void>;
  /** An older sample never replaces a newer one. */
  putSample(cluster: string, sample: WorkloadSample): Promise<void>;
  /**
   * Writes the next version of a cluster's policy.
   * @returns its version
   * @throws PolicyRefusedError for one that cannot be used; nothing is written
   */
  putPolicy(cluster: string, policy: PolicyInput, by: string, now: EpochSeconds): Promise<number>;
  /**
   * Writes the first version of a cluster's policy, by `deploy`, and leaves one that is there as it is. Completes what an
   * earlier attempt left undone.
   * @returns whether it was written now
   * @throws PolicyRefusedError for one that cannot be used; nothing is written
   */
  seedPolicy(cluster: string, policy: PolicyInput, now: EpochSeconds): Promise<boolean>;
  /** Every cluster that has a policy or an identity, in one reading. */
  registered(): Promise<readonly RegisteredCluster[]>;
  /** Writes which EMR cluster a cluster is; the one that it was before leads to it no more. */
  putIdentity(cluster: string, identity: Identity): Promise<void>;
  /** The cluster that an EMR cluster is; undefined for one of nobody's. */
  clusterOfEmr(emrClusterId: string): Promise<string | undefined>;
  /**
   * vCPUs of one unit, as the policy in force says; undefined for a cluster without a policy.
   * @throws Error for a policy of which no version can be used
   */
  coresPerUnit(cluster: string): Promise<number | undefined>;
  /** Clusters that have a policy. */
  clusters(): Promise<readonly string[]>;
  /** Keeps states by name: an alarm that is not among those given stays as it was. */
  putAlarms(cluster: string, alarms: readonly AlarmObservation[], now: EpochSeconds): Promise<void>;
  /** Clusters whose policy names an alarm. */
  clustersOfAlarm(name: string): Promise<readonly string[]>;
}
