/** The composition root of the functions: the only place that knows adapters. */
import type { EMRClient } from '@aws-sdk/client-emr';
import { DynamoClusterStore } from '../adapters/dynamo/cluster-store.ts';
import { DynamoInbox } from '../adapters/dynamo/inbox.ts';
import { DynamoJournal } from '../adapters/dynamo/journal.ts';
import type { Table } from '../adapters/dynamo/table.ts';
import { DynamoCallTokens } from '../adapters/dynamo/tokens.ts';
import { EmrClusterFinder } from '../adapters/emr/cluster-facts.ts';
import { EmrFleet } from '../adapters/emr/fleet.ts';
import { dispatch } from '../app/dispatch.ts';
import { type ReconcilePorts, reconcile } from '../app/reconcile.ts';
import { route } from '../app/route.ts';
import type { ClusterFacts } from '../core/model.ts';
import type { AlarmReader } from '../ports/alarms.ts';
import type { Clock } from '../ports/clock.ts';
import type { InstanceDirectory } from '../ports/instances.ts';
import type { CallTokens } from '../ports/tokens.ts';
import type { WakeUps } from '../ports/wakeups.ts';
import type { WorkloadSource } from '../ports/workload.ts';
import type { Report, Wiring } from './wiring.ts';

/** One cluster, by the name under which the table knows it. */
export interface ClusterSettings {
  readonly name: string;
  readonly emrClusterId: string;
  /** What is known of it without asking, where it is not what holds for every EMR cluster: prices, say. */
  readonly facts: Partial<Pick<ClusterFacts, 'minimumWorkerAgeSeconds' | 'usdPerUnitHour'>>;
  /** Where its sample is read; absent: it is pushed to the table. */
  readonly workload?: WorkloadSource;
}

/** Everything from outside that the functions are made of. */
export interface Parts {
  readonly clock: Clock;
  readonly table: Table;
  readonly emr: EMRClient;
  readonly wakeUps: WakeUps;
  readonly alarms: AlarmReader;
  readonly instances: InstanceDirectory;
  readonly report: Report;
  /** Gives a value that was never given before. */
  readonly newId: () => string;
  readonly pause: (milliseconds: number) => Promise<void>;
  readonly slotSeconds: number;
  readonly retentionDays: number;
}

const reconcilePorts = (settings: ClusterSettings, parts: Parts, tokens: CallTokens): ReconcilePorts => {
  const { name: cluster, emrClusterId, facts, workload } = settings;
  const { clock, table, newId, retentionDays, pause } = parts;
  return {
    clock,
    store: new DynamoClusterStore(table, cluster, newId),
    fleet: new EmrFleet(parts.emr, { clusterId: emrClusterId, facts }),
    finder: new EmrClusterFinder(parts.emr, { clusterId: emrClusterId }),
    tokens,
    journal: new DynamoJournal(table, { cluster, retentionDays, clock, pause }),
    ...(workload === undefined ? {} : { workload }),
  };
};

/** Wires the use cases; adapters live as long as the process does. */
export const wire = (clusters: readonly ClusterSettings[], parts: Parts): Wiring => {
  const { clock, table, wakeUps, alarms, instances, report, slotSeconds } = parts;
  const inbox = new DynamoInbox(table);
  const tokens = new DynamoCallTokens(table);
  const byName = new Map(clusters.map((cluster) => [cluster.name, reconcilePorts(cluster, parts, tokens)]));
  // A process that has just started cannot know, and leaves the minute under way to the one before.
  let dispatchFailed = false;
  return {
    reconcile: async (name) => {
      const ports = byName.get(name);
      if (ports === undefined) {
        throw new Error(`cluster ${name} is not among those of this environment: ${[...byName.keys()].join(', ')}`);
      }
      return reconcile(ports);
    },
    dispatch: async () => {
      const catchUp = dispatchFailed;
      dispatchFailed = true;
      const dispatched = await dispatch({ clock, inbox, wakeUps, alarms }, slotSeconds, catchUp);
      dispatchFailed = false;
      return dispatched;
    },
    route: (event) => route({ clock, inbox, instances, wakeUps }, event),
    now: () => clock.now(),
    report,
  };
};
