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

export type EngineKind = 'presto' | 'trino';

/** Which engine answers. */
export interface EngineIdentity {
  readonly kind: EngineKind;
  /** As the engine gives it, such as `0.287-amzn-8` or `479`. */
  readonly version: string;
}

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
  /** All its drivers wait for something: memory, other stages, the client. */
  readonly blocked?: boolean;
  /** All its drivers wait for memory. */
  readonly blockedOnMemory: boolean;
  /** Drivers that run or could run at once; 0 as long as it has no tasks. */
  readonly drivers: number;
  /** Those of them that wait for a thread. */
  readonly queuedDrivers?: number;
  /**
   * Of a queued one: whether a concurrency limit of its resource group, or of a group above, holds it back. Absent: the
   * engine tells at most how many ({@link ClusterReading.adjustedQueueSize}).
   */
  readonly held?: boolean | 'unknown';
}

export interface Uptime {
  readonly seconds: number;
  /** The engine rounds: the true value is at most this far away. */
  readonly errorSeconds: number;
}

export interface ClusterReading {
  /** Active nodes; may count the coordinator. */
  readonly activeNodes?: number;
  /** Queued queries that their own group's limit does not hold back; absent before PrestoDB 0.262. */
  readonly adjustedQueueSize?: number;
  /** Lifetime counter of the engine; may dip for a moment. */
  readonly cpuSecondsTotal?: number;
  /** The most workers that a waiting query requires, 0 if none waits; PrestoDB does not tell. */
  readonly requiredWorkers?: number;
  /** On all nodes, where it is not told by node. */
  readonly reservedMemoryBytes?: number;
  /** Nodes whose memory is full, so that queries wait on them; PrestoDB does not tell. */
  readonly memoryBlockedNodes?: number;
}

export interface WorkerReading {
  readonly id: string;
  readonly standing: 'active' | 'draining';
  /** Absent: nobody could be asked. */
  readonly cores?: number;
  /** Memory that queries may reserve on it, where the worker itself was asked. */
  readonly memoryBytes?: number;
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
  readonly engine?: EngineIdentity;
  readonly uptime?: Uptime;
  readonly cluster?: ClusterReading;
  readonly queries?: readonly LiveQuery[];
  /** Workers that are there, without the coordinator; absent when the standing of one of them is unknown. */
  readonly workers?: readonly WorkerReading[];
  /** By node, without the coordinator; a node that has just joined may be missing. Absent where it is told as a sum. */
  readonly memory?: readonly NodeMemory[];
  readonly reports: readonly SourceReport[];
}

/** Reads an engine. Never throws: what fails is reported. */
export interface EngineReader {
  read(): Promise<EngineReading>;
}
