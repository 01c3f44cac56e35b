/** What a cluster's task fleet runs, and what it may be made of. */
import type { InstanceFleet } from '@aws-sdk/client-emr';
import { DynamoCallTokens } from '../../lambdas/adapters/dynamo/tokens.ts';
import { emrClient } from '../../lambdas/adapters/emr/client.ts';
import { within } from '../../lambdas/adapters/emr/deadline.ts';
import { fleetErrorOf } from '../../lambdas/adapters/emr/errors.ts';
import { listFleets, pickFleet } from '../../lambdas/adapters/emr/list-fleets.ts';
import { canBeScaled } from '../../lambdas/core/identity.ts';
import type { PoolsState } from '../../lambdas/core/model.ts';
import type { ClusterView } from '../../lambdas/ports/cluster-store.ts';
import type { RunningType } from '../../planning/portfolio/replan.ts';
import { UnreachableError, WrongError } from '../program/exit.ts';
import type { Io } from '../program/io.ts';
import { clientSettings } from '../target/deployed.ts';
import type { Target } from '../target/target.ts';

const CALL_MILLISECONDS = 20_000;
const LOOK_MILLISECONDS = 2000;
const PATIENCE_SECONDS = 60;

export interface Running {
  readonly cluster: string;
  readonly types: readonly RunningType[];
  /** When the instances were counted, epoch seconds. Absent: they were not, and each type of the fleet counts alike. */
  readonly countedAt?: number;
  /** Every type that the fleet may be made of; absent for a run on this machine, which nobody has to ask. */
  readonly fleetTypes?: readonly string[];
}

/** Waits for a call of the account's budget: a command that took more would slow the loops down. */
const granted = async (target: Target, io: Io): Promise<void> => {
  const tokens = new DynamoCallTokens(target.table);
  const until = io.clock.now() + PATIENCE_SECONDS;
  while (!(await tokens.take(['ListInstanceFleets'], 'routine', io.clock.now()))) {
    if (io.clock.now() >= until)
      throw new UnreachableError('The account’s budget of EMR calls is spent: try again in a minute.');
    await io.pause(LOOK_MILLISECONDS);
  }
};

/** @throws FleetError */
const taskFleet = async (emrClusterId: string, region: string): Promise<InstanceFleet> => {
  const client = emrClient(clientSettings(region));
  const doing = `ListInstanceFleets of ${emrClusterId}`;
  try {
    const fleets = await within(CALL_MILLISECONDS, (signal) => listFleets(client, emrClusterId, signal, doing));
    return pickFleet(fleets, { seen: false }, doing);
  } catch (error) {
    throw fleetErrorOf(error, doing);
  } finally {
    client.destroy();
  }
};

/** The fleet of a deployed cluster; undefined for a run on this machine. */
const fleetOf = async (target: Target, cluster: string, view: ClusterView, io: Io) => {
  if (target.deployed === undefined) return undefined;
  if (!canBeScaled(view.identity))
    throw new WrongError(`${cluster} stands for no EMR cluster that could be asked: prestoscale status tells why.`);
  await granted(target, io);
  return taskFleet(view.identity.emrClusterId, target.deployed.region);
};

const countedTypes = ({ pools }: PoolsState): readonly RunningType[] =>
  pools.map(({ instanceType, market, instances }) => ({
    name: instanceType,
    market: market === 'spot' ? 'spot' : 'on-demand',
    instances,
  }));

/** Each type with as many units as any other. */
const alikeTypes = ({ InstanceTypeSpecifications: types = [], TargetSpotCapacity: spot = 0 }: InstanceFleet) =>
  types.flatMap(({ InstanceType: name, WeightedCapacity: weight = 1 }): RunningType[] =>
    name === undefined ? [] : [{ name, market: spot > 0 ? 'spot' : 'on-demand', instances: 1 / Math.max(1, weight) }],
  );

const namesOf = ({ InstanceTypeSpecifications: types = [] }: InstanceFleet): readonly string[] =>
  types.flatMap(({ InstanceType }) => (InstanceType === undefined ? [] : [InstanceType]));

/**
 * What runs: as the loop has counted it, else the fleet's types, each alike.
 * @throws FleetError when EMR does not tell; WrongError where nobody knows; UnreachableError without a call to spend
 */
export const runningOf = async (target: Target, cluster: string, view: ClusterView, io: Io): Promise<Running> => {
  const { pools } = view.memory;
  const fleet = await fleetOf(target, cluster, view, io);
  const fleetTypes = fleet === undefined ? {} : { fleetTypes: namesOf(fleet) };
  if (pools !== undefined) return { cluster, types: countedTypes(pools), countedAt: pools.readAt, ...fleetTypes };
  if (fleet === undefined)
    throw new WrongError(
      `The loop of ${cluster} has not counted its instances: it does so where the policy has a reserve (reserve.poolsLost) or prices are known.`,
    );
  return { cluster, types: alikeTypes(fleet), ...fleetTypes };
};
