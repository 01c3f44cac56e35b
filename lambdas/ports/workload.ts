import type { WorkloadSample } from '../core/model.ts';

/** What the engine says of its load. */
export interface WorkloadSource {
  /** The newest sample; undefined when none can be had. A field that could not be read is absent, never zero. */
  sample(): Promise<WorkloadSample | undefined>;
}
