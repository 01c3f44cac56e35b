/**
 * `reconcile` with a budget of EMR calls that refills faster than EMR's published one, as after a quota was raised. The
 * product knows the published budget only, so this stands beside its wiring.
 */
import { DynamoClusterStore } from '../../lambdas/adapters/dynamo/cluster-store.ts';
import { DynamoJournal } from '../../lambdas/adapters/dynamo/journal.ts';
import type { Table } from '../../lambdas/adapters/dynamo/table.ts';
import { DynamoCallTokens } from '../../lambdas/adapters/dynamo/tokens.ts';
import { EmrClusterFinder } from '../../lambdas/adapters/emr/cluster-facts.ts';
import { EmrFleet } from '../../lambdas/adapters/emr/fleet.ts';
import { inWords } from '../../lambdas/app/criterion.ts';
import { type EmrSide, type ReconcilePorts, reconcile } from '../../lambdas/app/reconcile.ts';
import { epochSeconds } from '../../lambdas/core/quantities.ts';
import type { CallTokens } from '../../lambdas/ports/tokens.ts';
import type { ClusterSettings, ReconcileParts } from '../../lambdas/runtime/wire-reconcile.ts';
import type { ReconcileWiring } from '../../lambdas/runtime/wiring.ts';

/** A bucket that refills so many times as fast is the same bucket in time that passes so many times as fast. */
const refilledFaster = (tokens: CallTokens, factor: number): CallTokens => ({
  take: (operations, priority, now) => tokens.take(operations, priority, epochSeconds(now * factor)),
});

const portsOf = ({ entry, facts }: ClusterSettings, parts: ReconcileParts, tokens: CallTokens): ReconcilePorts => {
  const { clock, table, newId, retentionDays, pause, emr } = parts;
  const sides = new Map<string, EmrSide>();
  const sideOf = (clusterId: string): EmrSide => {
    const side = sides.get(clusterId) ?? {
      fleet: new EmrFleet(emr, { clusterId, facts }),
      finder: new EmrClusterFinder(emr, { clusterId }),
    };
    sides.set(clusterId, side);
    return side;
  };
  return {
    clock,
    store: new DynamoClusterStore(table, entry.name, newId),
    emr: sideOf,
    lookedFor: inWords(entry.find),
    tokens,
    journal: new DynamoJournal(table, { cluster: entry.name, retentionDays, clock, pause }),
  };
};

/**
 * @param wiring of the same clusters, of which everything but the tick itself is used
 * @param budget a table of its own for the budget, whose times are not those of other writers
 * @param factor how many times as fast as published the budget refills; its bursts are the published ones
 */
export const withRaisedQuota = (
  wiring: ReconcileWiring,
  clusters: readonly ClusterSettings[],
  parts: ReconcileParts,
  budget: Table,
  factor: number,
): ReconcileWiring => {
  const tokens = refilledFaster(new DynamoCallTokens(budget), factor);
  const ports = new Map<string, ReconcilePorts>();
  const byName = new Map(clusters.map((settings) => [settings.entry.name, settings]));
  const portsFor = (name: string): ReconcilePorts => {
    const known = ports.get(name) ?? portsOf(byName.get(name) as ClusterSettings, parts, tokens);
    ports.set(name, known);
    return known;
  };
  return { ...wiring, reconcile: async (name) => reconcile(portsFor(name)) };
};
