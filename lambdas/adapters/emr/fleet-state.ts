/** From EMR's description of an instance fleet to our words. Nothing missing or unknown is guessed. */
import type { InstanceFleet, InstanceFleetState } from '@aws-sdk/client-emr';
import type { FleetState, FleetStatus, MarketCapacity } from '../../core/model.ts';
import { type EpochSeconds, units } from '../../core/quantities.ts';
import { answerError } from './errors.ts';
import type { IdentifiedFleet } from './list-fleets.ts';

const STATUS: Readonly<Record<InstanceFleetState, FleetStatus>> = {
  PROVISIONING: 'provisioning',
  BOOTSTRAPPING: 'bootstrapping',
  RUNNING: 'running',
  RESIZING: 'resizing',
  RECONFIGURING: 'reconfiguring',
  SUSPENDED: 'suspended',
  TERMINATING: 'terminating',
  TERMINATED: 'terminated',
};

/** EMR: "If not specified, the default value is 1" (InstanceTypeSpecification.WeightedCapacity). */
const DEFAULT_WEIGHT = 1;

/** Reads fields and takes note of what is wrong with them. */
class Reading {
  readonly problems: string[] = [];

  status(given: string | undefined): FleetStatus {
    if (given !== undefined && Object.hasOwn(STATUS, given)) return STATUS[given as InstanceFleetState];
    this.#tell('Status.State', given, `one of ${Object.keys(STATUS).join(', ')}`);
    return 'terminated';
  }

  whole(name: string, given: number | undefined, least: number): number {
    if (Number.isInteger(given) && (given as number) >= least) return given as number;
    this.#tell(name, given, `a whole number ≥ ${least}`);
    return Number.NaN;
  }

  largestWeight({ InstanceTypeSpecifications: types = [] }: InstanceFleet): number {
    if (types.length === 0) this.#tell('InstanceTypeSpecifications', undefined, 'at least one instance type');
    const weights = types.map(({ InstanceType, WeightedCapacity }) =>
      this.whole(`WeightedCapacity of ${InstanceType}`, WeightedCapacity ?? DEFAULT_WEIGHT, 1),
    );
    return Math.max(...weights);
  }

  #tell(name: string, given: unknown, expected: string): void {
    const said = typeof given === 'string' ? JSON.stringify(given) : given === undefined ? 'missing' : String(given);
    this.problems.push(`${name} was ${said}, expected ${expected}`);
  }
}

const capacity = (reading: Reading, fleet: InstanceFleet, market: 'OnDemand' | 'Spot'): MarketCapacity => ({
  targetUnits: units(reading.whole(`Target${market}Capacity`, fleet[`Target${market}Capacity`], 0)),
  provisionedUnits: units(reading.whole(`Provisioned${market}Capacity`, fleet[`Provisioned${market}Capacity`], 0)),
});

/** Units of an instance by its type, of a fleet that {@link fleetStateOf} has found to be sound. */
export const weightsOf = ({ InstanceTypeSpecifications: types = [] }: InstanceFleet): ReadonlyMap<string, number> =>
  new Map(types.map(({ InstanceType = '', WeightedCapacity }) => [InstanceType, WeightedCapacity ?? DEFAULT_WEIGHT]));

/**
 * One read of a fleet.
 * @param readAt time of the tick
 * @param doing the call, for the error
 * @throws FleetError `unavailable` that names every field which is missing or cannot be meant
 */
export const fleetStateOf = (fleet: IdentifiedFleet, readAt: EpochSeconds, doing: string): FleetState => {
  const reading = new Reading();
  const state: FleetState = {
    id: fleet.Id,
    readAt,
    status: reading.status(fleet.Status?.State),
    onDemand: capacity(reading, fleet, 'OnDemand'),
    spot: capacity(reading, fleet, 'Spot'),
    largestWeightUnits: units(reading.largestWeight(fleet)),
    instanceTypes: (fleet.InstanceTypeSpecifications ?? []).length,
  };
  if (reading.problems.length > 0) throw answerError(`${doing}, fleet ${fleet.Id}`, reading.problems);
  return state;
};
