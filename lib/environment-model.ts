/** One environment, read and judged: what the stacks are built from. All defaults are filled in. */
import type { ClusterEntry, EmrQuotas } from '../lambdas/settings/settings.ts';

/** A network in which one function scrapes; everything else runs outside any VPC. */
export interface NetworkEntry {
  readonly name: string;
  readonly vpcId: string;
  /** Private subnets; one for each zone that is used. */
  readonly subnets: readonly { readonly id: string; readonly availabilityZone: string }[];
  /** Of the function itself, where its owner gives one; absent: one is made. */
  readonly securityGroupId?: string;
  /** Where the function may go: made as a rule of that group. */
  readonly ingress: readonly {
    /** Group of the primary nodes (EMR's own managed group, or an additional one). */
    readonly securityGroupId: string;
    readonly port: number;
  }[];
  /** How the function reaches AWS: through a NAT that is there, or through interface endpoints that are there. */
  readonly egress: 'nat' | 'endpoints';
}

export interface Environment {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly clusters: readonly ClusterEntry[];
  readonly networks: readonly NetworkEntry[];
  /** ARN of the SNS topic that alarms are sent to. Absent: alarms are made and tell nobody. */
  readonly alarmTopicArn?: string;
  /** EMR's quotas of calls, where they are not the published ones for this environment alone. */
  readonly emrQuotas?: EmrQuotas;
  /** Distance of two ticks of a cluster. */
  readonly slotSeconds: number;
  readonly retention: { readonly journalDays: number; readonly logDays: number };
  /** Where `docs/runbook.md` is published; alarms link into it. */
  readonly runbookUrl: string;
  /** Tags of everything that is deployed. */
  readonly tags: Readonly<Record<string, string>>;
}
