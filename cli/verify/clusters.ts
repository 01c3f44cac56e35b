/** The clusters of a deployed environment: found in EMR, readable, ticking, with a fresh sample. */
import type { EMRClient } from '@aws-sdk/client-emr';
import { DynamoCallTokens } from '../../lambdas/adapters/dynamo/tokens.ts';
import { emrClient } from '../../lambdas/adapters/emr/client.ts';
import { within } from '../../lambdas/adapters/emr/deadline.ts';
import { fleetErrorOf } from '../../lambdas/adapters/emr/errors.ts';
import { listFleets, pickFleet } from '../../lambdas/adapters/emr/list-fleets.ts';
import { canBeScaled } from '../../lambdas/core/identity.ts';
import type { ClusterView } from '../../lambdas/ports/cluster-store.ts';
import type { FleetFault } from '../../lambdas/ports/fleets.ts';
import type { CallTokens } from '../../lambdas/ports/tokens.ts';
import { EXIT, failureOf } from '../program/exit.ts';
import type { Io } from '../program/io.ts';
import { spanText } from '../program/text.ts';
import { clusterStatus } from '../status/cluster-status.ts';
import { lastRecord } from '../status/last-record.ts';
import { clientSettings, type Deployed } from '../target/deployed.ts';
import { readEnvironmentFile } from '../target/environment-file.ts';
import { clustersOf } from '../target/open.ts';
import type { Target } from '../target/target.ts';
import { type Check, well, wrong } from './check.ts';

const CALL_MILLISECONDS = 20_000;
const LOOK_MILLISECONDS = 2000;
const RECORD_SECONDS = 7200;

const REMEDIES: Readonly<Record<FleetFault, string>> = {
  throttled: 'EMR’s budget of calls is spent: try again in a minute. If it stays, somebody else calls EMR too often.',
  refused: 'The cluster has no TASK instance fleet that could be scaled: add one.',
  denied:
    'Your own credentials may not look (elasticmapreduce:ListInstanceFleets). The functions have their own permission, which needs the tag prestoscale:environment on the cluster.',
  'not-found': 'Add a TASK instance fleet to the cluster, or correct the environment file.',
  unavailable: 'EMR did not answer: try again.',
};

/** What the checks of all clusters share. */
interface Trial {
  readonly target: Target;
  readonly client: EMRClient;
  /** The account's budget of EMR calls: a command that took more would slow the loops down. */
  readonly tokens: CallTokens;
  /** How long something that a deploy has just started may take. */
  readonly timeoutSeconds: number;
  readonly io: Io;
}

/** Waits for a call of the shared budget; false: there was none in time. */
const granted = async ({ tokens, io, timeoutSeconds }: Trial): Promise<boolean> => {
  const until = io.clock.now() + timeoutSeconds;
  while (!(await tokens.take(['ListInstanceFleets'], 'routine', io.clock.now()))) {
    if (io.clock.now() >= until) return false;
    await io.pause(LOOK_MILLISECONDS);
  }
  return true;
};

/** A dry call: nothing is changed. */
const fleetCheck = async (trial: Trial, cluster: string, emrClusterId: string): Promise<Check> => {
  const { client } = trial;
  const [id, what] = [`fleet:${cluster}`, `${cluster}: EMR tells its fleets`];
  const doing = `ListInstanceFleets of ${emrClusterId}`;
  if (!(await granted(trial))) return wrong(id, what, 'the account’s budget of EMR calls is spent', REMEDIES.throttled);
  try {
    const fleets = await within(CALL_MILLISECONDS, (signal) => listFleets(client, emrClusterId, signal, doing));
    const fleet = pickFleet(fleets, { seen: false }, doing);
    const { TargetOnDemandCapacity: onDemand = 0, TargetSpotCapacity: spot = 0, Status } = fleet;
    return well(
      id,
      what,
      `TASK fleet ${fleet.Id} of ${emrClusterId} is ${Status?.State}, ${onDemand} on-demand + ${spot} spot units`,
    );
  } catch (error) {
    const { fault, message } = fleetErrorOf(error, doing);
    return wrong(id, what, message, REMEDIES[fault]);
  }
};

const foundCheck = (cluster: string, { identity }: ClusterView): Check => {
  const [id, what] = [`found:${cluster}`, `${cluster}: it is found in EMR`];
  const known = identity?.emrClusterId;
  if (known !== undefined) return well(id, what, `it is ${known}`);
  return wrong(
    id,
    what,
    'nobody has found it',
    'If dispatch is well, correct how it is found (environment file) and deploy.',
  );
};

/** Where more stands: of a cluster that cannot be scaled there is no decision to explain. */
const moreOf = ({ deployed }: Target, cluster: string, { identity }: ClusterView): string =>
  identity?.problem === undefined
    ? `prestoscale explain ${cluster} --env ${deployed?.environment} tells more.`
    : `docs/runbook.md#${identity.problem} says what to do.`;

/** What `status` calls a problem is one here. */
const stateCheck = async (target: Target, cluster: string, view: ClusterView): Promise<Check> => {
  const [id, what] = [`state:${cluster}`, `${cluster}: it ticks on a fresh sample`];
  const last = await lastRecord(target.journal(cluster), target.now, RECORD_SECONDS);
  const { problems, lastTickAt, sampleAgeSeconds } = clusterStatus(cluster, view, last, target.now);
  if (problems.length > 0) {
    const seen = problems.map(({ sentence }) => sentence).join(' ');
    return wrong(id, what, seen, moreOf(target, cluster, view));
  }
  const sample =
    sampleAgeSeconds === null ? 'no sample is needed' : `the newest sample is ${spanText(sampleAgeSeconds)} old`;
  return well(id, what, `the last tick was ${spanText(target.now - (lastTickAt ?? target.now))} ago, ${sample}`);
};

/** Right after a deploy nobody has looked for it yet, and its first tick is up to two minutes away. */
const settledView = async ({ target, timeoutSeconds, io }: Trial, cluster: string): Promise<ClusterView> => {
  const until = io.clock.now() + timeoutSeconds;
  for (;;) {
    const view = await target.view(cluster);
    const isNew = view.identity === undefined || (canBeScaled(view.identity) && view.memory.at === undefined);
    if (!isNew || io.clock.now() >= until) return view;
    await io.pause(LOOK_MILLISECONDS);
  }
};

const clusterChecks = async (trial: Trial, cluster: string): Promise<readonly Check[]> => {
  try {
    const view = await settledView(trial, cluster);
    const found = foundCheck(cluster, view);
    const fleet = view.identity?.emrClusterId;
    const dry = fleet === undefined ? [] : [await fleetCheck(trial, cluster, fleet)];
    return [found, ...dry, await stateCheck(trial.target, cluster, view)];
  } catch (error) {
    const { code, text } = failureOf(error);
    if (code === EXIT.unreachable) throw error;
    return [wrong(`state:${cluster}`, `${cluster}: it has a policy`, text, 'Write one: prestoscale policy set.')];
  }
};

/** In the file and not in the table: dispatch has not come by since the deploy, or the deploy was of another file. */
const missingChecks = (known: readonly string[], { environment }: Deployed, { folder }: Io): readonly Check[] => {
  const file = readEnvironmentFile(folder, environment);
  return [...(file?.clusters.keys() ?? [])]
    .filter((cluster) => !known.includes(cluster))
    .map((cluster) =>
      wrong(
        `state:${cluster}`,
        `${cluster}: it is known`,
        `environments/${environment}.json names it, and the table does not`,
        'Deploy that file, and give dispatch a minute.',
      ),
    );
};

/** Looks at every cluster; one after another, because EMR grants few calls. */
export const clusterChecksOf = async (
  target: Target,
  deployed: Deployed,
  timeoutSeconds: number,
  io: Io,
): Promise<readonly Check[]> => {
  const client = emrClient(clientSettings(deployed.region));
  const trial: Trial = { target, client, tokens: new DynamoCallTokens(target.table), timeoutSeconds, io };
  const checks: Check[] = [];
  try {
    const clusters = await clustersOf(target);
    for (const cluster of clusters) checks.push(...(await clusterChecks(trial, cluster)));
    checks.push(...missingChecks(clusters, deployed, io));
    if (checks.length > 0) return checks;
    const remedy = 'The first dispatch after a deploy writes them: look at its log.';
    return [wrong('clusters', 'The table knows clusters', 'it knows none', remedy)];
  } finally {
    client.destroy();
  }
};
