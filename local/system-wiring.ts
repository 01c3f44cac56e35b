/** The use cases of a local system, wired with its endpoints. */
import type { RunningServer } from '../exporters/server.ts';
import { emrClient } from '../lambdas/adapters/emr/client.ts';
import { EmrClusterDirectory } from '../lambdas/adapters/emr/cluster-directory.ts';
import { ScrapedWorkload } from '../lambdas/adapters/samples/scraped.ts';
import type { InstanceOwner } from '../lambdas/ports/instances.ts';
import { wire } from '../lambdas/runtime/wire.ts';
import type { Wiring } from '../lambdas/runtime/wiring.ts';
import type { ClusterEntry } from '../lambdas/settings/settings.ts';
import { knownFactsOf } from '../simulator/run/ports.ts';
import type { CoordinatorEndpoint } from './coordinator/endpoint.ts';
import type { EmrEndpoint } from './emr/endpoint.ts';
import type { WorldBackend } from './emr/world-backend.ts';
import type { LocalOptions } from './system-options.ts';
import { LOCAL_CREDENTIALS, LOCAL_REGION, type LocalTable } from './table.ts';
import type { TickQueue } from './tick-queue.ts';
import type { VirtualClock } from './virtual-clock.ts';

/**
 * Name of the cluster in the table and in EMR, and the id in EMR of the first that has it. Its ticks come at the begin of
 * each slot (`offsetOf` is 0 for it), so that a run ticks when a headless one does.
 */
export const CLUSTER = 'j-LOCAL0000167';

/** Name of the environment. */
export const ENVIRONMENT = 'local';

/** What runs beside the world. */
export interface Servers {
  readonly table: LocalTable;
  readonly backend: WorldBackend;
  readonly emr: EmrEndpoint;
  /** Absent: the engine is real. */
  readonly coordinator: CoordinatorEndpoint | undefined;
  readonly exporter: RunningServer;
}

/** What the wiring of a system is made of. */
interface SystemParts {
  readonly options: LocalOptions;
  readonly clock: VirtualClock;
  readonly queue: TickQueue;
  readonly servers: Servers;
  /** Whose an EC2 instance is; filled while the world runs. */
  readonly owners: ReadonlyMap<string, InstanceOwner>;
}

const entryOf = ({ policy, sample }: LocalOptions, exporter: RunningServer): ClusterEntry => ({
  name: CLUSTER,
  find: { name: CLUSTER },
  sample:
    sample === 'push' ? { from: 'push' } : { from: 'scrape', url: `${exporter.url}/metrics`, network: ENVIRONMENT },
  policy,
});

/** Wires one cluster. Whoever takes it ends it with `end`. */
export const systemWiring = ({
  options,
  clock,
  queue,
  servers,
  owners,
}: SystemParts): { wiring: Wiring; end: () => void } => {
  const { table, emr, exporter } = servers;
  const client = emrClient({ region: LOCAL_REGION, endpoint: emr.url, maxAttempts: 1, credentials: LOCAL_CREDENTIALS });
  const scraped = new ScrapedWorkload({ url: `${exporter.url}/metrics` });
  const settings = {
    entry: entryOf(options, exporter),
    facts: knownFactsOf(options.knobs),
    ...(options.sample === 'scrape' ? { workload: () => scraped } : {}),
  };
  let writes = 0;
  const wiring = wire([settings], {
    environment: ENVIRONMENT,
    clock,
    table: table.table,
    emr: client,
    directory: new EmrClusterDirectory(client),
    wakeUps: queue,
    alarms: { read: async () => [] },
    instances: { ownerOf: async (id) => owners.get(id) },
    report: () => {},
    newId: () => {
      writes += 1;
      return `${options.seed}-${writes}`;
    },
    pause: async () => {},
    slotSeconds: options.slotSeconds,
    retentionDays: 7,
  });
  return { wiring, end: () => client.destroy() };
};
