/** What every function is made of. */
import type { Table } from '../adapters/dynamo/table.ts';
import type { Clock } from '../ports/clock.ts';
import type { Measure } from '../ports/measures.ts';
import type { Report } from './wiring.ts';

export interface CommonParts {
  readonly clock: Clock;
  readonly table: Table;
  readonly report: Report;
  readonly measure: Measure;
}
