/** What a coordinator endpoint asks the engine behind it. Times in epoch seconds, quantities at this moment. */

/** PrestoDB's states of live queries that an engine here can be in. */
export type QueryState = 'QUEUED' | 'WAITING_FOR_RESOURCES' | 'STARTING' | 'RUNNING';

export interface BackendQuery {
  readonly id: string;
  readonly state: QueryState;
  readonly user: string;
  readonly source: string;
  /** Path of the resource group from its root. */
  readonly group: readonly string[];
  readonly createdAt: number;
  /** Absent before it starts. */
  readonly startedAt?: number;
  readonly cpuSeconds: number;
  readonly memoryBytes: number;
  readonly blockedOnMemory: boolean;
  readonly runningDrivers: number;
  readonly queuedDrivers: number;
}

export interface BackendWorker {
  readonly id: string;
  readonly cores: number;
  readonly memoryBytes: number;
  /** By queries. */
  readonly reservedBytes: number;
  readonly draining: boolean;
}

export interface BackendTotals {
  /** Queued queries that their own group's limit does not hold back. */
  readonly adjustedQueueSize: number;
  /** Lifetime counter: of live and ended queries. */
  readonly cpuSeconds: number;
  /** Lifetime counters of what has ended. */
  readonly endedQueries: number;
  readonly endedCpuSeconds: number;
}

export interface CoordinatorBackend {
  now(): number;
  /** When the coordinator's process started. */
  startedAt(): number;
  queries(): readonly BackendQuery[];
  workers(): readonly BackendWorker[];
  totals(): BackendTotals;
}
