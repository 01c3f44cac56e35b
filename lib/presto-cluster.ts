/**
 * An EMR cluster with Presto or Trino that the autoscaler can scale from its first minute: diversified fleets, exporter,
 * worker agent, graceful timeouts, required workers and tags. For people who do not have a cluster yet, in any CDK app.
 * docs/presto-cluster.md has a complete example.
 */
import { Stack, Tags, Token } from 'aws-cdk-lib';
import { CfnCluster } from 'aws-cdk-lib/aws-emr';
import type { Role } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { CLUSTER_TAG, ENVIRONMENT_TAG } from '../lambdas/contract.ts';
import type { ClusterEntry } from '../lambdas/settings/settings.ts';
import type { Plan } from '../planning/portfolio/model.ts';
import { acknowledgeCluster } from './presto-cluster/acknowledged.ts';
import { advise } from './presto-cluster/advice.ts';
import { bootstrapAction } from './presto-cluster/bootstrap.ts';
import { type FilledProps, filled } from './presto-cluster/defaults.ts';
import { filesOf } from './presto-cluster/files.ts';
import { coreFleet, primaryFleet, taskFleet } from './presto-cluster/fleets.ts';
import { problemsOf } from './presto-cluster/problems.ts';
import type { PrestoClusterProps } from './presto-cluster/props.ts';
import {
  EMR_POLICY_TAG,
  INSTANCE_POLICY,
  instanceProfileOf,
  instanceRoleOf,
  serviceRoleOf,
} from './presto-cluster/roles.ts';
import { keyOf, securityConfiguration } from './presto-cluster/security.ts';
import { applicationOf, configurationsOf } from './presto-cluster/settings.ts';

/** The props cannot be a cluster; the message has a line for each mistake. */
export class PrestoClusterError extends Error {
  readonly mistakes: readonly string[];

  constructor(path: string, mistakes: readonly string[]) {
    super([`${path}: ${mistakes.length} mistake(s)`, ...mistakes].join('\n'));
    this.name = 'PrestoClusterError';
    this.mistakes = mistakes;
  }
}

const network = (props: FilledProps): Partial<CfnCluster.JobFlowInstancesConfigProperty> => {
  const { securityGroups: groups, keyName } = props;
  return {
    ec2SubnetIds: [...props.subnetIds],
    ...(keyName === undefined ? {} : { ec2KeyName: keyName }),
    ...(groups === undefined
      ? {}
      : { emrManagedMasterSecurityGroup: groups.primaryId, emrManagedSlaveSecurityGroup: groups.workersId }),
    ...(groups?.serviceAccessId === undefined ? {} : { serviceAccessSecurityGroup: groups.serviceAccessId }),
    ...(props.additionalPrimaryGroupIds === undefined
      ? {}
      : { additionalMasterSecurityGroups: [...props.additionalPrimaryGroupIds] }),
    ...(props.additionalWorkerGroupIds === undefined
      ? {}
      : { additionalSlaveSecurityGroups: [...props.additionalWorkerGroupIds] }),
  };
};

const instances = (props: FilledProps): CfnCluster.JobFlowInstancesConfigProperty => ({
  masterInstanceFleet: primaryFleet(props),
  coreInstanceFleet: coreFleet(props),
  taskInstanceFleets: [taskFleet(props)],
  ...network(props),
  // There are no steps; without this the cluster ends after its start.
  keepJobFlowAliveWhenNoSteps: true,
  terminationProtected: props.terminationProtection ?? false,
  // CORE nodes alone, by YARN's health: 45 minutes, then gracefully (Management Guide, "Replacing unhealthy nodes").
  unhealthyNodeReplacement: true,
});

export class PrestoCluster extends Construct {
  /** The cluster itself; `ref` is EMR's id. It has no managed scaling, which would scale against the autoscaler. */
  readonly cluster: CfnCluster;
  /** Of all instances. Buckets and catalogs with the data are granted to it by their owner. */
  readonly instanceRole: Role;
  /** Of EMR itself. */
  readonly serviceRole: Role;
  /** Encrypts the disks. */
  readonly encryptionKey: IKey;
  /** How the task fleet's types were chosen, and why; absent where they were given. */
  readonly plan: Plan | undefined;
  readonly #props: FilledProps;

  /** @throws {PrestoClusterError} with every mistake in the props */
  constructor(scope: Construct, id: string, props: PrestoClusterProps) {
    super(scope, id);
    this.#props = filled(props, Stack.of(this).region);
    const mistakes = problemsOf(this.#props);
    if (mistakes.length > 0) throw new PrestoClusterError(this.node.path, mistakes);
    this.plan = this.#props.task.planned?.plan;
    const files = props.publishedFiles ?? filesOf(this);
    this.encryptionKey = keyOf(this, props.encryptionKey, props.clusterName);
    this.instanceRole = instanceRoleOf(this, this.#props, files, this.encryptionKey);
    this.serviceRole = serviceRoleOf(this, this.instanceRole, this.encryptionKey);
    const profile = instanceProfileOf(this, this.instanceRole);
    this.cluster = new CfnCluster(this, 'Cluster', {
      name: props.clusterName,
      releaseLabel: props.releaseLabel,
      applications: [{ name: applicationOf(this.#props) }, ...(props.applications ?? []).map((name) => ({ name }))],
      configurations: configurationsOf(this.#props),
      bootstrapActions: [bootstrapAction(this.#props, files)],
      instances: instances(this.#props),
      jobFlowRole: profile.ref,
      serviceRole: this.serviceRole.roleName,
      securityConfiguration: securityConfiguration(this, this.encryptionKey).ref,
      scaleDownBehavior: 'TERMINATE_AT_TASK_COMPLETION',
      ...(props.logBucket === undefined
        ? {}
        : { logUri: `s3://${props.logBucket.bucketName}/${this.#props.logPrefix}/` }),
    });
    // With their policies: EMR uses them at once.
    this.cluster.node.addDependency(this.serviceRole, this.instanceRole, this.node.findChild(INSTANCE_POLICY));
    this.#tag();
    acknowledgeCluster(this.cluster, this.serviceRole);
    advise(this, this.#props);
  }

  /**
   * The cluster as the environment knows it. Found by its name, so one that replaces it tomorrow is found too.
   * Cores of CORE workers are in the policy: they serve queries, and are not resized.
   */
  entry(): ClusterEntry {
    const { clusterName, coresPerUnit, core, task, autoscaler } = this.#props;
    if (Token.isUnresolved(clusterName))
      throw new Error('clusterName is only known at deploy: write the entry by hand.');
    return {
      name: clusterName,
      find: { name: clusterName },
      sample: { from: autoscaler === undefined ? 'alarms' : 'push' },
      policy: {
        ...(autoscaler === undefined ? { signal: { source: 'alarms' } } : {}),
        capacity: {
          coresPerUnit,
          minimumUnits: task.minimumUnits,
          maximumUnits: task.maximumUnits,
          alwaysOnCores: core.units * coresPerUnit,
        },
        resize: {
          spotTimeoutMinutes: task.spotResizeTimeout.toMinutes(),
          onDemandTimeoutMinutes: task.onDemandResizeTimeout.toMinutes(),
        },
      },
    };
  }

  /** EMR hands the cluster's tags on to instances, volumes and launch templates. */
  #tag(): void {
    const { environment, clusterName, tags = {} } = this.#props;
    for (const [key, value] of Object.entries(tags)) Tags.of(this).add(key, value);
    Tags.of(this.cluster).add(ENVIRONMENT_TAG, environment);
    Tags.of(this.cluster).add(CLUSTER_TAG, clusterName);
    Tags.of(this.cluster).add(EMR_POLICY_TAG, 'true');
  }
}
