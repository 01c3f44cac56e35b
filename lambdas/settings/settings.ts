/**
 * What a deploy fixes of one environment and its functions are started with: `settings.json` beside their code, written
 * at synth from `environments/<name>.json`. What an owner changes without a deploy (policies) is in the table instead.
 */
import type { ClusterFacts } from '../core/model.ts';
import type { PolicyInput } from '../core/policy/schema.ts';
import type { CloudWatchMapping } from './cloudwatch-mapping.ts';
import type { PrometheusMapping } from './prometheus-mapping.ts';

/** How a cluster is found in EMR. By name or tags, one that is replaced tomorrow is found by itself. */
export type ClusterCriterion =
  | { readonly id: string; readonly name?: undefined; readonly tags?: undefined }
  | { readonly name: string; readonly id?: undefined; readonly tags?: undefined }
  | { readonly tags: Readonly<Record<string, string>>; readonly id?: undefined; readonly name?: undefined };

/** Where the sample of a cluster comes from (docs/samples.md). */
export type SampleSettings =
  /** The exporter writes it to the table. */
  | { readonly from: 'push' }
  /** There is none; the alarms named in the policy are the signal. */
  | { readonly from: 'alarms' }
  /** The exporter's `/metrics`. `{primary}` in the address is the primary node's host name as EMR tells it. */
  | { readonly from: 'scrape'; readonly url: string; readonly network: string }
  /** PrestoDB's coordinator itself. `{primary}` as above. */
  | { readonly from: 'coordinator'; readonly url: string; readonly network: string }
  | {
      readonly from: 'prometheus';
      readonly url: string;
      /** Absent: the server is reached over the internet. */
      readonly network?: string;
      readonly labels?: Readonly<Record<string, string>>;
      readonly mapping?: PrometheusMapping;
    }
  | {
      readonly from: 'amp';
      readonly workspaceId: string;
      readonly labels?: Readonly<Record<string, string>>;
      readonly mapping?: PrometheusMapping;
    }
  | { readonly from: 'cloudwatch'; readonly mapping: CloudWatchMapping };

/** One cluster, by the name under which table, commands and dashboards know it. */
export interface ClusterEntry {
  readonly name: string;
  readonly find: ClusterCriterion;
  readonly sample: SampleSettings;
  /** Written as the first version of its policy, and never again. */
  readonly policy: PolicyInput;
  /** Price of one unit for an hour, EMR fee included, at the dearest type of the fleet. */
  readonly usdPerUnitHour?: { readonly onDemand: number; readonly spot: number };
  /** Price of an instance for an hour by its type, as told or taken from a catalogue at synth. */
  readonly typePrices?: NonNullable<ClusterFacts['typePrices']>;
  /** Workers younger than this cannot be removed. Absent: EMR's ten minutes. */
  readonly minimumWorkerAgeSeconds?: number;
}

/** What an account may call of an operation of EMR: so many at once, and so many a second in the long run. */
export interface EmrQuota {
  readonly burst: number;
  readonly perSecond: number;
}

/** By operation; the published quota for one that is not there. */
export interface EmrQuotas {
  readonly ListInstanceFleets?: EmrQuota;
  readonly ListInstances?: EmrQuota;
  readonly ModifyInstanceFleet?: EmrQuota;
  readonly DescribeCluster?: EmrQuota;
  readonly ListClusters?: EmrQuota;
  readonly GetManagedScalingPolicy?: EmrQuota;
}

/** Everything the functions of one environment are started with. */
export interface FunctionSettings {
  readonly environment: string;
  /** Distance of two ticks of a cluster; divides a minute. */
  readonly slotSeconds: number;
  readonly journalRetentionDays: number;
  readonly clusters: readonly ClusterEntry[];
  readonly emrQuotas?: EmrQuotas;
}

/** The network that a cluster's tick has to run in; undefined: none. */
export const networkOf = ({ sample }: ClusterEntry): string | undefined =>
  'network' in sample ? sample.network : undefined;
