/** The task fleet of one cluster through EMR's API. One object a cluster: it remembers the fleet's id between calls. */
import { type EMRClient, ModifyInstanceFleetCommand, type ModifyInstanceFleetInput } from '@aws-sdk/client-emr';
import type { ModifyCommand } from '../../core/decision.ts';
import type { ClusterFacts, FleetState, PoolsState } from '../../core/model.ts';
import type { EpochSeconds } from '../../core/quantities.ts';
import { type Fleet, FleetError } from '../../ports/fleets.ts';
import type { EmrOperation } from '../../ports/tokens.ts';
import { within } from './deadline.ts';
import { fleetErrorOf } from './errors.ts';
import { fleetStateOf, weightsOf } from './fleet-state.ts';
import { type IdentifiedFleet, listFleets, pickFleet, type WantedFleet } from './list-fleets.ts';
import { PoolsReader, type Weights } from './pools.ts';

/**
 * Default of {@link EmrFleetSettings.callMilliseconds}. A tick reads once and modifies once; both and the tick's calls
 * to the table fit into its claim of twelve seconds.
 */
export const CALL_MILLISECONDS = 4000;

/**
 * EMR removes no instance in its first ten minutes, according to aws-samples/emr-trino-autoscale (docs/scaling-logic.md);
 * AWS's own documentation is silent.
 */
const EMR_FACTS: ClusterFacts = { minimumWorkerAgeSeconds: 600, reversibleDrain: false, retriesTasks: false };

/** Which fleet, and what is known of it without asking. */
export interface EmrFleetSettings {
  readonly clusterId: string;
  /** The fleet to resize where it is not the TASK fleet (CORE by choice), or to modify before any read. */
  readonly fleetId?: string;
  /** Longest time of one read or modify, with all its pages, attempts and waits. Default {@link CALL_MILLISECONDS}. */
  readonly callMilliseconds?: number;
  /** What was found out about the cluster; the rest is what holds for every EMR cluster. */
  readonly facts?: Partial<ClusterFacts>;
}

/** EMR takes 5 to 10,080 minutes (ResizeSpecifications). */
const minutesOf = (seconds: number): number => Math.min(10_080, Math.max(5, Math.ceil(seconds / 60)));

const isCount = (value: number): boolean => Number.isInteger(value) && value >= 0;

const problemsOf = ({ targets, onDemandTimeoutSeconds, spotTimeoutSeconds }: ModifyCommand): readonly string[] => {
  const problem = (name: string, given: number, fits: boolean, expected: string): readonly string[] =>
    fits ? [] : [`${name} was ${given}, expected ${expected}`];
  const { onDemandUnits, spotUnits } = targets;
  return [
    ...problem('onDemandUnits', onDemandUnits, isCount(onDemandUnits), 'a whole number ≥ 0'),
    ...problem('spotUnits', spotUnits, isCount(spotUnits), 'a whole number ≥ 0'),
    ...problem('onDemandTimeoutSeconds', onDemandTimeoutSeconds, onDemandTimeoutSeconds >= 0, 'a number ≥ 0'),
    ...problem('spotTimeoutSeconds', spotTimeoutSeconds, spotTimeoutSeconds >= 0, 'a number ≥ 0'),
  ];
};

/**
 * EMR refuses a modify with one target only, though its model marks both optional. Instance types are never sent: that
 * would be a reconfiguration, which restarts workers.
 */
const requestOf = (clusterId: string, fleetId: string, command: ModifyCommand): ModifyInstanceFleetInput => ({
  ClusterId: clusterId,
  InstanceFleet: {
    InstanceFleetId: fleetId,
    TargetOnDemandCapacity: command.targets.onDemandUnits,
    TargetSpotCapacity: command.targets.spotUnits,
    ResizeSpecifications: {
      OnDemandResizeSpecification: { TimeoutDurationMinutes: minutesOf(command.onDemandTimeoutSeconds) },
      SpotResizeSpecification: { TimeoutDurationMinutes: minutesOf(command.spotTimeoutSeconds) },
    },
  },
});

/** {@link Fleet} of a cluster with instance fleets. A cluster with instance groups is `refused`, in EMR's words. */
export class EmrFleet implements Fleet {
  readonly #client: EMRClient;
  readonly #clusterId: string;
  readonly #callMilliseconds: number;
  readonly #facts: ClusterFacts;
  readonly #pools: PoolsReader;
  #wanted: WantedFleet;
  /** Of the fleet as last read. */
  #weights: Weights | undefined;

  constructor(client: EMRClient, settings: EmrFleetSettings) {
    this.#client = client;
    this.#pools = new PoolsReader(client);
    this.#clusterId = settings.clusterId;
    this.#callMilliseconds = settings.callMilliseconds ?? CALL_MILLISECONDS;
    this.#facts = { ...EMR_FACTS, ...settings.facts };
    this.#wanted = { seen: false, ...(settings.fleetId === undefined ? {} : { id: settings.fleetId }) };
  }

  facts(): ClusterFacts {
    return this.#facts;
  }

  async read(now: EpochSeconds): Promise<FleetState> {
    const doing = this.#doing('ListInstanceFleets');
    return this.#bounded(doing, (signal) => this.#read(signal, now, doing));
  }

  /** Needs the weights of a read of this object, and makes one where there was none. */
  async pools(
    now: EpochSeconds,
    mayCall: (operation: EmrOperation) => Promise<boolean>,
  ): Promise<PoolsState | undefined> {
    const doing = this.#doing('ListInstances');
    return this.#bounded(doing, async (signal) => {
      if (this.#weights === undefined) {
        if (!(await mayCall('ListInstanceFleets'))) return undefined;
        await this.#read(signal, now, doing);
      }
      const [weights, fleetId] = [this.#weights, this.#wanted.id];
      if (weights === undefined || fleetId === undefined) return undefined;
      // Asked for again after an answer that does not fit them.
      this.#weights = undefined;
      const question = { clusterId: this.#clusterId, fleetId, weights, now, signal, doing };
      const state = await this.#pools.read({ ...question, mayCall: () => mayCall('ListInstances') });
      this.#weights = weights;
      return state;
    });
  }

  /** One request, to the fleet of the settings, of the last read, or of `fleetId`, in this order. */
  async modify(command: ModifyCommand, fleetId?: string): Promise<void> {
    const doing = this.#doing('ModifyInstanceFleet');
    const id = this.#wanted.id ?? fleetId;
    const unknown = id === undefined ? ['the id of its fleet is not known: read the fleet first'] : [];
    const problems = [...problemsOf(command), ...unknown];
    if (id === undefined || problems.length > 0)
      throw new FleetError('refused', `${doing}: nothing was sent: ${problems.join('; ')}`);
    await this.#bounded(doing, async (signal) => {
      const input = requestOf(this.#clusterId, id, command);
      await this.#client.send(new ModifyInstanceFleetCommand(input), { abortSignal: signal });
    });
  }

  #doing(operation: string): string {
    return `${operation} of cluster ${this.#clusterId}`;
  }

  async #read(signal: AbortSignal, now: EpochSeconds, doing: string): Promise<FleetState> {
    const fleet = await this.#find(signal, doing);
    const state = fleetStateOf(fleet, now, doing);
    this.#weights = weightsOf(fleet);
    return state;
  }

  async #find(signal: AbortSignal, doing: string): Promise<IdentifiedFleet> {
    const fleets = await listFleets(this.#client, this.#clusterId, signal, doing);
    const fleet = pickFleet(fleets, this.#wanted, doing);
    this.#wanted = { id: fleet.Id, seen: true };
    return fleet;
  }

  async #bounded<Result>(doing: string, work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    try {
      return await within(this.#callMilliseconds, work);
    } catch (error) {
      throw fleetErrorOf(error, doing);
    }
  }
}
