/**
 * What was read of an engine at one moment, in words that do not depend on its kind. A part that could not be read is
 * absent; why, and how long it took, stands in `reports`.
 */
import type { EpochSeconds } from '../../lambdas/core/quantities.ts';

/** Parts that are read, and fail, each on its own. */
export const SOURCES = ['info', 'cluster', 'queries', 'workers', 'memory'] as const;
export type Source = (typeof SOURCES)[number];

/** `queued`: nobody has said yet by what; `starting`: past every queue, without tasks that run. */
export type QueryStage = 'queued' | 'waitingForWorkers' | 'starting' | 'running';

/** One live query, without its text. */
export interface LiveQuery {
  readonly id: string;
  /** `source|user|group`. */
  readonly className: string;
  readonly stage: QueryStage;
  readonly ageSeconds: number;
  /** Since it started to execute; 0 before. */
  readonly runningSeconds: number;
  readonly cpuSeconds: number;
  readonly memoryBytes: number;
  /** All its drivers wait for memory. */
  readonly blockedOnMemory: boolean;
  /** Drivers that run or could run at once; 0 as long as it has no tasks. */
  readonly drivers: number;
}

export interface Uptime {
  readonly seconds: number;
  /** The engine rounds: the true value is at most this far away. */
  readonly errorSeconds: number;
}

export interface ClusterReading {
  /** Active nodes; may count the coordinator. */
  readonly activeNodes: number;
  /** Queued queries that their own group's limit does not hold back; absent before PrestoDB 0.262. */
  readonly adjustedQueueSize?: number;
  /** Lifetime counter of the engine; may dip for a moment. */
  readonly cpuSecondsTotal: number;
}

export interface WorkerReading {
  readonly id: string;
  readonly standing: 'active' | 'draining';
  /** Absent: nobody could be asked. */
  readonly cores?: number;
}

/** Memory of one node that queries may reserve, and have. */
export interface NodeMemory {
  readonly id: string;
  readonly reservedBytes: number;
  readonly totalBytes: number;
}

export interface SourceReport {
  readonly source: Source;
  readonly milliseconds: number;
  readonly error?: Error;
}

export interface EngineReading {
  /** When the reading began. */
  readonly at: EpochSeconds;
  readonly uptime?: Uptime;
  readonly cluster?: ClusterReading;
  readonly queries?: readonly LiveQuery[];
  /** Workers that are there, without the coordinator; absent when the standing of one of them is unknown. */
  readonly workers?: readonly WorkerReading[];
  /** Without the coordinator; a node that has just joined may be missing. */
  readonly memory?: readonly NodeMemory[];
  readonly reports: readonly SourceReport[];
}

/** Reads an engine. Never throws: what fails is reported. */
export interface EngineReader {
  read(): Promise<EngineReading>;
}
