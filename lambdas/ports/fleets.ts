import type { ModifyCommand } from '../core/decision.ts';
import type { ClusterFacts, FleetState, PoolsState } from '../core/model.ts';
import type { EpochSeconds } from '../core/quantities.ts';
import type { EmrOperation } from './tokens.ts';

/** Why a call to the fleet failed, as far as it matters to a caller. */
export type FleetFault = 'throttled' | 'refused' | 'denied' | 'not-found' | 'unavailable';

/**
 * A call to the fleet failed. `unavailable` leaves open whether it had an effect; the others had none.
 * @public thrown by adapters
 */
export class FleetError extends Error {
  readonly fault: FleetFault;

  constructor(fault: FleetFault, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'FleetError';
    this.fault = fault;
  }
}

/** The task fleet of one cluster. */
export interface Fleet {
  /** What is known of the cluster without asking; the minimum age of workers is a property of the port (EMR 600 s). */
  facts(): ClusterFacts;
  /**
   * Reads targets, provisioned capacity and state. May be stale for up to a minute after a modify.
   * @param now time of the tick, with which the read is stamped
   * @throws FleetError
   */
  read(now: EpochSeconds): Promise<FleetState>;
  /**
   * Reads the fleet's instances and adds them up by pool. A large fleet takes many calls (EMR shows so many instances an
   * answer, and does not say how many): where not all are granted at once, the next read by this object goes on.
   * @param now time of the tick, with which the read is stamped
   * @param mayCall asked before each call; false: the read goes on another time
   * @returns undefined when it was not finished
   * @throws FleetError
   */
  pools(now: EpochSeconds, mayCall: (operation: EmrOperation) => Promise<boolean>): Promise<PoolsState | undefined>;
  /**
   * Sets both targets and both resize timeouts, in one call. Absolute, so repeating it is harmless.
   * @param fleetId as a read has shown it, of this process or of another; needless after a read by this object
   * @throws FleetError; `refused` when the fleet is not known
   */
  modify(command: ModifyCommand, fleetId?: string): Promise<void>;
}
