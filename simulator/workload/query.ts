/** One query as a world meets it: what it asks for, not how long it takes. */
export interface Query {
  /** Unique in its workload; randomness that belongs to the query hangs on it. */
  readonly id: string;
  /** Seconds since the start of the run. */
  readonly arrivalSeconds: number;
  /** CPU seconds on one core, over all stages; > 0. */
  readonly cpuSeconds: number;
  /** The most cores it keeps busy at once; ≥ 1. */
  readonly parallelismCores: number;
  /** Share (0–1) of the CPU seconds in source stages (scans), which use workers that join later; the rest does not. */
  readonly sourceShare: number;
  /** Memory it reserves over the whole cluster while it runs; 0 = negligible. */
  readonly memoryBytes: number;
  readonly user: string;
  readonly source: string;
  /** Resource group; the world's knobs give its limit. */
  readonly group: string;
  /** Workers that must be active before it starts (query-manager.required-workers); absent = 1. */
  readonly requiredWorkers?: number;
}

/** Queries in order of arrival, with a name for reports. */
export interface Workload {
  readonly name: string;
  readonly queries: readonly Query[];
}
