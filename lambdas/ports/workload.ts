import type { WorkloadSample } from '../core/model.ts';

/** What the engine says of its load. */
export interface WorkloadSource {
  /** What it is called in reasons, such as `Prometheus at 10.0.0.9:9090`. Absent: it needs no name. */
  readonly name?: string;
  /** The newest sample; undefined when none can be had. A field that could not be read is absent, never zero. */
  sample(): Promise<WorkloadSample | undefined>;
}
