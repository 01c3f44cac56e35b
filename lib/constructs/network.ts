/** A network that is there already, and the way of a function in it: its security group, and the rules that let it in. */
import { Annotations } from 'aws-cdk-lib';
import {
  CfnSecurityGroupEgress,
  CfnSecurityGroupIngress,
  type ISecurityGroup,
  type IVpc,
  Peer,
  Port,
  SecurityGroup,
  Subnet,
  type SubnetSelection,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import type { NetworkEntry } from '../environment-model.ts';

const HTTPS = 443;

/** Where a function runs, in Lambda's words. */
interface Placement {
  readonly vpc: IVpc;
  readonly vpcSubnets: SubnetSelection;
  readonly securityGroups: ISecurityGroup[];
}

/**
 * The network of one function. Nothing of the VPC is looked up or changed but what `ingress` names. AWS is reached
 * through the NAT or the interface endpoints that the network has.
 */
export class FunctionNetwork extends Construct {
  readonly placement: Placement;

  constructor(scope: Construct, id: string, entry: NetworkEntry) {
    super(scope, id);
    const vpc = Vpc.fromVpcAttributes(this, 'Vpc', {
      vpcId: entry.vpcId,
      availabilityZones: [...new Set(entry.subnets.map(({ availabilityZone }) => availabilityZone))],
    });
    const subnets = entry.subnets.map(({ id: subnetId, availabilityZone }) => {
      const subnet = Subnet.fromSubnetAttributes(this, subnetId, { subnetId, availabilityZone });
      Annotations.of(subnet).acknowledgeWarning('@aws-cdk/aws-ec2:noSubnetRouteTableId', 'Nothing is routed here.');
      return subnet;
    });
    const group = this.#group(vpc, entry);
    for (const { securityGroupId, port } of entry.ingress) {
      new CfnSecurityGroupIngress(this, `Ingress${securityGroupId}${port}`, {
        groupId: securityGroupId,
        sourceSecurityGroupId: group.securityGroupId,
        ipProtocol: 'tcp',
        fromPort: port,
        toPort: port,
        description: `prestoscale reads samples (network ${entry.name})`,
      });
    }
    this.placement = { vpc, vpcSubnets: { subnets }, securityGroups: [group] };
  }

  /** The one that was given, as it is; or one that lets out to AWS and to what `ingress` names. */
  #group(vpc: IVpc, entry: NetworkEntry): ISecurityGroup {
    const { securityGroupId: given, ingress, name } = entry;
    if (given !== undefined) return SecurityGroup.fromSecurityGroupId(this, 'Group', given, { mutable: false });
    const group = new SecurityGroup(this, 'Group', {
      vpc,
      description: `prestoscale reads samples (network ${name})`,
      allowAllOutbound: false,
      disableInlineRules: true,
    });
    group.addEgressRule(Peer.anyIpv4(), Port.tcp(HTTPS), 'AWS');
    for (const { securityGroupId, port } of ingress) {
      new CfnSecurityGroupEgress(this, `Egress${securityGroupId}${port}`, {
        groupId: group.securityGroupId,
        destinationSecurityGroupId: securityGroupId,
        ipProtocol: 'tcp',
        fromPort: port,
        toPort: port,
        description: 'Samples',
      });
    }
    return group;
  }
}
