import type { EpochSeconds } from '../core/quantities.ts';

/** A way through the system: a function, the tick of a network (NO_NETWORK: outside any), or an alarm's way in. */
export type Path = 'dispatch' | 'route' | 'alarm' | `tick:${string}`;

/** That a path was gone at a moment. */
export interface SignOfLife {
  readonly at: EpochSeconds;
  /** What a command sent along, to know its own; absent where nobody did. */
  readonly marker?: string;
}

/** The last sign of life of each path, kept for a day. */
export interface Markers {
  /** Replaces the one before. */
  leave(path: Path, sign: SignOfLife): Promise<void>;
  /** Undefined when there was none in the last day. */
  last(path: Path, now: EpochSeconds): Promise<SignOfLife | undefined>;
}
