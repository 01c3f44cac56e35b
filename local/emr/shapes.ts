/** Answers in the shapes of EMR's API model (2009-03-31). Times are epoch seconds with fraction: the SDK takes no other. */
import type { ClusterView, ConfigurationView, FleetView, InstanceView } from './backend.ts';

export type Shape = Readonly<Record<string, unknown>>;

/** Milliseconds are as fine as EMR sends. */
const time = (epochSeconds: number): number => Math.round(epochSeconds * 1000) / 1000;

const reason = (given: { readonly code: string; readonly message: string } | undefined): Shape | undefined =>
  given === undefined ? undefined : { Code: given.code, Message: given.message };

const allocated = (minutes: number): Shape => ({ TimeoutDurationMinutes: minutes });

/** An entry of ListInstanceFleets. Requests say InstanceTypeConfigs, answers InstanceTypeSpecifications. */
export const fleetShape = (fleet: FleetView): Shape => ({
  Id: fleet.id,
  Name: fleet.type,
  InstanceFleetType: fleet.type,
  Status: {
    State: fleet.state,
    StateChangeReason: reason(fleet.stateReason) ?? { Message: '' },
    Timeline: { CreationDateTime: time(fleet.createdAt), ReadyDateTime: time(fleet.readyAt) },
  },
  TargetOnDemandCapacity: fleet.target.onDemand,
  TargetSpotCapacity: fleet.target.spot,
  ProvisionedOnDemandCapacity: fleet.provisioned.onDemand,
  ProvisionedSpotCapacity: fleet.provisioned.spot,
  InstanceTypeSpecifications: fleet.types.map(({ instanceType, weight }) => ({
    InstanceType: instanceType,
    WeightedCapacity: weight,
    BidPriceAsPercentageOfOnDemandPrice: 100,
    EbsBlockDevices: [],
    EbsOptimized: true,
    Configurations: [],
  })),
  LaunchSpecifications: {
    SpotSpecification: {
      TimeoutDurationMinutes: 60,
      TimeoutAction: 'SWITCH_TO_ON_DEMAND',
      AllocationStrategy: 'price-capacity-optimized',
    },
    OnDemandSpecification: { AllocationStrategy: 'lowest-price' },
  },
  ResizeSpecifications: {
    SpotResizeSpecification: allocated(fleet.timeoutMinutes.spot),
    OnDemandResizeSpecification: allocated(fleet.timeoutMinutes.onDemand),
  },
});

/** An entry of ListInstances. */
export const instanceShape = (instance: InstanceView): Shape => ({
  Id: instance.id,
  Ec2InstanceId: instance.ec2InstanceId,
  PublicDnsName: '',
  PrivateDnsName: '',
  PrivateIpAddress: '127.0.0.1',
  Status: {
    State: instance.state,
    StateChangeReason: reason(instance.stateReason) ?? {},
    Timeline: {
      CreationDateTime: time(instance.createdAt),
      ...(instance.readyAt === undefined ? {} : { ReadyDateTime: time(instance.readyAt) }),
      ...(instance.endedAt === undefined ? {} : { EndDateTime: time(instance.endedAt) }),
    },
  },
  InstanceFleetId: instance.fleetId,
  Market: instance.market,
  InstanceType: instance.instanceType,
  EbsVolumes: [],
});

const configurationShape = ({ classification, properties }: ConfigurationView): Shape => ({
  Classification: classification,
  Configurations: [],
  Properties: properties,
});

const statusShape = ({ state, createdAt, readyAt }: ClusterView): Shape => ({
  State: state,
  StateChangeReason: {},
  Timeline: { CreationDateTime: time(createdAt), ReadyDateTime: time(readyAt) },
});

const arnOf = (clusterId: string): string => `arn:aws:elasticmapreduce:local:123456789012:cluster/${clusterId}`;

/** An entry of ListClusters. */
export const summaryShape = (clusterId: string, cluster: ClusterView): Shape => ({
  Id: clusterId,
  Name: cluster.name,
  Status: statusShape(cluster),
  NormalizedInstanceHours: 0,
  ClusterArn: arnOf(clusterId),
});

/** The answer of GetManagedScalingPolicy; empty where none is attached. */
export const managedScalingShape = ({ managedScaling }: ClusterView): Shape =>
  managedScaling === undefined
    ? {}
    : {
        ManagedScalingPolicy: {
          ComputeLimits: {
            UnitType: 'InstanceFleetUnits',
            MinimumCapacityUnits: managedScaling.minimumUnits,
            MaximumCapacityUnits: managedScaling.maximumUnits,
          },
        },
      };

/** The Cluster of DescribeCluster. It does not contain fleets. */
export const clusterShape = (clusterId: string, cluster: ClusterView): Shape => ({
  Id: clusterId,
  Name: cluster.name,
  ClusterArn: arnOf(clusterId),
  Status: statusShape(cluster),
  InstanceCollectionType: cluster.collection,
  ReleaseLabel: cluster.releaseLabel,
  Applications: [{ Name: cluster.application.name, Version: cluster.application.version }],
  ...(cluster.primaryHost === undefined ? {} : { MasterPublicDnsName: cluster.primaryHost }),
  Ec2InstanceAttributes: { Ec2AvailabilityZone: 'local-a', RequestedEc2SubnetIds: [] },
  AutoTerminate: false,
  TerminationProtected: false,
  UnhealthyNodeReplacement: false,
  VisibleToAllUsers: true,
  ScaleDownBehavior: 'TERMINATE_AT_TASK_COMPLETION',
  Configurations: (cluster.configurations ?? []).map(configurationShape),
  Tags: Object.entries(cluster.tags ?? {}).map(([Key, Value]) => ({ Key, Value })),
});
