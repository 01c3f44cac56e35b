/** Where commands on this machine find the state of a run. */
import type { LocalFacts } from '../../console/protocol.ts';
import { CLUSTER } from '../system.ts';
import { LOCAL_REGION } from '../table.ts';

/** As much of a local system as tells it. */
export interface Kept {
  readonly table: { readonly url: string; readonly table: { readonly name: string } };
  /** Time of the run, epoch seconds. */
  readonly time: number;
}

/** As {@link LocalFacts} tells it. */
export const localFacts = ({ table, time }: Kept): LocalFacts => ({
  table: { endpoint: table.url, region: LOCAL_REGION, name: table.table.name },
  clusters: [CLUSTER],
  now: time,
});
