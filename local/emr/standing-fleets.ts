/** The MASTER and CORE fleets of a simulated cluster: one on-demand node each, there from the start and never resized. */
import type { FleetView, InstanceView } from './backend.ts';
import { ec2InstanceIdOf, emrInstanceIdOf, fleetIdOf } from './ids.ts';

const TYPES = ['MASTER', 'CORE'] as const;
const INSTANCE_TYPE = 'm5.xlarge';
const ONE = { onDemand: 1, spot: 0 };

/** When a cluster came to be. */
export interface Birth {
  readonly createdAt: number;
  readonly readyAt: number;
}

export const standingFleets = (clusterId: string, { createdAt, readyAt }: Birth): readonly FleetView[] =>
  TYPES.map((type) => ({
    id: fleetIdOf(clusterId, type),
    type,
    state: 'RUNNING',
    createdAt,
    readyAt,
    target: ONE,
    provisioned: ONE,
    types: [{ instanceType: INSTANCE_TYPE, weight: 1 }],
    timeoutMinutes: { onDemand: 60, spot: 60 },
  }));

export const standingInstances = (clusterId: string, { createdAt, readyAt }: Birth): readonly InstanceView[] =>
  TYPES.map((type) => ({
    id: emrInstanceIdOf(clusterId, type),
    ec2InstanceId: ec2InstanceIdOf(clusterId, type),
    fleetId: fleetIdOf(clusterId, type),
    fleetType: type,
    instanceType: INSTANCE_TYPE,
    market: 'ON_DEMAND',
    state: 'RUNNING',
    createdAt,
    readyAt,
  }));
