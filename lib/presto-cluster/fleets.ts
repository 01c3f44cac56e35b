/** The three instance fleets. All weights are vCPU over `coresPerUnit`, so that a unit means the same compute everywhere. */
import type { CfnCluster } from 'aws-cdk-lib/aws-emr';
import { type FilledProps, weightOf } from './defaults.ts';
import type { WorkerType } from './props.ts';

type Fleet = CfnCluster.InstanceFleetConfigProperty;
type Types = CfnCluster.InstanceTypeConfigProperty[];

/** What EMR does by itself for on-demand; said, because more than five types need a strategy (Management Guide, fleets). */
const ON_DEMAND: CfnCluster.OnDemandProvisioningSpecificationProperty = { allocationStrategy: 'lowest-price' };

const workers = (types: readonly WorkerType[], coresPerUnit: number): Types =>
  types.map((one) => ({ instanceType: one.type, weightedCapacity: weightOf(one, coresPerUnit) }));

/** A primary's weight has to be 1, and its target one unit of one market (API reference, InstanceFleetConfig). */
export const primaryFleet = ({ primaryTypes }: FilledProps): Fleet => ({
  name: 'primary',
  targetOnDemandCapacity: 1,
  instanceTypeConfigs: primaryTypes.map((instanceType) => ({ instanceType, weightedCapacity: 1 })),
  launchSpecifications: { onDemandSpecification: ON_DEMAND },
});

/** On-demand: HDFS is on it, and a query without any worker fails. */
export const coreFleet = ({ core, coresPerUnit }: FilledProps): Fleet => ({
  name: 'core',
  targetOnDemandCapacity: core.units,
  instanceTypeConfigs: workers(core.types, coresPerUnit),
  launchSpecifications: { onDemandSpecification: ON_DEMAND },
});

/**
 * A part of the cluster and no `AWS::EMR::InstanceFleetConfig`: so it may have 30 types instead of 5 and starts with the
 * cluster (CloudFormation, JobFlowInstancesConfig, TaskInstanceFleets).
 */
export const taskFleet = ({ task, coresPerUnit }: FilledProps): Fleet => ({
  name: 'task',
  targetOnDemandCapacity: task.initialOnDemandUnits,
  targetSpotCapacity: task.initialSpotUnits,
  instanceTypeConfigs: workers(task.types, coresPerUnit),
  launchSpecifications: {
    onDemandSpecification: ON_DEMAND,
    spotSpecification: {
      // The pools that are least likely to be interrupted, of these the cheapest (Management Guide, allocation strategy).
      allocationStrategy: 'price-capacity-optimized',
      timeoutDurationMinutes: task.spotStartTimeout.toMinutes(),
      timeoutAction: 'SWITCH_TO_ON_DEMAND',
    },
  },
  // They hold for every resize, also for EMR's own replacement of reclaimed nodes; without one there is no end.
  resizeSpecifications: {
    spotResizeSpecification: {
      allocationStrategy: 'price-capacity-optimized',
      timeoutDurationMinutes: task.spotResizeTimeout.toMinutes(),
    },
    onDemandResizeSpecification: {
      ...ON_DEMAND,
      timeoutDurationMinutes: task.onDemandResizeTimeout.toMinutes(),
    },
  },
});
