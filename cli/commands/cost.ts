/** `prestoscale cost`: what clusters have cost, and what they would have cost otherwise. */
import type { Option, Parsed } from '../arguments.ts';
import { UsageError } from '../arguments.ts';
import { dayText, givenDay, meantDay } from '../cost/days.ts';
import { recordsOf } from '../cost/records.ts';
import { costReport, WAYS, type Way } from '../cost/report.ts';
import { costText } from '../cost/table.ts';
import { defineCommand } from '../program/command.ts';
import { EXIT } from '../program/exit.ts';
import { json, painted } from '../program/text.ts';
import { clusterOf, clustersOf, withTarget } from '../target/open.ts';
import { JSON_OPTION, TARGET_OPTIONS } from '../target/options.ts';

/** Without `--from`: so many days, the last one included. */
const USUAL_DAYS = 7;
const MOST_DAYS = 3660;

const wayOf = (text: string): Parsed<Way> => {
  const value = WAYS.find((way) => way === text);
  return value === undefined ? { expected: `one of ${WAYS.join(', ')}` } : { value };
};

const OPTIONS = [
  ...TARGET_OPTIONS,
  {
    name: 'from',
    type: 'string',
    placeholder: 'DAY',
    parse: givenDay,
    help: 'First day (UTC): 2026-03-02, yesterday, or 30d for 30 days ago. Default: six days before the last one.',
  },
  { name: 'to', type: 'string', placeholder: 'DAY', parse: givenDay, help: 'Last day, as above. Default: today.' },
  {
    name: 'by',
    type: 'string',
    placeholder: 'WAY',
    parse: wayOf,
    help: `How to split it: ${WAYS.join(', ')} (resource group and source of the queries, by CPU seconds). Default: day.`,
  },
  JSON_OPTION,
] as const satisfies readonly Option[];

interface Span {
  readonly first: number;
  readonly last: number;
}

const checked = ({ first, last }: Span): Span => {
  if (first > last) throw new UsageError([`--from (${dayText(first)}) is after --to (${dayText(last)}).`]);
  if (last - first < MOST_DAYS) return { first, last };
  throw new UsageError([`--from (${dayText(first)}) to --to (${dayText(last)}) are more than ${MOST_DAYS} days.`]);
};

export const cost = defineCommand({
  usage: '[CLUSTER] [flags]',
  purpose:
    'What the task fleet of every cluster, or of one, has cost day by day; what the same units would have cost on-demand, and what a cluster of fixed size would have. Primary and core nodes, volumes and data are not in it.',
  options: OPTIONS,
  mostLoose: 1,
  run: ({ values, loose: [name], io }) =>
    withTarget(values, io, async (target) => {
      const { now } = target;
      const last = meantDay(values.to ?? { kind: 'ago', days: 0 }, now);
      const first = values.from === undefined ? last - USUAL_DAYS + 1 : meantDay(values.from, now);
      const span = checked({ first, last });
      const way = values.by ?? 'day';
      const clusters = name === undefined ? await clustersOf(target) : [await clusterOf(target, name)];
      const reports = await Promise.all(
        clusters.map(async (cluster) => {
          const { parts, notice } = await recordsOf(target, cluster, span.first, span.last);
          return costReport(cluster, parts, way, span.last, now, notice);
        }),
      );
      const days = { from: dayText(span.first), to: dayText(span.last) };
      if (values.json) io.out(json({ target: target.label, now, ...days, by: way, clusters: reports }));
      else {
        io.out(`${painted(io, 'dim', `${target.label}, ${days.from} to ${days.to} (UTC), US dollars`)}\n`);
        for (const report of reports) io.out(`\n${costText(report, way, io)}`);
        if (reports.length === 0) io.out('No cluster has a policy yet: the first dispatch writes it.\n');
      }
      return EXIT.ok;
    }),
});
