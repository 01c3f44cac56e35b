/** docs/many-clusters.md, from mornings that were played. */
import type { MorningResult, Times } from '../local/account/morning-record.ts';

/** What was played, as docs/many-clusters.json keeps it. */
export interface PlayedMornings {
  readonly stepAtSeconds: number;
  readonly untilSeconds: number;
  readonly losingShare: number;
  readonly slotSeconds: number;
  readonly mornings: readonly MorningResult[];
}

const row = (...cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;

const timesOf = (times: Times | undefined): string =>
  times === undefined ? '–' : `${[times.p50, times.p95, times.max].map((seconds) => seconds.toFixed(0)).join(' / ')} s`;

const quotaOf = ({ quotaFactor }: MorningResult): string =>
  quotaFactor === 1 ? 'as published' : `${quotaFactor} times as fast`;

const refusedOf = ({ emr }: MorningResult): number =>
  Object.values(emr).reduce((sum, { throttled }) => sum + throttled, 0);

const reactions = (mornings: readonly MorningResult[]): readonly string[] => [
  row(
    'clusters',
    'quota',
    'step → ModifyInstanceFleet, p50 / p95 / max',
    'loss → fleet looked at, p50 / p95 / max',
    'not served by the end',
  ),
  row('---:', '---', '---', '---', '---:'),
  ...mornings.map((one) =>
    row(one.clusters, quotaOf(one), timesOf(one.reaction), timesOf(one.lossServed), one.unserved.length),
  ),
  '',
];

/** A tick that fails has got its wake-up, and leaves no line that it came to its end. */
const failedOf = ({ failures }: MorningResult): number =>
  Object.entries(failures).reduce((sum, [what, count]) => (what.startsWith('reconcile') ? sum + count : sum), 0);

const wakeUps = (mornings: readonly MorningResult[]): readonly string[] => [
  row(
    'clusters',
    'slots',
    'ticked to the end',
    'not',
    'ticks that failed',
    'dropped as late',
    'expired',
    'longest wait for a process',
    'processes',
  ),
  row(...Array.from({ length: 9 }, () => '---:')),
  ...mornings.map((one) => {
    const { clusters, slots, processes } = one;
    return row(
      clusters,
      slots.due,
      slots.ticked,
      slots.missed,
      failedOf(one),
      slots.droppedLate,
      slots.expired,
      `${slots.longestWaitSeconds.toFixed(1)} s`,
      processes,
    );
  }),
  '',
];

const calls = (mornings: readonly MorningResult[]): readonly string[] => {
  const of = (operation: string, { emr }: MorningResult): string => {
    const { calls: made = 0, most = 0 } = emr[operation] ?? {};
    return `${made} of ${most}`;
  };
  return [
    row(
      'clusters',
      'ListInstanceFleets',
      'ModifyInstanceFleet',
      'DescribeCluster',
      'ListClusters',
      'refused by EMR',
      'ticks without a call, with a loss / others',
      'growth while a loss waited',
    ),
    row('---:', '---:', '---:', '---:', '---:', '---:', '---:', '---:'),
    ...mornings.map((one) =>
      row(
        one.clusters,
        of('ListInstanceFleets', one),
        of('ModifyInstanceFleet', one),
        of('DescribeCluster', one),
        of('ListClusters', one),
        refusedOf(one),
        `${one.refusedTicks.losing} / ${one.refusedTicks.others}`,
        one.growthBeforeLosses,
      ),
    ),
    '',
  ];
};

const HOW = (played: PlayedMornings): readonly string[] => [
  `The real handlers, use cases and adapters run in virtual time in a simulated account: schedule, tick queue, functions with their processes, table, events, and EMR with its published budgets, which refuses what exceeds them. All clusters are quiet for ${played.stepAtSeconds / 60} minutes; then, in the same second, 40 queries of 4,000 core-seconds come to each of them, and from 20 s later on ${100 * played.losingShare} % of the clusters lose all of their spot within three minutes. Samples are pushed every 5 s, ticks come every ${played.slotSeconds} s. The run ends ${(played.untilSeconds - played.stepAtSeconds) / 60} minutes after the step.`,
  '',
  'Careful where AWS says nothing: Lambda begins each burst of messages with five at once and takes five more a second; a queue has no order; a call to EMR takes 0.3 s, a tick 0.1 s beside its calls, the start of a process a second.',
  '',
];

const MEANING: readonly string[] = [
  '- **Reaction** is bounded by EMR, not by us: half a ModifyInstanceFleet a second for the whole account, after five at once. A hundred clusters that all want one in the same second cannot have them in less than 190 s, whoever asks. Growth needs a look at the fleet as well, from a budget of the same size.',
  '- **Losses** go first: the last token of each budget is for them alone. One that was refused leaves a sign in the budget, and until it has asked again, at its next slot, nobody else gets a call. A growth that was granted its call before the loss came is sent all the same; how often is in the last column.',
  '- **Wake-ups**: a slot is *ticked* when its tick came to an end, whatever it decided; without a token a tick ends as `throttled` and the next one tries again, so nothing is lost but time. A tick that EMR refused a call fails and counts, and has got its wake-up all the same.',
  '- **Refused by EMR** must be 0: the budget in the table is there so that EMR never has to refuse.',
  '',
  '## What quota to ask for',
  '',
  'For N clusters that may all have to grow within T seconds, ask for N ÷ T calls a second of ListInstanceFleets and of ModifyInstanceFleet each (Service Quotas, Amazon EMR, "replenishment rate"); for 1,000 clusters in 200 s that is 5 a second, ten times as much as published. ListClusters needs N ÷ 50 calls a minute (a page has fifty clusters), and DescribeCluster N calls in half an hour: both fit the published rates up to 1,000 clusters. EMR allows 500 active clusters in an account without a raise.',
  '',
  'A deploy learns of a raised quota from `emrQuotas` in the environment file (docs/environments.md); so does the run with the raised quota here. Where two environments share an account they share its quota, and each is to be told its part.',
  '',
];

/** The page. */
export const manyClustersPage = (played: PlayedMornings): string =>
  [
    '# Many clusters in one account',
    '',
    'Generated by `npm run bench:clusters -- --write` from docs/many-clusters.json, which is what was measured; the test run fails when it is out of date.',
    '',
    ...HOW(played),
    '## How long it takes',
    '',
    ...reactions(played.mornings),
    '## Wake-ups',
    '',
    ...wakeUps(played.mornings),
    '## Calls to EMR',
    '',
    'Calls of the whole run, and the most that the budget would have given.',
    '',
    ...calls(played.mornings),
    '## What it means',
    '',
    ...MEANING,
  ].join('\n');
