import type { EpochSeconds } from '../core/quantities.ts';
import type { ClusterView } from './cluster-store.ts';

/** What those who watch an autoscaler are told of one cluster. */
export type AutoscalerView = Pick<ClusterView, 'memory' | 'policy' | 'sample' | 'holds'>;

/** The autoscaler's own state, to be watched: read only, and perhaps a second old. */
export interface AutoscalerState {
  /**
   * Reads the cluster.
   * @throws Error for a cluster without any usable policy, and when the table cannot be read
   */
  read(now: EpochSeconds): Promise<AutoscalerView>;
}
