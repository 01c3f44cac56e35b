/** What a shortage of spot is judged from, and what comes of it. */
import type { FleetView } from './fleet-view.ts';
import type { Memory, SpotMemory } from './memory.ts';
import type { Observation, Targets } from './model.ts';
import type { Policy } from './policy/schema.ts';
import type { EpochSeconds } from './quantities.ts';
import type { Reason } from './reasons.ts';

export interface ShortageQuestion {
  readonly observation: Observation;
  readonly view: FleetView;
  readonly policy: Policy;
  /** As the tick before left it. */
  readonly memory: Memory;
  readonly inForce: Targets | undefined;
  readonly now: EpochSeconds;
}

export interface Shortage {
  /** What is remembered if this tick's targets are sent. */
  readonly spot: SpotMemory;
  /** What is remembered if nothing is sent: nothing was bought then, and nothing given back. */
  readonly unsent: SpotMemory;
  readonly reasons: readonly Reason[];
  /** Units of the targets in force that only probe the market; the load does not count on them. */
  readonly probedUnits: number;
  /** From then on on-demand will stand in: a resize of spot that lasts longer would stand before it. */
  readonly standInAt?: EpochSeconds;
}

/** Nothing hangs on a call. */
export const asItIs = (spot: SpotMemory, ...reasons: readonly Reason[]): Shortage => ({
  spot,
  unsent: spot,
  reasons,
  probedUnits: 0,
});
