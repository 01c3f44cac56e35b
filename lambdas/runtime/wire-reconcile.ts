/** Wires the tick: the table, EMR and the places where samples are read. */
import type { EMRClient } from '@aws-sdk/client-emr';
import { DynamoClusterStore } from '../adapters/dynamo/cluster-store.ts';
import { DynamoJournal } from '../adapters/dynamo/journal.ts';
import { DynamoLedger } from '../adapters/dynamo/ledger.ts';
import { DynamoMarkers } from '../adapters/dynamo/markers.ts';
import { type CallBudget, DynamoCallTokens } from '../adapters/dynamo/tokens.ts';
import { EmrClusterFinder } from '../adapters/emr/cluster-facts.ts';
import { EmrFleet } from '../adapters/emr/fleet.ts';
import { inWords } from '../app/criterion.ts';
import { type EmrSide, type ReconcilePorts, reconcile } from '../app/reconcile.ts';
import { NO_NETWORK } from '../contract.ts';
import type { ClusterFacts } from '../core/model.ts';
import type { CallTokens } from '../ports/tokens.ts';
import type { WorkloadSource } from '../ports/workload.ts';
import { type ClusterEntry, networkOf } from '../settings/settings.ts';
import type { CommonParts } from './parts.ts';
import type { ReconcileWiring } from './wiring.ts';

/** One cluster of the settings. */
export interface ClusterSettings {
  readonly entry: ClusterEntry;
  /** What is known of it without asking, where it is not what holds for every EMR cluster: prices, say. */
  readonly facts: Partial<Pick<ClusterFacts, 'minimumWorkerAgeSeconds' | 'usdPerUnitHour' | 'typePrices'>>;
  /**
   * Where its sample is read, by the host name of its primary node; called again only when that has changed. Undefined
   * from it: the name is needed and not known yet. Absent: the sample is pushed to the table.
   */
  readonly workload?: (primaryHost: string | undefined) => WorkloadSource | undefined;
}

export interface ReconcileParts extends CommonParts {
  readonly emr: EMRClient;
  /** Gives a value that was never given before. */
  readonly newId: () => string;
  readonly pause: (milliseconds: number) => Promise<void>;
  readonly retentionDays: number;
  /** Of calls to EMR; absent: the published one. */
  readonly callBudget?: CallBudget;
}

/** Makes a value once for each key, and keeps that of the last key: a cluster is one thing at a time. */
const forLast = <Key, Value>(make: (key: Key) => Value): ((key: Key) => Value) => {
  let last: { readonly key: Key; readonly value: Value } | undefined;
  return (key) => {
    if (last === undefined || last.key !== key) last = { key, value: make(key) };
    return last.value;
  };
};

const reconcilePorts = (settings: ClusterSettings, parts: ReconcileParts, tokens: CallTokens): ReconcilePorts => {
  const { entry, facts, workload } = settings;
  const { clock, table, newId, retentionDays, pause } = parts;
  const cluster = entry.name;
  return {
    clock,
    store: new DynamoClusterStore(table, cluster, newId),
    emr: forLast(
      (clusterId: string): EmrSide => ({
        fleet: new EmrFleet(parts.emr, { clusterId, facts }),
        finder: new EmrClusterFinder(parts.emr, { clusterId }),
      }),
    ),
    lookedFor: inWords(entry.find),
    tokens,
    journal: new DynamoJournal(table, { cluster, retentionDays, clock, pause }),
    ledger: new DynamoLedger(table, cluster),
    ...(workload === undefined ? {} : { workload: forLast(workload) }),
  };
};

/** The clusters of the settings by name. */
const lookUp = <Value>(byName: ReadonlyMap<string, Value>, name: string): Value => {
  const value = byName.get(name);
  if (value !== undefined) return value;
  throw new Error(`cluster ${name} is not among those of this environment: ${[...byName.keys()].join(', ')}`);
};

/** Adapters live as long as the process does. */
export const wireReconcile = (clusters: readonly ClusterSettings[], parts: ReconcileParts): ReconcileWiring => {
  const { clock, table, report, measure } = parts;
  const tokens = new DynamoCallTokens(table, parts.callBudget);
  const markers = new DynamoMarkers(table);
  const ports = new Map(clusters.map((cluster) => [cluster.entry.name, reconcilePorts(cluster, parts, tokens)]));
  const entries = new Map(clusters.map(({ entry }) => [entry.name, entry]));
  return {
    reconcile: async (name) => reconcile(lookUp(ports, name)),
    answerMarker: async (name, marker) => {
      const network = networkOf(lookUp(entries, name)) ?? NO_NETWORK;
      await markers.leave(`tick:${network}`, { at: clock.now(), marker });
    },
    now: () => clock.now(),
    report,
    measure,
  };
};
