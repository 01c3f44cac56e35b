/** `prestoscale hold list`: holds in force. */
import type { Hold } from '../../lambdas/core/model.ts';
import { defineCommand } from '../program/command.ts';
import { EXIT } from '../program/exit.ts';
import { json, spanText, tableText, timeText } from '../program/text.ts';
import { clusterOf, clustersOf, withTarget } from '../target/open.ts';
import { JSON_OPTION, TARGET_OPTIONS } from '../target/options.ts';

interface ListedHold extends Hold {
  readonly cluster: string;
}

const HEAD = ['CLUSTER', 'KEY', 'UNITS', 'UNTIL', 'LEFT', 'BY', 'REASON'];

const cells = (hold: ListedHold, now: number): readonly string[] => [
  hold.cluster,
  hold.key,
  hold.kind === 'extra' ? `+${hold.units}` : String(hold.units),
  timeText(hold.until),
  spanText(hold.until - now),
  hold.owner,
  hold.reason,
];

export const holdList = defineCommand({
  usage: '[CLUSTER] [flags]',
  purpose: 'Lists the holds in force, of one cluster or of all. UNITS with + are on top of demand.',
  options: [...TARGET_OPTIONS, JSON_OPTION] as const,
  mostLoose: 1,
  run: ({ values, loose: [name], io }) =>
    withTarget(values, io, async (target) => {
      const clusters = name === undefined ? await clustersOf(target) : [await clusterOf(target, name)];
      const lists = await Promise.all(
        clusters.map(async (cluster): Promise<ListedHold[]> => {
          const { holds } = await target.view(cluster);
          return holds.map((hold) => ({ cluster, ...hold }));
        }),
      );
      const holds = lists.flat();
      const rows = [HEAD, ...holds.map((hold) => cells(hold, target.now))].map((row) => row.map((text) => ({ text })));
      if (values.json) io.out(json({ now: target.now, holds }));
      else io.out(holds.length === 0 ? 'No hold is in force.\n' : tableText(io, rows));
      return EXIT.ok;
    }),
});
