/** What the owner of a cluster decides; everything else of {@link PrestoCluster} follows from it. */
import type { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Objective } from '../../planning/portfolio/model.ts';

/** What is needed of a bucket; every bucket of CDK is one. */
export type AnyBucket = Pick<IBucket, 'bucketName' | 'bucketArn' | 'arnForObjects'> & {
  readonly encryptionKey?: IKey | undefined;
};

/** An instance type of workers. */
export interface WorkerType {
  /** Such as `r6g.4xlarge`. */
  readonly type: string;
  /** As AWS lists it. Its weight is this divided by `coresPerUnit`. */
  readonly vcpus: number;
  /** As AWS lists it. Given for all types: a warning when they have very different memory for a core. */
  readonly memoryGiB?: number;
}

/** The workers that are always there. EMR wants a CORE fleet before a TASK fleet; HDFS lives on it; it is never resized. */
export interface CoreFleet {
  /** On-demand. The first that can be had is taken, cheapest first. */
  readonly types: readonly WorkerType[];
  /** In the units of the task fleet, at least 1. */
  readonly units: number;
}

/** Types that are chosen at synth (docs/plan.md). What is absent is as `prestoscale plan` has it. */
export interface TypesPlan {
  /**
   * Path of a catalogue, as `prestoscale catalog refresh` writes it. Keep it beside your app: other prices may choose other
   * types, which **replaces the cluster**. Absent: the catalogue that comes with this version of prestoscale.
   */
  readonly catalogue?: string;
  /** Which types may be taken: `memory-per-vcpu>=7 arch=arm64 family!=t*`. */
  readonly filter?: string;
  /** What is minimised. Default `balanced`. */
  readonly objective?: Objective;
  /** The catalogue's score that speed is read from. Default `coremark`. */
  readonly score?: string;
  /** The most of the capacity that is planned for one type, 0–1. */
  readonly largestShare?: number;
  /** The most of the capacity that is planned for one family, 0–1. */
  readonly largestFamilyShare?: number;
  /** So many types where they exist. Default 15. */
  readonly typesAtLeast?: number;
  /** No more types than this. Default 30. */
  readonly typesAtMost?: number;
}

/** In place of a list of types. */
export interface PlannedTypes {
  readonly plan: TypesPlan;
}

/** The workers that the autoscaler asks for and gives back. */
export interface TaskFleet {
  /** At most 30; fewer than 15 give a warning. Or how they are to be chosen. */
  readonly types: readonly WorkerType[] | PlannedTypes;
  /** `capacity.minimumUnits` of the cluster's policy. Default 4. */
  readonly minimumUnits?: number;
  /** `capacity.maximumUnits` of the cluster's policy. Default 100. */
  readonly maximumUnits?: number;
  /** Spot units at the start. Default: the minimum less the on-demand units. Changed later, it resizes the cluster. */
  readonly initialSpotUnits?: number;
  /** On-demand units at the start. Default 0. Changed later, it resizes the cluster. */
  readonly initialOnDemandUnits?: number;
  /** Largest weight allowed: EMR may overshoot a target by this less one. Default 4. */
  readonly mostUnitsPerInstance?: number;
  /** Spot at the start of the cluster: after so long on-demand is taken. 5 minutes to a day, default 15 minutes. */
  readonly spotStartTimeout?: Duration;
  /** A resize of spot is given up after so long. 5 minutes to 7 days, default 10 minutes. */
  readonly spotResizeTimeout?: Duration;
  /** A resize of on-demand is given up after so long. 5 minutes to 7 days, default 10 minutes. */
  readonly onDemandResizeTimeout?: Duration;
}

/** Of PrestoDB alone. */
export interface PrestoSettings {
  /**
   * How long EMR waits for the tasks of a worker that goes (`graceful-shutdown-timeout`): longer than twice the longest
   * query. It makes the safety mode `drained` (docs/safety-modes.md). Default 30 minutes.
   */
  readonly gracefulShutdownTimeout?: Duration;
}

/** Of Trino alone. */
export interface TrinoSettings {
  /**
   * `shutdown.grace-period`. A drain waits for it twice, so both have to fit into the worker agent's grace, which a spot
   * notice bounds. Default 20 seconds.
   */
  readonly shutdownGracePeriod?: Duration;
  /**
   * Fault-tolerant execution: `retry-policy=TASK` with an exchange manager. It makes the safety mode `retried`. Connectors
   * that do not support it fail their queries. Absent: off, and the mode is `sparing`.
   */
  readonly taskRetries?: {
    /** Where tasks spool to. Give it a lifecycle rule: what dead queries leave behind is not removed by Trino. */
    readonly exchangeBucket: AnyBucket;
    /** Default `exchange/<cluster>`. */
    readonly exchangePrefix?: string;
  };
}

/** Where the exporter's samples go; it reads the autoscaler's own state there as well. */
export interface AutoscalerTarget {
  /** Output `TableName` of the environment's state stack. */
  readonly tableName: string;
  /** Address of the tick queue of clusters outside any network, from the output `TickQueueUrls` of the environment. */
  readonly tickQueueUrl: string;
}

/** A file with its checksum: `URL#SHA256`, with 64 hex digits. URLs are `s3://` or `https://`. */
export type CheckedUrl = string;

/** Files that were published before, in place of those that are made at synth. */
export interface PublishedFiles {
  /** `bootstrap-scripts/install.sh`: `s3://bucket/key`, without a checksum, as EMR takes it. */
  readonly install: string;
  /** Made by `bootstrap-scripts/bundle.sh`. */
  readonly bundle: CheckedUrl;
  /** Made by `npm run build:exporter`. */
  readonly exporter: CheckedUrl;
}

export interface ClusterConfiguration {
  readonly classification: string;
  readonly properties?: Readonly<Record<string, string>>;
  readonly configurations?: readonly ClusterConfiguration[];
}

export interface PrestoClusterProps {
  /** The environment that scales it: value of the tag that the autoscaler's permissions hang on. */
  readonly environment: string;
  /** EMR's name of the cluster, and its name in the table, on the command line and in dashboards. */
  readonly clusterName: string;
  readonly engine: 'presto' | 'trino';
  /** `emr-7.…`; the exporter needs Amazon Linux 2023. */
  readonly releaseLabel: string;
  /**
   * EMR takes one, and with it one zone, at the start. They, their VPC and every group below need the tag
   * `for-use-with-amazon-emr-managed-policies` = `true` (Management Guide, "Amazon EMR managed policies").
   */
  readonly subnetIds: readonly string[];
  /** vCPU of one unit. Default 16. */
  readonly coresPerUnit?: number;
  /** Instance types of the primary node, on-demand, all of one architecture. */
  readonly primaryTypes: readonly string[];
  readonly core: CoreFleet;
  readonly task: TaskFleet;
  readonly presto?: PrestoSettings;
  readonly trino?: TrinoSettings;
  /** Queries wait until so many workers are active (`query-manager.required-workers`). Default 1. */
  readonly requiredWorkers?: number;
  /** How long a new worker takes until it is active. Default 10 minutes. */
  readonly workerStartTime?: Duration;
  /**
   * How long queries wait for the required workers (`query-manager.required-workers-max-wait`); not less than a start, else
   * they fail just before help arrives. Default: twice a start.
   */
  readonly requiredWorkersMaxWait?: Duration;
  /** How long the worker agent waits for a worker to be drained at shutdown. Default 110 seconds, which fit a spot notice. */
  readonly workerGrace?: Duration;
  /** Absent: nothing is pushed, and the exporter only answers at `/metrics`. */
  readonly autoscaler?: AutoscalerTarget;
  /** Further flags of the exporter, such as `--host=0.0.0.0`. */
  readonly exporterOptions?: readonly string[];
  /** Node for the exporter: `URL#SHA256` of a `tar.gz` of nodejs.org. Default: one of nodejs.org for the primary's architecture. */
  readonly nodeArchive?: CheckedUrl;
  /** Further arguments of `install.sh` (docs/bootstrap.md), such as `--jvm-option` and its value. */
  readonly bootstrapArguments?: readonly string[];
  /**
   * Absent: made from this repository. Then a new version of the scripts or of the exporter **replaces the cluster**,
   * because CloudFormation cannot change a bootstrap action.
   */
  readonly publishedFiles?: PublishedFiles;
  /** Where EMR archives logs. Absent: nowhere, with a warning. */
  readonly logBucket?: AnyBucket;
  /** Default `emr/<cluster>`. */
  readonly logPrefix?: string;
  /** Encrypts local disks and EBS. Default: a key of its own. */
  readonly encryptionKey?: IKey;
  /** Name of an EC2 key pair for SSH to the primary node. Absent: no SSH. */
  readonly keyName?: string;
  /** Absent: EMR's own groups, which it makes and fills with rules. */
  readonly securityGroups?: {
    readonly primaryId: string;
    readonly workersId: string;
    /** Of EMR itself; needed in private subnets. */
    readonly serviceAccessId?: string;
  };
  /** Groups that the primary node is in as well, such as one that clients may reach. */
  readonly additionalPrimaryGroupIds?: readonly string[];
  readonly additionalWorkerGroupIds?: readonly string[];
  /** Further classifications: catalogs, memory. What this construct sets cannot be set here. */
  readonly configurations?: readonly ClusterConfiguration[];
  /** Further applications of EMR, such as `Hive`. */
  readonly applications?: readonly string[];
  /** Default false: with it CloudFormation can neither replace nor delete the cluster. */
  readonly terminationProtection?: boolean;
  readonly tags?: Readonly<Record<string, string>>;
}
