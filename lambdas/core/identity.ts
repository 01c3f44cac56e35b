/** Which EMR cluster a name stands for at present. */
import type { EpochSeconds } from './quantities.ts';

/** Why a name stands for no cluster that could be scaled. */
export type IdentityProblem =
  /** None that has not ended has this id, name or tags. */
  | 'absent'
  /** The only one that fits is another name's of this environment. */
  | 'taken'
  /** One fits, and EMR could not be asked yet what it is. */
  | 'undescribed'
  /** It has no tag `prestoscale:environment` with this environment's name, without which nobody may touch it. */
  | 'not-tagged'
  | 'terminating'
  | 'instance-groups';

/** What is known of a cluster's identity; kept in the cluster's partition. */
export interface Identity {
  /** When EMR last said so. */
  readonly at: EpochSeconds;
  /** What was looked for, in words. An identity that was looked for by something else says nothing any more. */
  readonly lookedFor: string;
  /** The cluster; absent when none fits. */
  readonly emrClusterId?: string;
  /** Host name of its primary node. */
  readonly primaryHost?: string;
  /** When EMR was last asked what the cluster is. */
  readonly describedAt?: EpochSeconds;
  /** Present when it cannot be scaled. */
  readonly problem?: IdentityProblem;
  /** With `taken`: the other name. */
  readonly takenBy?: string;
  /** Others that fit as well, newest first. */
  readonly alsoFit?: readonly string[];
}

/** An identity that ticks make sense with. */
export type UsableIdentity = Identity & { readonly emrClusterId: string };

/** Whether ticks make sense. */
export const canBeScaled = (identity: Identity | undefined): identity is UsableIdentity =>
  identity?.emrClusterId !== undefined && identity.problem === undefined;

/** Why a tick has nothing to do; `not-located`: nobody has looked yet for what the settings now say. */
export type UnlocatedProblem = IdentityProblem | 'not-located';

/** Sentences for people: what it means and what to do. docs/runbook.md has more of each. */
const SENTENCES: Readonly<Record<UnlocatedProblem, string>> = {
  absent: 'no cluster that has not ended fits {lookedFor}: start one, or correct the environment file and deploy',
  taken:
    '{emrClusterId}, the only cluster that fits {lookedFor}, is already {takenBy}: two names must not scale one cluster; make the environment file more exact and deploy',
  undescribed:
    'EMR could not be asked yet what {emrClusterId} is (budget of calls, or EMR failed): nothing to do, the next dispatch asks again',
  'not-tagged':
    '{emrClusterId} fits {lookedFor} and does not carry the tag prestoscale:environment with this environment’s name: tag it, and it is scaled within three minutes',
  terminating:
    '{emrClusterId} is terminating: nothing to do if it is being replaced, its successor is found by name or tags; found by id, the environment file needs the new id',
  'instance-groups':
    '{emrClusterId} uses instance groups, whose sizes prestoscale does not set: create the cluster anew with instance fleets (EMR cannot change this later)',
  'not-located': 'nobody has looked for {lookedFor} yet: the next dispatch does, within a minute',
};

/** A problem as a sentence that says what to do. */
export const problemSentence = (
  problem: UnlocatedProblem,
  identity: Pick<Identity, 'lookedFor' | 'emrClusterId' | 'takenBy'>,
): string =>
  SENTENCES[problem].replace(/\{(lookedFor|emrClusterId|takenBy)\}/g, (_, name: string) =>
    String(identity[name as 'lookedFor' | 'emrClusterId' | 'takenBy'] ?? '?'),
  );
