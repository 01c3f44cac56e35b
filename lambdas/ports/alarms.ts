import type { AlarmObservation } from '../core/model.ts';

/** States of CloudWatch alarms. */
export interface AlarmReader {
  /** The named alarms as they are now; one that does not exist is left out. */
  read(names: readonly string[]): Promise<readonly AlarmObservation[]>;
}
