/** What EMR checks of a ModifyInstanceFleet before it does anything: all of it or nothing happens. */
import { API_ERRORS } from './api-error.ts';
import type { EmrBackend, FleetModification, FleetView, Markets } from './backend.ts';
import type { Fields } from './input.ts';

/** Resize timeouts that EMR takes, in minutes. */
const SHORTEST_MINUTES = 5;
const LONGEST_MINUTES = 10_080;

const bounded = (fields: Fields, member: string, least: number, most: number): number | undefined => {
  const value = fields.optionalWhole(member);
  if (value === undefined) return undefined;
  if (value < least) throw API_ERRORS.tooSmall(value, fields.path(member), least);
  if (value > most) throw API_ERRORS.tooLarge(value, fields.path(member), most);
  return value;
};

const timeoutOf = (specifications: Fields | undefined, member: string): number | undefined => {
  const specification = specifications?.optionalFields(member);
  if (specification === undefined) return undefined;
  return bounded(specification, 'TimeoutDurationMinutes', SHORTEST_MINUTES, LONGEST_MINUTES);
};

const timeoutsOf = (fleet: Fields): Partial<Markets<number>> => {
  const specifications = fleet.optionalFields('ResizeSpecifications');
  const onDemand = timeoutOf(specifications, 'OnDemandResizeSpecification');
  const spot = timeoutOf(specifications, 'SpotResizeSpecification');
  return { ...(onDemand === undefined ? {} : { onDemand }), ...(spot === undefined ? {} : { spot }) };
};

const targetOf = (fields: Fields, member: string): number | undefined =>
  bounded(fields, member, 0, Number.MAX_SAFE_INTEGER);

const targetsOf = (fields: Fields, fleetId: string): Markets<number> => {
  const onDemand = targetOf(fields, 'TargetOnDemandCapacity');
  const spot = targetOf(fields, 'TargetSpotCapacity');
  if (onDemand === undefined || spot === undefined) throw API_ERRORS.bothTargets(fleetId);
  return { onDemand, spot };
};

const checkCluster = (backend: EmrBackend): void => {
  const { state, collection } = backend.cluster();
  if (collection === 'INSTANCE_GROUP') throw API_ERRORS.instanceGroups('ModifyInstanceFleet');
  if (state.startsWith('TERMINAT')) throw API_ERRORS.clusterEnded();
  if (state !== 'RUNNING' && state !== 'WAITING') throw API_ERRORS.notModifiable();
};

const fleetOf = (backend: EmrBackend, fleetId: string): FleetView => {
  const fleet = backend.fleets().find(({ id }) => id === fleetId);
  if (fleet === undefined) throw API_ERRORS.unknownFleet(fleetId);
  return fleet;
};

/**
 * The modification that a request means.
 * @param fields of the whole request
 * @throws EmrApiError
 */
export const modificationOf = (fields: Fields, backendOf: (clusterId: string) => EmrBackend): FleetModification => {
  const clusterId = fields.text('ClusterId');
  const requested = fields.optionalFields('InstanceFleet');
  if (requested === undefined) throw API_ERRORS.missing(fields.path('InstanceFleet'));
  const fleetId = requested.text('InstanceFleetId');
  const timeoutMinutes = timeoutsOf(requested);
  const backend = backendOf(clusterId);
  checkCluster(backend);
  const fleet = fleetOf(backend, fleetId);
  const target = targetsOf(requested, fleetId);
  if (requested.has('InstanceTypeConfigs')) throw API_ERRORS.notSimulated('a reconfiguration (InstanceTypeConfigs)');
  if (fleet.type !== 'TASK') throw API_ERRORS.notSimulated(`a resize of the ${fleet.type} fleet`);
  return { fleetId, target, timeoutMinutes };
};
