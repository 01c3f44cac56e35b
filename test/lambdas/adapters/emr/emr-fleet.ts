/** The real adapter on the real SDK before a server that answers what a test tells it to. */
import type { EMRClient } from '@aws-sdk/client-emr';
import type { AwsClientSettings } from '../../../../lambdas/adapters/aws-client.ts';
import { emrClient } from '../../../../lambdas/adapters/emr/client.ts';
import { EmrFleet, type EmrFleetSettings } from '../../../../lambdas/adapters/emr/fleet.ts';
import type { ModifyCommand } from '../../../../lambdas/core/decision.ts';
import { epochSeconds, units } from '../../../../lambdas/core/quantities.ts';
import { FleetError } from '../../../../lambdas/ports/fleets.ts';
import { CREDENTIALS } from '../../../local/emr/local-cluster.ts';
import { type StubAnswer, type StubEmr, type StubRequest, stubEmr } from './stub-emr.ts';

export const NOW = epochSeconds(1_772_452_800);

export interface StubbedFleet {
  readonly fleet: EmrFleet;
  readonly stub: StubEmr;
  readonly client: EMRClient;
  close(): Promise<void>;
}

export interface StubbedFleetOptions {
  readonly client?: Partial<AwsClientSettings>;
  readonly fleet?: Partial<EmrFleetSettings>;
}

/** Without the SDK's retries unless asked for, and quick to give up. */
export const stubbedFleet = async (
  answer: (request: StubRequest, index: number) => StubAnswer,
  options: StubbedFleetOptions = {},
): Promise<StubbedFleet> => {
  const stub = await stubEmr(answer);
  const settings = { region: 'local', endpoint: stub.url, maxAttempts: 1, credentials: CREDENTIALS };
  const client = emrClient({ ...settings, ...options.client });
  const fleet = new EmrFleet(client, { clusterId: 'j-1', ...options.fleet });
  const close = async (): Promise<void> => {
    client.destroy();
    await stub.close();
  };
  return { fleet, stub, client, close };
};

/** A TASK fleet as EMR describes it (the CLI sample of AWS's documentation). */
export const taskFleet = (changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  Id: 'if-1ABC2DEFGHIJ3',
  Name: 'TASK',
  InstanceFleetType: 'TASK',
  Status: {
    State: 'RUNNING',
    StateChangeReason: { Message: '' },
    Timeline: { CreationDateTime: 1488758719.817, ReadyDateTime: 1488759094.637 },
  },
  TargetOnDemandCapacity: 2,
  TargetSpotCapacity: 6,
  ProvisionedOnDemandCapacity: 3,
  ProvisionedSpotCapacity: 5,
  InstanceTypeSpecifications: [
    { InstanceType: 'r5.4xlarge', WeightedCapacity: 2, BidPriceAsPercentageOfOnDemandPrice: 100.0 },
    { InstanceType: 'r5.8xlarge', WeightedCapacity: 4, BidPriceAsPercentageOfOnDemandPrice: 100.0 },
  ],
  ...changes,
});

/** A fleet of another type. */
export const otherFleet = (type: 'MASTER' | 'CORE'): Record<string, unknown> =>
  taskFleet({ Id: `if-${type}`, Name: type, InstanceFleetType: type });

/** The answer of a cluster whose TASK fleet is given. */
export const fleets = (task: Readonly<Record<string, unknown>> = taskFleet()): StubAnswer => ({
  body: { InstanceFleets: [otherFleet('MASTER'), otherFleet('CORE'), task] },
});

export const modifyCommand = (onDemandUnits: number, spotUnits: number): ModifyCommand => ({
  targets: { onDemandUnits: units(onDemandUnits), spotUnits: units(spotUnits) },
  onDemandTimeoutSeconds: 300,
  spotTimeoutSeconds: 600,
});

/** The error of a call that fails. @throws Error when it does not, or fails otherwise */
export const failureOf = async (call: Promise<unknown>): Promise<FleetError> => {
  const error: unknown = await call.then(
    () => 'an answer',
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof FleetError)) throw new Error(`expected a FleetError, got ${String(error)}`);
  return error;
};
