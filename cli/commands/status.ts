/** `prestoscale status`: a line for every cluster. */
import { defineCommand } from '../program/command.ts';
import { EXIT, failureOf } from '../program/exit.ts';
import { json, painted, timeText } from '../program/text.ts';
import { type ClusterStatus, clusterStatus, unreadStatus } from '../status/cluster-status.ts';
import { lastRecord } from '../status/last-record.ts';
import { statusText } from '../status/table.ts';
import { clusterOf, clustersOf, withTarget } from '../target/open.ts';
import { JSON_OPTION, TARGET_OPTIONS } from '../target/options.ts';
import type { Target } from '../target/target.ts';

/** A record is full at least every twentieth tick, at most a minute apart. */
const RECORD_SECONDS = 7200;

/** A cluster without a policy that could be used is one line among others; a table that cannot be read is not. */
const statusOf = async (target: Target, cluster: string): Promise<ClusterStatus> => {
  try {
    const view = await target.view(cluster);
    return clusterStatus(
      cluster,
      view,
      await lastRecord(target.journal(cluster), target.now, RECORD_SECONDS),
      target.now,
    );
  } catch (error) {
    const { code, text } = failureOf(error);
    if (code === EXIT.unreachable) throw error;
    return unreadStatus(cluster, text);
  }
};

export const status = defineCommand({
  usage: '[CLUSTER] [flags]',
  purpose:
    'A line for every cluster, or for one: mode, last verdict, units (in mode shadow with those it would ask for), waiting queries, age of the sample, holds, policy version, and why. Exits with 1 when something is wrong.',
  options: [...TARGET_OPTIONS, JSON_OPTION] as const,
  mostLoose: 1,
  run: ({ values, loose: [name], io }) =>
    withTarget(values, io, async (target) => {
      const clusters = name === undefined ? await clustersOf(target) : [await clusterOf(target, name)];
      const statuses = await Promise.all(clusters.map((cluster) => statusOf(target, cluster)));
      if (values.json) io.out(json({ target: target.label, now: target.now, clusters: statuses }));
      else {
        io.out(`${painted(io, 'dim', `${target.label}, ${timeText(target.now)}`)}\n`);
        io.out(
          statuses.length === 0
            ? 'No cluster has a policy yet: the first dispatch writes it.\n'
            : statusText(statuses, io),
        );
      }
      return statuses.every(({ problems }) => problems.length === 0) ? EXIT.ok : EXIT.wrong;
    }),
});
