/** What one tick decides. Like everything recorded it survives JSON unchanged. */
import type { Targets } from './model.ts';
import type { EpochSeconds, Units } from './quantities.ts';
import type { Reason } from './reasons.ts';

export type Verdict = 'grow' | 'shrink' | 'steady';

/** The numbers that the wanted capacity is made of; a term that did not apply is absent. */
export interface Terms {
  /** Outstanding work of live queries, core-seconds. */
  readonly workSeconds?: number;
  /** Work that arrives, in cores. */
  readonly arrivalCores?: number;
  readonly readyCores?: number;
  readonly arrivingCores?: number;
  readonly lagSeconds?: number;
  readonly workUnits?: number;
  readonly memoryUnits?: number;
  readonly countsUnits?: number;
  /** Place of the forecast; absent while there is none. */
  readonly forecastUnits?: number;
  /** Place of the reserve against losses of spot pools; absent while there is none. */
  readonly reserveUnits?: number;
  readonly floorUnits?: number;
  readonly alarmUnits?: number;
  readonly ceilingUnits?: number;
  /** After floors and ceilings, before the rule for shrinking. */
  readonly wantedUnits: number;
  /** The most that was wanted in the hold. */
  readonly heldUnits?: number;
}

/** A call to make: both targets and both timeouts, always. */
export interface ModifyCommand {
  readonly targets: Targets;
  readonly onDemandTimeoutSeconds: number;
  readonly spotTimeoutSeconds: number;
}

export interface Decision {
  readonly at: EpochSeconds;
  readonly verdict: Verdict;
  /** In force before this tick; absent while the fleet was never read. */
  readonly before?: Targets;
  /** In force after this tick, if `command` succeeds; absent while the fleet was never read. */
  readonly targets?: Targets;
  readonly terms: Terms;
  readonly reasons: readonly Reason[];
  readonly command?: ModifyCommand;
  /** The fleet must be read, and the tick decided again with it, before anything can be sent. */
  readonly needsFleetRead: boolean;
  /** Whether the record of this decision is kept in full. */
  readonly record: 'full' | 'brief';
}

/** Units at a moment; a step of a history. */
export type UnitsAt = readonly [at: EpochSeconds, units: Units];
