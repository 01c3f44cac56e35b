/** From flags to what they mean: a deployed environment, or a run on this machine. */
import { awsErrorLine } from '../../lambdas/adapters/aws-errors.ts';
import { tableClient } from '../../lambdas/adapters/dynamo/client.ts';
import { queueClient } from '../../lambdas/adapters/sqs/client.ts';
import { SqsWakeUps } from '../../lambdas/adapters/sqs/wake-ups.ts';
import { NO_NETWORK } from '../../lambdas/contract.ts';
import { nearestName } from '../../lambdas/core/policy/nearest.ts';
import { UsageError } from '../arguments.ts';
import type { Io } from '../program/io.ts';
import { clientSettings, type Deployed, findDeployed, regionOf } from './deployed.ts';
import { type EnvironmentFile, readEnvironmentFile } from './environment-file.ts';
import { openLocal } from './local.ts';
import type { TargetValues } from './options.ts';
import { Target, type Woken } from './target.ts';

/** Which queue a cluster's wake-ups go to; undefined: only the environment's file knows, and it is not here. */
const queueOf = ({ queues }: Deployed, file: EnvironmentFile | undefined, cluster: string): string | undefined => {
  const [only, ...others] = Object.values(queues);
  if (others.length === 0) return only;
  return file?.clusters.has(cluster) ? queues[file.clusters.get(cluster) ?? NO_NETWORK] : undefined;
};

/** What was written stands, whatever becomes of the wake-up. */
const wakeThrough = async (
  queueUrl: string | undefined,
  { region, environment }: Deployed,
  cluster: string,
  { clock }: Io,
): Promise<Woken> => {
  if (queueUrl === undefined)
    return { kind: 'left', why: `environments/${environment}.json, which knows its queue, is not here` };
  const client = queueClient(clientSettings(region));
  try {
    await new SqsWakeUps(client, { queueUrl, clock, callMilliseconds: 20_000 }).send([{ cluster, slot: clock.now() }]);
    return { kind: 'woken' };
  } catch (error) {
    return { kind: 'left', why: `its queue did not take the wake-up: ${awsErrorLine(error)}` };
  } finally {
    client.destroy();
  }
};

const openDeployed = async (environment: string, told: string | undefined, io: Io): Promise<Target> => {
  const file = readEnvironmentFile(io.folder, environment);
  const region = await regionOf(told ?? file?.region);
  const deployed = await findDeployed(environment, region);
  const client = tableClient(clientSettings(region));
  return new Target({
    label: `environment ${environment} in ${region}`,
    table: { client, name: deployed.tableName },
    clock: io.clock,
    wake: (cluster) => wakeThrough(queueOf(deployed, file, cluster), deployed, cluster, io),
    deployed,
    close: () => client.destroy(),
  });
};

/**
 * Finds what the flags mean.
 * @throws UsageError for none, or two at once; what looking it up throws
 */
export const openTarget = async ({ env, local, region }: TargetValues, io: Io): Promise<Target> => {
  if (env !== undefined && local !== undefined)
    throw new UsageError(['--env and --local exclude each other: give one.']);
  if (region !== undefined && env === undefined)
    throw new UsageError(['--region belongs to --env, which is not given.']);
  if (env !== undefined) return openDeployed(env, region, io);
  if (local !== undefined) return openLocal(local);
  throw new UsageError(['Which clusters? Give --env NAME for a deployed environment, or --local for npm start.']);
};

/** Does work on what the flags mean, and ends its connections. */
export const withTarget = async <Result>(
  values: TargetValues,
  io: Io,
  work: (target: Target) => Promise<Result>,
): Promise<Result> => {
  const target = await openTarget(values, io);
  try {
    return await work(target);
  } finally {
    target.close();
  }
};

/** Every cluster there, with a policy or found in EMR, by name. */
export const clustersOf = async ({ inbox }: Target): Promise<readonly string[]> =>
  (await inbox.clusters()).toSorted((first, second) => first.localeCompare(second));

/**
 * The cluster that is meant; without a name, the only one there is.
 * @throws UsageError for one that is not there, with the nearest name
 */
export const clusterOf = async (target: Target, name: string | undefined): Promise<string> => {
  const clusters = await clustersOf(target);
  const listed = clusters.length === 0 ? 'It has none.' : `It has ${clusters.join(', ')}.`;
  if (name === undefined) {
    const [only] = clusters;
    if (only !== undefined && clusters.length === 1) return only;
    throw new UsageError([`Which cluster of ${target.label}? ${listed}`]);
  }
  if (clusters.includes(name)) return name;
  const near = nearestName(name, clusters);
  const meant = near === undefined ? listed : `Did you mean ${near}?`;
  throw new UsageError([`${target.label} has no cluster "${name}". ${meant}`]);
};
