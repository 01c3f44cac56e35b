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

/** What reaches the table from outside the loop. Every write is idempotent. */
export interface Inbox {
  /** Same key replaces. `expiresAt` is the hold's own end. */
  putHold(cluster: string, hold: Hold): Promise<void>;
  removeHold(cluster: string, key: string): Promise<void>;
  /** Known by its id: writing it twice changes nothing. */
  putLoss(cluster: string, loss: CapacityLoss): Promise<void>;
  /** An older sample never replaces a newer one. */
  putSample(cluster: string, sample: WorkloadSample): Promise<void>;
  /**
   * Writes the next version of a cluster's policy.
   * @returns its version
   * @throws PolicyRefusedError for one that cannot be used; nothing is written
   */
  putPolicy(cluster: string, policy: PolicyInput, by: string, now: EpochSeconds): Promise<number>;
  /** Clusters that have a policy. */
  clusters(): Promise<readonly string[]>;
  /** Names of the alarms in a cluster's policy. */
  alarmsOf(cluster: string): Promise<readonly string[]>;
  /** Keeps states by name: an alarm that is not among those given stays as it was. */
  putAlarms(cluster: string, alarms: readonly AlarmObservation[], now: EpochSeconds): Promise<void>;
  /** Clusters whose policy names an alarm. */
  clustersOfAlarm(name: string): Promise<readonly string[]>;
}
