/** EMR's security configuration: what is encrypted, and how instances reach their metadata. */
import { RemovalPolicy } from 'aws-cdk-lib';
import { CfnSecurityConfiguration } from 'aws-cdk-lib/aws-emr';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';

/** The owner's key, or one for this cluster alone, which goes with its disks. */
export const keyOf = (scope: Construct, given: IKey | undefined, cluster: string): IKey =>
  given ??
  new Key(scope, 'Key', {
    description: `Disks of the cluster ${cluster}`,
    enableKeyRotation: true,
    removalPolicy: RemovalPolicy.DESTROY,
  });

/**
 * Management Guide, "Create a security configuration":
 * - local disks and, since EMR 5.24, EBS with the root volume are encrypted by the key;
 * - metadata by version 2 alone, which EMR's own components and the worker agent use; one hop, so no container reaches it.
 *
 * Traffic between nodes is not encrypted: then the engines listen with TLS on another port, for which exporter and agent
 * need an authority (docs/presto-cluster.md).
 */
export const securityConfiguration = (scope: Construct, key: IKey): CfnSecurityConfiguration =>
  new CfnSecurityConfiguration(scope, 'Security', {
    securityConfiguration: {
      EncryptionConfiguration: {
        EnableInTransitEncryption: false,
        EnableAtRestEncryption: true,
        AtRestEncryptionConfiguration: {
          LocalDiskEncryptionConfiguration: {
            EnableEbsEncryption: true,
            EncryptionKeyProviderType: 'AwsKms',
            AwsKmsKey: key.keyArn,
          },
        },
      },
      InstanceMetadataServiceConfiguration: {
        MinimumInstanceMetadataServiceVersion: 2,
        HttpPutResponseHopLimit: 1,
      },
    },
  });
