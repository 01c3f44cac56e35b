/**
 * What the endpoint needs to know of a cluster, in words of its own: the wire's shapes are made of these
 * (`shapes.ts`). All times are epoch seconds, capacity is in EMR's weighted units.
 */

/** One value for each market. */
export interface Markets<Value> {
  readonly onDemand: Value;
  readonly spot: Value;
}

export type ClusterState =
  | 'STARTING'
  | 'BOOTSTRAPPING'
  | 'RUNNING'
  | 'WAITING'
  | 'TERMINATING'
  | 'TERMINATED'
  | 'TERMINATED_WITH_ERRORS';

/** A part of the configuration that a cluster was created with. */
export interface ConfigurationView {
  /** As `presto-config`. */
  readonly classification: string;
  readonly properties: Readonly<Record<string, string>>;
}

export interface ClusterView {
  readonly name: string;
  readonly state: ClusterState;
  /** Host name of the primary node; absent while there is none. */
  readonly primaryHost?: string;
  /** EMR's managed scaling policy, where one is attached. */
  readonly managedScaling?: { readonly minimumUnits: number; readonly maximumUnits: number };
  /** What the cluster is made of; fixed for its life. */
  readonly collection: 'INSTANCE_FLEET' | 'INSTANCE_GROUP';
  readonly releaseLabel: string;
  readonly application: { readonly name: string; readonly version: string };
  /** Absent: nothing is configured. */
  readonly configurations?: readonly ConfigurationView[];
  /** Absent: none. */
  readonly tags?: Readonly<Record<string, string>>;
  readonly createdAt: number;
  readonly readyAt: number;
}

export type FleetType = 'MASTER' | 'CORE' | 'TASK';

export interface InstanceTypeView {
  readonly instanceType: string;
  readonly weight: number;
}

export interface FleetView {
  readonly id: string;
  readonly type: FleetType;
  /** As EMR spells it: RUNNING, RESIZING, SUSPENDED, … */
  readonly state: string;
  readonly stateReason?: { readonly code: string; readonly message: string };
  readonly createdAt: number;
  readonly readyAt: number;
  readonly target: Markets<number>;
  readonly provisioned: Markets<number>;
  readonly types: readonly InstanceTypeView[];
  readonly timeoutMinutes: Markets<number>;
}

export type InstanceState = 'PROVISIONING' | 'BOOTSTRAPPING' | 'RUNNING' | 'TERMINATED';

export interface InstanceView {
  /** EMR's id. */
  readonly id: string;
  readonly ec2InstanceId: string;
  readonly fleetId: string;
  readonly fleetType: FleetType;
  readonly instanceType: string;
  readonly market: 'ON_DEMAND' | 'SPOT';
  readonly state: InstanceState;
  readonly stateReason?: { readonly code: string; readonly message: string };
  readonly createdAt: number;
  readonly readyAt?: number;
  readonly endedAt?: number;
}

/** A modify that has passed the endpoint's checks: both targets are whole numbers ≥ 0. */
export interface FleetModification {
  readonly fleetId: string;
  readonly target: Markets<number>;
  /** A market that is absent keeps the timeout it has. */
  readonly timeoutMinutes: Partial<Markets<number>>;
}

/** One cluster behind the endpoint. Every answer is a fresh value that later calls do not change. */
export interface EmrBackend {
  readonly clusterId: string;
  cluster(): ClusterView;
  fleets(): readonly FleetView[];
  /** In order of launch, terminated ones among them. */
  instances(): readonly InstanceView[];
  /** @throws EmrApiError for a fleet that this backend does not resize */
  modify(modification: FleetModification): void;
}
