/** The autoscaler's ports, played by a world in virtual time. */
import type { ReconcilePorts } from '../../lambdas/app/reconcile.ts';
import type { Decision } from '../../lambdas/core/decision.ts';
import { emptyMemory, type Memory } from '../../lambdas/core/memory.ts';
import type { CapacityLoss, ClusterFacts, FleetState, PoolsState, TypePrice } from '../../lambdas/core/model.ts';
import type { Policy } from '../../lambdas/core/policy/schema.ts';
import { type EpochSeconds, epochSeconds, units } from '../../lambdas/core/quantities.ts';
import { type CallOutcome, type ClusterStore, type Fence, FenceLostError } from '../../lambdas/ports/cluster-store.ts';
import type { FleetEvent } from '../world/fleet/fleet.ts';
import type { PoolKnobs, WorldKnobs } from '../world/knobs.ts';
import type { World } from '../world/world.ts';
import { ExportedSample } from './exported-sample.ts';
import { foundEngineOf } from './found-engine.ts';
import { poolsOf } from './pools.ts';
import { START_OF_RUN } from './start-of-run.ts';

/** As long as the core looks back at a recommendation. */
const LOSS_KEPT_SECONDS = 1800;

/** The one cluster of a run. */
const SIMULATED = 'simulated';
const SIMULATED_FLEET = 'simulated-task';
const LOOKED_FOR = `the id ${SIMULATED}`;
/** What finding out about an engine asks of EMR. */
const FINDING = ['DescribeCluster', 'ListInstanceFleets', 'GetManagedScalingPolicy'] as const;

const dearest = (pools: readonly PoolKnobs[], price: (pool: PoolKnobs) => number): number =>
  Math.max(...pools.map((pool) => (price(pool) + pool.emrUsdPerHour) / pool.weightUnits));

const priceOf = ({ onDemandUsdPerHour, spotPriceShare, emrUsdPerHour }: PoolKnobs): TypePrice => ({
  onDemandUsdPerHour,
  spotUsdPerHour: onDemandUsdPerHour * spotPriceShare,
  emrUsdPerHour,
});

/** What is known of a simulated cluster without asking it. */
export const knownFactsOf = (
  knobs: WorldKnobs,
): Required<Pick<ClusterFacts, 'minimumWorkerAgeSeconds' | 'usdPerUnitHour' | 'typePrices'>> => ({
  minimumWorkerAgeSeconds: knobs.fleet.minimumAgeSeconds,
  usdPerUnitHour: {
    onDemand: dearest(knobs.fleet.pools, (pool) => pool.onDemandUsdPerHour),
    spot: dearest(knobs.fleet.pools, (pool) => pool.onDemandUsdPerHour * pool.spotPriceShare),
  },
  typePrices: Object.fromEntries(knobs.fleet.pools.map((pool) => [pool.instanceType, priceOf(pool)])),
});

/** Memory, fence and losses of one cluster, kept in this process. */
class MemoryStore implements ClusterStore {
  readonly #policy: Policy;
  #memory: Memory = emptyMemory();
  #fence: Fence = 0;
  #claim: { readonly fence: Fence; readonly until: EpochSeconds } | undefined;
  #losses: CapacityLoss[] = [];
  outcome: CallOutcome | undefined;

  constructor(policy: Policy) {
    this.#policy = policy;
  }

  async load(now: EpochSeconds) {
    this.#losses = this.#losses.filter((loss) => loss.at >= now - LOSS_KEPT_SECONDS);
    return {
      memory: this.#memory,
      fence: this.#fence,
      ...(this.#claim === undefined ? {} : { claim: this.#claim }),
      ...(this.outcome === undefined ? {} : { outcome: this.outcome }),
      policy: { policy: this.#policy, version: 1 },
      identity: { at: now, lookedFor: LOOKED_FOR, emrClusterId: SIMULATED },
      holds: [],
      alarms: [],
      losses: this.#losses,
    };
  }

  async save(memory: Memory, fence: Fence, _now: EpochSeconds, claimUntil?: EpochSeconds): Promise<Fence> {
    if (fence !== this.#fence) throw new FenceLostError('simulated', fence);
    this.#memory = memory;
    this.#fence += 1;
    this.#claim = claimUntil === undefined ? undefined : { fence: this.#fence, until: claimUntil };
    return this.#fence;
  }

  addLoss(loss: CapacityLoss): void {
    this.#losses.push(loss);
  }
}

/** Keeps the state and the call counts of one simulated cluster, and hands out its ports. */
export class SimulatedCluster {
  readonly ports: ReconcilePorts;
  /** EMR calls by operation. */
  readonly calls: Record<string, number> = { ListInstanceFleets: 0, ModifyInstanceFleet: 0 };
  readonly #world: () => World;
  readonly #store: MemoryStore;
  readonly #exported: ExportedSample;
  readonly #instanceTypes: number;

  /** @param world asked at each call, because a world is built with listeners that need its cluster */
  constructor(world: () => World, knobs: WorldKnobs, policy: Policy) {
    this.#world = world;
    this.#store = new MemoryStore(policy);
    this.#instanceTypes = knobs.fleet.pools.length;
    this.#exported = new ExportedSample(knobs.engine.requiredWorkers);
    const facts: ClusterFacts = { ...knownFactsOf(knobs), reversibleDrain: false, retriesTasks: false };
    const found = foundEngineOf(knobs, SIMULATED);
    this.ports = {
      clock: { now: () => epochSeconds(START_OF_RUN + this.#world().now) },
      lookedFor: LOOKED_FOR,
      workload: () => ({ sample: async () => this.#exported.sample }),
      emr: () => ({
        fleet: {
          facts: () => facts,
          read: async (now) => this.#read(now),
          pools: async (now) => this.#pools(now),
          modify: async (command) => this.#modify(command),
        },
        finder: {
          clusterId: SIMULATED,
          find: async () => {
            for (const operation of FINDING) this.#count(operation);
            return found;
          },
        },
      }),
      store: this.#store,
      tokens: { take: async () => true },
      journal: {
        write: async (_record, outcome) => {
          if (outcome !== undefined) this.#store.outcome = outcome;
        },
      },
      // The world accounts for its own dollars; memory is where a run's accounting is looked at.
      ledger: { put: async () => undefined },
    };
  }

  /** Reads the engine, as the exporter does every few seconds. */
  collect(): void {
    this.#exported.collect(this.#world().engine);
  }

  /** Takes note of interruption notices and rebalance recommendations, as `route` would. */
  notice(event: FleetEvent): void {
    if (event.kind !== 'interruptionNotice' && event.kind !== 'rebalanceRecommendation') return;
    const at = epochSeconds(START_OF_RUN + event.at);
    const kind = event.kind === 'rebalanceRecommendation' ? ({ kind: 'rebalance' } as const) : {};
    this.#store.addLoss({ id: event.instanceId, at, units: units(event.units), ...kind });
  }

  #read(readAt: EpochSeconds): FleetState {
    this.#count('ListInstanceFleets');
    return { ...this.#world().fleet.read(), id: SIMULATED_FLEET, instanceTypes: this.#instanceTypes, readAt };
  }

  #pools(readAt: EpochSeconds): PoolsState {
    this.#count('ListInstances');
    return poolsOf(this.#world().fleet.instances(), readAt);
  }

  #modify(command: NonNullable<Decision['command']>): void {
    this.#count('ModifyInstanceFleet');
    const { onDemandUnits, spotUnits } = command.targets;
    const { onDemandTimeoutSeconds, spotTimeoutSeconds } = command;
    this.#world().fleet.modify({ onDemandUnits, spotUnits, onDemandTimeoutSeconds, spotTimeoutSeconds });
  }

  #count(operation: string): void {
    this.calls[operation] = (this.calls[operation] ?? 0) + 1;
  }
}
