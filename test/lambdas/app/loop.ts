/** A cluster with its ports, ticked through virtual time as the queue would. */
import { type Reconciled, type ReconcilePorts, reconcile } from '../../../lambdas/app/reconcile.ts';
import type { Identity } from '../../../lambdas/core/identity.ts';
import type { Memory } from '../../../lambdas/core/memory.ts';
import type { PolicyInput } from '../../../lambdas/core/policy/schema.ts';
import type { ClusterStore } from '../../../lambdas/ports/cluster-store.ts';
import type { Inbox } from '../../../lambdas/ports/inbox.ts';
import type { Journal } from '../../../lambdas/ports/journal.ts';
import type { Ledger } from '../../../lambdas/ports/ledger.ts';
import type { CallTokens } from '../../../lambdas/ports/tokens.ts';
import { FakeClusterFinder } from '../../fakes/cluster-finder.ts';
import { FakeFleet } from '../../fakes/fleet.ts';
import { FakeLedger } from '../../fakes/ledger.ts';
import { at, NOON, sample } from '../core/builders.ts';
import type { FleetLags } from '../core/drive.ts';

export const TICK_SECONDS = 15;
export const CLUSTER = 'j-1';
export const LOOKED_FOR = `the id ${CLUSTER}`;
/** What dispatch has found. */
export const LOCATED: Identity = { at: at(0), lookedFor: LOOKED_FOR, emrClusterId: CLUSTER };

/** A unit an outstanding query; what is not wanted any more is given back soon. */
export const LOOP_POLICY: PolicyInput = {
  capacity: { minimumUnits: 4, maximumUnits: 60 },
  demand: { queriesPerUnit: 1 },
  scaleIn: { mode: 'retried', smallestStepShare: 0, holdSeconds: 60 },
  resize: { smallestGrowthShare: 0 },
};

/** The ports that keep something between ticks. */
export interface Kept {
  readonly inbox: Inbox;
  readonly store: ClusterStore;
  readonly journal: Pick<Journal, 'write'>;
  /** Absent: one of its own. */
  readonly ledger?: Ledger;
  readonly tokens: CallTokens;
}

export interface LoopOptions {
  readonly kept: Kept;
  /** Outstanding queries at so many seconds after noon. */
  queries(seconds: number): number;
  readonly units?: number;
  readonly lags?: Partial<FleetLags>;
  /** What stands between the use case and its ports. */
  through?(ports: ReconcilePorts): ReconcilePorts;
}

export class Loop {
  readonly fleet: FakeFleet;
  readonly finder = new FakeClusterFinder();
  readonly ports: ReconcilePorts;
  seconds = 0;
  /** As the last tick that decided left it. */
  memory: Memory | undefined;
  readonly #options: LoopOptions;

  constructor(options: LoopOptions) {
    this.#options = options;
    this.fleet = new FakeFleet(options.units ?? 10, options.lags);
    const { store, journal, tokens, ledger = new FakeLedger() } = options.kept;
    const ports: ReconcilePorts = {
      clock: { now: () => at(this.seconds) },
      store,
      journal,
      ledger,
      tokens,
      emr: () => ({ fleet: this.fleet, finder: this.finder }),
      lookedFor: LOOKED_FOR,
      workload: () => ({ sample: async () => this.#sample() }),
    };
    this.ports = options.through?.(ports) ?? ports;
  }

  /** Moves on to a tick's time, without ticking. */
  moveTo(tick: number): void {
    this.seconds = tick * TICK_SECONDS;
    this.fleet.advance(this.seconds);
  }

  async tick(tick: number): Promise<Reconciled> {
    this.moveTo(tick);
    const result = await reconcile(this.ports);
    if (result.kind === 'decided') this.memory = result.decided.memory;
    return result;
  }

  #sample() {
    const { ready, provisioned, target } = this.fleet.world;
    const draining = Math.max(0, provisioned - target);
    return sample({
      takenAt: NOON + this.seconds,
      runningQueries: this.#options.queries(this.seconds),
      readyWorkers: ready,
      readyCores: ready * 16,
      drainingWorkers: draining,
      drainingCores: draining * 16,
    });
  }
}
