import type { Units } from '../core/quantities.ts';

/** Whose an EC2 instance is. */
export interface InstanceOwner {
  readonly cluster: string;
  /** Weighted capacity of the instance. */
  readonly units: Units;
}

/** Finds the managed cluster of an instance (EMR tags its instances with their job flow). */
export interface InstanceDirectory {
  /** Undefined for an instance of nobody's, or one that is gone. */
  ownerOf(instanceId: string): Promise<InstanceOwner | undefined>;
}
