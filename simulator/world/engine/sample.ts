/** The live queries of one class, added up, and what has completed of it since the start of the run. */
export interface ClassSample {
  /** `source|user|group`. */
  readonly name: string;
  /** Queries that run, or would if there were workers or memory; those held by their group's limit are not in it. */
  readonly live: number;
  readonly held: number;
  /** By its live queries. */
  readonly cpuSecondsUsed: number;
  /** Sum over `live` of the cores that each can keep busy. */
  readonly parallelismCores: number;
  /** Cores its queries have at this moment. */
  readonly busyCores: number;
  /** Counter of completed queries; failed ones are in no class counter. */
  readonly finishedQueries: number;
  /** Counter: CPU seconds of completed queries. */
  readonly finishedCpuSeconds: number;
}

/** An exact snapshot of the engine. Every query is in one of `running`, `queued`, `waitingForWorkers`, `groupHeld`. */
export interface EngineSample {
  /** Virtual seconds since the start of the run. */
  readonly atSeconds: number;
  /** Started, those blocked on memory included. */
  readonly running: number;
  /** Started, lost all workers (with `retriesTasks`) or started on none, and not placed again yet. */
  readonly queued: number;
  readonly waitingForWorkers: number;
  readonly groupHeld: number;
  readonly blockedOnMemory: number;
  /** Largest requirement among the queries that wait for workers; 0 when none waits. */
  readonly requiredWorkers: number;
  /** Active workers; draining ones are not in it. */
  readonly readyWorkers: number;
  readonly readyCores: number;
  /** Workers that drain or are drained and have not left. */
  readonly drainingWorkers: number;
  readonly drainingCores: number;
  /** Counter of all CPU burnt: completed, failed and live queries. */
  readonly cpuSecondsTotal: number;
  readonly reservedMemoryBytes: number;
  /** Of active workers. */
  readonly totalMemoryBytes: number;
  /** Longest time since submission among the queries that are held or wait for workers; 0 when none waits. */
  readonly oldestWaitSeconds: number;
  /** Longest time since its start of a started query; 0 when none has. */
  readonly oldestRunningSeconds: number;
  /** Every class that has been met, in order of its first query. */
  readonly classes: readonly ClassSample[];
}
