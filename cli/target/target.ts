/** What a command looks at: the state of some clusters, and a way to wake their loops. */
import { DynamoClusterStore } from '../../lambdas/adapters/dynamo/cluster-store.ts';
import { DynamoInbox } from '../../lambdas/adapters/dynamo/inbox.ts';
import { DynamoJournal } from '../../lambdas/adapters/dynamo/journal.ts';
import { DynamoLedger } from '../../lambdas/adapters/dynamo/ledger.ts';
import type { Table } from '../../lambdas/adapters/dynamo/table.ts';
import type { EpochSeconds } from '../../lambdas/core/quantities.ts';
import type { Clock } from '../../lambdas/ports/clock.ts';
import type { ClusterView } from '../../lambdas/ports/cluster-store.ts';
import type { Journal } from '../../lambdas/ports/journal.ts';
import type { Ledger } from '../../lambdas/ports/ledger.ts';
import type { Deployed } from './deployed.ts';

/** Whether a cluster's loop was told of a change. */
export type Woken =
  | { readonly kind: 'woken' }
  /** It finds the change at its next tick; `why` ends a sentence. */
  | { readonly kind: 'left'; readonly why: string };

export interface TargetParts {
  /** As people call it, e.g. `environment prod (eu-central-1)`. */
  readonly label: string;
  readonly table: Table;
  /** Time there. */
  readonly clock: Clock;
  readonly wake: (cluster: string) => Promise<Woken>;
  /** Absent: it is a run on this machine. */
  readonly deployed?: Deployed;
  readonly close: () => void;
}

export class Target {
  readonly label: string;
  readonly table: Table;
  readonly inbox: DynamoInbox;
  readonly deployed: Deployed | undefined;
  readonly #parts: TargetParts;

  constructor(parts: TargetParts) {
    this.#parts = parts;
    this.label = parts.label;
    this.table = parts.table;
    this.deployed = parts.deployed;
    this.inbox = new DynamoInbox(parts.table);
  }

  /** Time there; it goes on while a command waits. */
  get now(): EpochSeconds {
    return this.#parts.clock.now();
  }

  /**
   * Everything the table knows of a cluster.
   * @throws Error for a cluster without any usable policy, and when the table cannot be read
   */
  view(cluster: string): Promise<ClusterView> {
    const neverSaves = (): string => '';
    return new DynamoClusterStore(this.table, cluster, neverSaves).load(this.now);
  }

  journal(cluster: string): Pick<Journal, 'read'> {
    const { clock } = this.#parts;
    return new DynamoJournal(this.table, { cluster, retentionDays: 1, clock, pause: async () => {} });
  }

  ledger(cluster: string): Pick<Ledger, 'read'> {
    return new DynamoLedger(this.table, cluster);
  }

  /** Tells a cluster's loop to look at once. What was written is found at the next tick anyway. */
  wake(cluster: string): Promise<Woken> {
    return this.#parts.wake(cluster);
  }

  close(): void {
    this.#parts.close();
  }
}
