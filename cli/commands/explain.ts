/** `prestoscale explain`: why a cluster has the size it has. */
import { epochSeconds } from '../../lambdas/core/quantities.ts';
import type { ClusterView } from '../../lambdas/ports/cluster-store.ts';
import type { Option } from '../arguments.ts';
import { explanationOf } from '../explain/explanation.ts';
import { explanationText } from '../explain/tell.ts';
import { defineCommand } from '../program/command.ts';
import { EXIT, WrongError } from '../program/exit.ts';
import { json, timeText } from '../program/text.ts';
import { givenTime, lastMoment } from '../program/times.ts';
import { clusterStatus } from '../status/cluster-status.ts';
import { lastRecord } from '../status/last-record.ts';
import { clusterOf, withTarget } from '../target/open.ts';
import { JSON_OPTION, TARGET_OPTIONS } from '../target/options.ts';

/** What came after a decision of long ago is told for so long. */
const LATER_SECONDS = 6 * 3600;

const OPTIONS = [
  ...TARGET_OPTIONS,
  {
    name: 'at',
    type: 'string',
    placeholder: 'TIME',
    parse: givenTime,
    help: 'The decision in force then: 09:15 (of this machine’s zone; 09:15Z is UTC), 30m ago, or 2026-03-02T09:15:00Z. Default: the last one.',
  },
  JSON_OPTION,
] as const satisfies readonly Option[];

const noRecord = (cluster: string, view: ClusterView, at: number, now: number): WrongError => {
  const why = view.memory.at === undefined ? 'no tick has come to its end yet' : 'it may have expired';
  const { problems } = clusterStatus(cluster, view, undefined, now);
  const lines = [
    `No decision of ${cluster} at or before ${timeText(at)} is on record: ${why}.`,
    ...problems.map(({ sentence }) => sentence),
  ];
  return new WrongError(lines.join('\n'));
};

export const explain = defineCommand({
  usage: '[CLUSTER] [flags]',
  purpose:
    'The last decision on record with its numbers: demand, floors, ceilings, why it does not shrink, what was sent, what came since, and what it waits for. CLUSTER may be left out where there is only one.',
  options: OPTIONS,
  mostLoose: 1,
  run: ({ values, loose: [name], io }) =>
    withTarget(values, io, async (target) => {
      const cluster = await clusterOf(target, name);
      const { now } = target;
      const at = values.at === undefined ? now : Math.min(now, lastMoment(values.at, now));
      const journal = target.journal(cluster);
      // First the view: a tick that ends between the two readings is then a later record, and no contradiction.
      const view = await target.view(cluster);
      const entry = await lastRecord(journal, at);
      if (entry === undefined) throw noRecord(cluster, view, at, now);
      const from = epochSeconds(entry.at + 0.001);
      const later = await journal.read(from, epochSeconds(Math.min(now, at + LATER_SECONDS)));
      const explanation = explanationOf(cluster, entry, later, view, now);
      io.out(values.json ? json(explanation) : explanationText(explanation, io));
      return EXIT.ok;
    }),
});
