/** Which EMR cluster a name stands for at present. */
import type { EpochSeconds } from './quantities.ts';

/** Why a name stands for no cluster that could be scaled. */
export type IdentityProblem =
  /** None that has not ended has this id, name or tags. */
  | 'absent'
  /** It has no tag `prestoscale:environment` with this environment's name, without which nobody may touch it. */
  | 'not-tagged'
  | 'terminating'
  | 'instance-groups';

/** What is known of a cluster's identity; kept in the cluster's partition. */
export interface Identity {
  /** When EMR last said so. */
  readonly at: EpochSeconds;
  /** The cluster; absent when none fits. */
  readonly emrClusterId?: string;
  /** Host name of its primary node. */
  readonly primaryHost?: string;
  /** Present when it cannot be scaled. */
  readonly problem?: IdentityProblem;
  /** Others that fit as well, newest first. */
  readonly alsoFit?: readonly string[];
}

/** Whether ticks make sense. */
export const canBeScaled = (identity: Identity | undefined): boolean =>
  identity?.emrClusterId !== undefined && identity.problem === undefined;
