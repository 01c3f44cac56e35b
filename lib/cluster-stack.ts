/** A stack with one cluster, beside the stacks of an environment or in another app. */
import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { PrestoClusterProps } from './presto-cluster/props.ts';
import { PrestoCluster } from './presto-cluster.ts';

export interface ClusterStackProps extends StackProps {
  readonly cluster: PrestoClusterProps;
}

export class ClusterStack extends Stack {
  readonly cluster: PrestoCluster;

  /** @throws {PrestoClusterError} with every mistake in the props of the cluster */
  constructor(scope: Construct, id: string, { cluster, ...props }: ClusterStackProps) {
    super(scope, id, props);
    this.cluster = new PrestoCluster(this, 'Cluster', cluster);
    new CfnOutput(this, 'ClusterId', { value: this.cluster.cluster.ref, description: 'EMR’s id of the cluster' });
    const { name, ...entry } = this.cluster.entry();
    new CfnOutput(this, 'EnvironmentEntry', {
      value: JSON.stringify({ [name]: entry }),
      description: 'What belongs into "clusters" of environments/<name>.json',
    });
  }
}
