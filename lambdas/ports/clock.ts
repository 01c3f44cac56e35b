import type { EpochSeconds } from '../core/quantities.ts';

/** Time as a port: wall time in production, virtual time in a simulation. */
export interface Clock {
  now(): EpochSeconds;
}
