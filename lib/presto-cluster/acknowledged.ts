/** Findings of cdk-nag that stand, each with its reason. Nothing happens where cdk-nag is not used. */
import { Stack, Validations } from 'aws-cdk-lib';
import type { CfnCluster } from 'aws-cdk-lib/aws-emr';
import type { Policy, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';

export const acknowledgeCluster = (cluster: CfnCluster, serviceRole: Role): void => {
  Validations.of(cluster).acknowledge(
    {
      id: 'AwsSolutions-EMR4',
      reason:
        'Local disks and EBS are encrypted by the security configuration. The rule looks for EnableAtRestEncryption at its top level; EMR wants it in EncryptionConfiguration.',
    },
    {
      id: 'AwsSolutions-EMR5',
      reason:
        'Traffic between nodes stays in the security groups of the cluster; docs/presto-cluster.md says what TLS takes.',
    },
    {
      id: 'AwsSolutions-EMR6',
      reason: 'Without a key pair nobody logs in to an instance: that is the stricter choice. keyName gives one.',
    },
  );
  Validations.of(serviceRole).acknowledge({
    id: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonEMRServicePolicy_v2]',
    reason: 'AWS keeps it up with what EMR needs, and it reaches only resources with the tag of EMR.',
  });
};

/** A value of a template as cdk-nag writes it: `<LogicalId.Arn>/emr/etl/*`. */
const written = (value: unknown): string => {
  if (typeof value !== 'object' || value === null) return String(value);
  const {
    Ref: reference,
    'Fn::GetAtt': attribute,
    'Fn::Join': join,
  } = value as {
    readonly Ref?: string;
    readonly 'Fn::GetAtt'?: readonly string[];
    readonly 'Fn::Join'?: readonly [string, readonly unknown[]];
  };
  if (reference !== undefined) return `<${reference}>`;
  if (attribute !== undefined) return `<${attribute.join('.')}>`;
  return join === undefined ? JSON.stringify(value) : join[1].map(written).join(join[0]);
};

/**
 * Objects whose names others choose. How a bucket of another stack is written is only known when all stacks are made:
 * there the finding stays, for its owner to acknowledge.
 */
export const acknowledgeObjects = (policy: Policy, statements: readonly PolicyStatement[]): void => {
  const resources = statements.flatMap((statement) =>
    statement.resources.map((one) => written(Stack.of(policy).resolve(one))),
  );
  for (const resource of new Set(resources.filter((one) => one.includes('*'))))
    Validations.of(policy).acknowledge({
      id: `AwsSolutions-IAM5[Resource::${resource}]`,
      reason: 'Objects below a prefix of this cluster alone: EMR and Trino choose the names of logs and spooled tasks.',
    });
};
