import type { Query } from '../../workload/query.ts';

/** One worker as the engine meets it: ready to work from the moment it is added. */
export interface EngineWorker {
  /** Unique among the workers that are present. */
  readonly id: string;
  readonly cores: number;
  /** Memory that queries may reserve on it. */
  readonly memoryBytes: number;
}

/** Why a worker went away at once. */
export type LossCause = 'scaleIn' | 'interruption' | 'other';

/** Why a query failed: its worker was lost, memory, or (`other`) also that it waited too long for workers. */
export type FailureCause = LossCause | 'memory';

/** How one query ended. */
export interface QueryOutcome {
  readonly query: Query;
  /** Seconds since the start of the run. */
  readonly endSeconds: number;
  readonly result: 'completed' | 'failed';
  /** Present exactly when it failed. */
  readonly cause?: FailureCause;
  /** From its arrival until it started, or until it failed if it never did. Being blocked on memory comes after the start. */
  readonly waitedSeconds: number;
  /** What it really burnt, work that was done again included. */
  readonly cpuSecondsUsed: number;
}
