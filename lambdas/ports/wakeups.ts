import type { EpochSeconds } from '../core/quantities.ts';

/** "Look at cluster X, slot 10:05:15." It carries nothing of weight: what matters is in the table. */
export interface WakeUp {
  readonly cluster: string;
  readonly slot: EpochSeconds;
  /** Present: nobody is to look, only to leave a sign of life with this (`prestoscale verify`). */
  readonly marker?: string;
}

/** The tick queue. A lost, doubled, late or reordered wake-up changes nothing. */
export interface WakeUps {
  /** Sends wake-ups; each is delivered at its slot or later (at most 15 minutes ahead). */
  send(wakeUps: readonly WakeUp[]): Promise<void>;
}
