import type { Cores } from '../core/quantities.ts';

/** Whose an EC2 instance is. EMR tags its instances with the cluster's id and the role of their fleet. */
export interface InstanceOwner {
  readonly emrClusterId: string;
  /** Processors of its instance type. */
  readonly vcpus: Cores;
  readonly role: 'primary' | 'core' | 'task';
  /** It is on-demand: no event of the spot market concerns it. Absent: spot. */
  readonly onDemand?: true;
}

/** Finds the EMR cluster of an instance. */
export interface InstanceDirectory {
  /** Undefined for an instance of nobody's, or one that is gone. */
  ownerOf(instanceId: string): Promise<InstanceOwner | undefined>;
}
