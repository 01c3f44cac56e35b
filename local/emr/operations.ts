/** The operations: a request's fields to an answer's shape. */
import { API_ERRORS } from './api-error.ts';
import type { ClusterView, EmrBackend, FleetView, InstanceView } from './backend.ts';
import type { Fields } from './input.ts';
import { modificationOf } from './modification.ts';
import { pageOf } from './paging.ts';
import { clusterShape, fleetShape, instanceShape, managedScalingShape, type Shape, summaryShape } from './shapes.ts';
import type { Operation } from './throttle.ts';

/** What a read sees of a cluster: the present, or a snapshot of the past. */
export interface ClusterRead {
  cluster(): ClusterView;
  fleets(): readonly FleetView[];
  instances(): readonly InstanceView[];
}

/** What the operations work on. */
export interface Served {
  /** Entries of a page. */
  readonly pageSize: number;
  /** @throws EmrApiError for a cluster that is not served */
  backendOf(clusterId: string): EmrBackend;
  /** @throws EmrApiError for a cluster that is not served */
  readOf(clusterId: string): ClusterRead;
  /** Every cluster, by its id. */
  all(): ReadonlyMap<string, ClusterRead>;
}

/** EMR lists "all active instances and up to 2,000" of those that have ended. */
const ENDED_LISTED = 2000;

const paged = <Item>(name: string, items: readonly Item[], fields: Fields, served: Served): Shape => {
  const page = pageOf(items, fields.optionalText('Marker'), served.pageSize);
  return { [name]: page.items, ...(page.marker === undefined ? {} : { Marker: page.marker }) };
};

const listInstanceFleets = (fields: Fields, served: Served): Shape => {
  const read = served.readOf(fields.text('ClusterId'));
  if (read.cluster().collection === 'INSTANCE_GROUP') throw API_ERRORS.instanceGroups('ListInstanceFleets');
  return paged('InstanceFleets', read.fleets().map(fleetShape), fields, served);
};

const listed = (instances: readonly InstanceView[]): readonly InstanceView[] => {
  const ended = instances.filter(({ state }) => state === 'TERMINATED');
  if (ended.length <= ENDED_LISTED) return instances;
  const left = new Set(ended.slice(0, -ENDED_LISTED));
  return instances.filter((instance) => !left.has(instance));
};

const isAsked = (fields: Fields): ((instance: InstanceView) => boolean) => {
  const fleetId = fields.optionalText('InstanceFleetId');
  const fleetType = fields.optionalText('InstanceFleetType');
  const states = fields.optionalTexts('InstanceStates');
  return (instance) =>
    (fleetId === undefined || instance.fleetId === fleetId) &&
    (fleetType === undefined || instance.fleetType === fleetType) &&
    (states === undefined || states.length === 0 || states.includes(instance.state));
};

const listInstances = (fields: Fields, served: Served): Shape => {
  const read = served.readOf(fields.text('ClusterId'));
  if (fields.has('InstanceGroupId') || fields.has('InstanceGroupTypes')) {
    throw API_ERRORS.notSimulated('instance groups');
  }
  const instances = listed(read.instances().filter(isAsked(fields)));
  return paged('Instances', instances.map(instanceShape), fields, served);
};

const describeCluster = (fields: Fields, served: Served): Shape => {
  const clusterId = fields.text('ClusterId');
  return { Cluster: clusterShape(clusterId, served.readOf(clusterId).cluster()) };
};

/** EMR's answers list at most fifty clusters (API reference of ListClusters). */
const CLUSTERS_PAGE = 50;

/** The newest first. */
const listClusters = (fields: Fields, served: Served): Shape => {
  const states = fields.optionalTexts('ClusterStates') ?? [];
  for (const member of ['CreatedAfter', 'CreatedBefore']) {
    if (fields.has(member)) throw API_ERRORS.notSimulated(member);
  }
  const clusters = [...served.all()]
    .map(([id, read]) => ({ id, cluster: read.cluster() }))
    .filter(({ cluster }) => states.length === 0 || states.includes(cluster.state))
    .toSorted((first, second) => second.cluster.createdAt - first.cluster.createdAt);
  const shapes = clusters.map(({ id, cluster }) => summaryShape(id, cluster));
  return paged('Clusters', shapes, fields, { ...served, pageSize: Math.min(CLUSTERS_PAGE, served.pageSize) });
};

const getManagedScalingPolicy = (fields: Fields, served: Served): Shape =>
  managedScalingShape(served.readOf(fields.text('ClusterId')).cluster());

const modifyInstanceFleet = (fields: Fields, served: Served): undefined => {
  const modification = modificationOf(fields, (clusterId) => served.backendOf(clusterId));
  served.backendOf(fields.text('ClusterId')).modify(modification);
};

/**
 * By name, as the wire calls them; undefined is an empty body.
 * Each throws EmrApiError for a request that EMR would refuse.
 */
export const PERFORM: Readonly<Record<Operation, (fields: Fields, served: Served) => Shape | undefined>> = {
  ListInstanceFleets: listInstanceFleets,
  ListInstances: listInstances,
  DescribeCluster: describeCluster,
  ModifyInstanceFleet: modifyInstanceFleet,
  ListClusters: listClusters,
  GetManagedScalingPolicy: getManagedScalingPolicy,
};

/** Answers that list nothing, for operations that list something. */
export const EMPTY_PAGES: Readonly<Partial<Record<Operation, Shape>>> = {
  ListInstanceFleets: { InstanceFleets: [] },
  ListInstances: { Instances: [] },
  ListClusters: { Clusters: [] },
};
