/** What the table tells of a call to EMR that was announced. */
import type { EpochSeconds } from '../core/quantities.ts';
import type { LastCall } from '../core/settle.ts';
import type { ClusterView } from '../ports/cluster-store.ts';

/** How the last announced call ended; unknown: its writer may have died anywhere. */
export const lastCall = ({ claim, outcome }: ClusterView): LastCall => {
  if (claim === undefined) return 'none';
  return outcome?.fence === claim.fence ? outcome.outcome : 'unknown';
};

/** Another writer is calling EMR right now. */
export const isClaimed = (view: ClusterView, now: EpochSeconds): boolean =>
  view.claim !== undefined && now < view.claim.until && lastCall(view) === 'unknown';
