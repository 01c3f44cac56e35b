/** What the autoscaler decided, from what, and what it costs. */
import { here, rate } from './here.ts';
import { page } from './page.ts';
import { lines, number, word } from './panels.ts';

const own = (name: string, ...more: readonly string[]): string => here(`prestoscale_autoscaler_${name}`, ...more);
const TARGET = here('cluster:prestoscale_autoscaler_target_units:sum');

const NOW = [
  word({ title: 'Mode', about: 'Mode of the policy in force.', queries: [[`${own('mode')} == 1`, '{{mode}}']] }),
  word({
    title: 'Verdict',
    about: 'Verdict of the last decision.',
    queries: [[`${own('last_verdict')} == 1`, '{{verdict}}']],
  }),
  word({
    title: 'Removed workers',
    about: 'How removed workers treat queries, as chosen or found out.',
    queries: [[`${own('scale_in_mode')} == 1`, '{{mode}}']],
  }),
  number({
    title: 'Target',
    about: 'Units that the last tick left in force.',
    unit: 'short',
    queries: [[TARGET, 'target']],
  }),
  number({
    title: 'Price',
    about: 'Price of the targets in force at the dearest type, in dollars an hour.',
    unit: 'currencyUSD',
    queries: [[own('cost_usd_per_hour'), 'an hour']],
  }),
  number({
    title: 'Spent today',
    about: 'Since midnight UTC, by targets at the dearest type.',
    unit: 'currencyUSD',
    queries: [[own('cost_today_usd'), 'today']],
  }),
  number({
    title: 'Last tick',
    about: 'Time since the autoscaler last decided.',
    unit: 's',
    queries: [[own('tick_age_seconds'), 'age']],
  }),
  number({
    title: 'Sample',
    about: 'Time since the newest sample was taken.',
    unit: 's',
    queries: [[own('sample_age_seconds'), 'age']],
  }),
];

const CAPACITY = [
  lines({
    title: 'Units',
    about:
      'From what is asked for to what works: target, provisioned by EMR, ready for the engine, draining, and the limits.',
    unit: 'short',
    width: 16,
    queries: [
      [TARGET, 'target'],
      [here('cluster:prestoscale_autoscaler_provisioned_units:sum'), 'provisioned'],
      [own('ready_units'), 'ready'],
      [`sum(${own('arriving_units')})`, 'arriving'],
      [own('draining_units'), 'draining'],
      [own('minimum_units'), 'minimum'],
      [own('maximum_units'), 'maximum'],
    ],
  }),
  lines({
    title: 'Terms of the decision',
    about: 'What asked for capacity, and what was made of it; a term that did not apply is absent.',
    unit: 'short',
    queries: [[own('term_units'), '{{term}}']],
  }),
  lines({
    title: 'Work',
    about: 'Work of live queries that is still to be done, in core-seconds.',
    unit: 'short',
    queries: [[own('outstanding_work_core_seconds'), 'outstanding']],
  }),
  lines({
    title: 'Cores',
    about: 'Cores that arriving work keeps busy, and cores that the last decision counted on to come.',
    unit: 'short',
    queries: [
      [own('arriving_work_cores'), 'arriving work'],
      [own('arriving_cores'), 'arriving cores'],
    ],
  }),
  lines({
    title: 'Start lag',
    about: 'Learned time from asking for workers to their work.',
    unit: 's',
    queries: [[own('start_lag_seconds'), 'lag']],
  }),
];

const MARKETS = [
  lines({
    title: 'Targets by market',
    about: 'Units that are asked for.',
    unit: 'short',
    stacked: true,
    queries: [[own('target_units'), '{{market}}']],
  }),
  lines({
    title: 'Provisioned by market',
    about: 'Units that EMR had provisioned when the fleet was last read.',
    unit: 'short',
    stacked: true,
    queries: [[own('provisioned_units'), '{{market}}']],
  }),
  lines({
    title: 'Missing',
    about:
      'Units that have not come, on-demand units that stand in for spot, and units that the engine has never seen.',
    unit: 'short',
    queries: [
      [own('arriving_units'), 'arriving {{market}}'],
      [own('stand_in_units'), 'stand in'],
      [own('zombie_units'), 'never seen'],
    ],
  }),
];

const MONEY = [
  lines({
    title: 'Dollars an hour',
    about: 'Price of the targets in force at the dearest type, and its averages.',
    unit: 'currencyUSD',
    queries: [
      [own('cost_usd_per_hour'), 'now'],
      [here('cluster:prestoscale_autoscaler_cost_usd_per_hour:avg1h'), 'an hour’s average'],
      [here('cluster:prestoscale_autoscaler_cost_usd_per_hour:avg1d'), 'a day’s average'],
    ],
  }),
  lines({
    title: 'Dollars today',
    about:
      'Spent since midnight UTC for what was provisioned, by market; and what the same units would have cost on-demand, and a cluster of fixed size.',
    unit: 'currencyUSD',
    queries: [
      [own('cost_today_by_market_usd'), '{{market}}'],
      [own('cost_today_emr_fee_usd'), 'of it EMR’s fee'],
      [own('cost_today_idle_usd'), 'of it idle'],
      [own('cost_today_instead_usd'), 'instead: {{instead}}'],
    ],
  }),
  lines({
    title: 'Unit-hours today',
    about: 'Hours of provisioned units since midnight UTC, by market.',
    unit: 'short',
    stacked: true,
    queries: [[own('unit_hours_today'), '{{market}}']],
  }),
  lines({
    title: 'Priced',
    about: 'Share of today’s unit-hours whose price is known: the dollars of the others are missing.',
    unit: 'percentunit',
    max: 1,
    queries: [[own('cost_today_priced_ratio'), 'priced']],
  }),
  lines({
    title: 'Budgets',
    about: 'Used share of the budgets of the policy; without a budget there is no line.',
    unit: 'percentunit',
    queries: [[own('budget_used_ratio'), '{{budget}}']],
  }),
  lines({
    title: 'Late queries',
    about:
      'Share of the ended queries that had waited longer than 60 s. Known where the exporter counts ended queries.',
    unit: 'percentunit',
    max: 1,
    queries: [
      [here('cluster:prestoscale_engine_late_queries:ratio1h'), 'in an hour'],
      [here('cluster:prestoscale_engine_late_queries:ratio1d'), 'in a day'],
    ],
  }),
];

const REASONS = [
  lines({
    title: 'Reasons',
    about: 'Reasons of the decisions, by their codes; docs/reasons.md has a sentence for each.',
    unit: 'short',
    width: 16,
    stacked: true,
    queries: [[own('last_reason'), '{{code}}']],
  }),
  lines({
    title: 'Rises and falls',
    about: 'How often the target rose and fell in an hour.',
    unit: 'short',
    queries: [
      [here('cluster:prestoscale_autoscaler_target_units:rises1h'), 'rises'],
      [here('cluster:prestoscale_autoscaler_target_units:falls1h'), 'falls'],
    ],
  }),
];

const LOOP = [
  lines({
    title: 'Ticks',
    about: 'Ticks a second; one every 15 seconds is 0.067.',
    unit: 'short',
    queries: [[here('cluster:prestoscale_autoscaler_ticks:rate15m'), 'ticks']],
  }),
  lines({
    title: 'Age',
    about: 'Of what the autoscaler knows: its last tick, its sample, and its last look at the fleet.',
    unit: 's',
    queries: [
      [own('tick_age_seconds'), 'tick'],
      [own('sample_age_seconds'), 'sample'],
      [own('fleet_age_seconds'), 'fleet'],
    ],
  }),
  lines({
    title: 'Holds',
    about: 'Units that holds ask for: the largest total, and the sum of those on top of demand.',
    unit: 'short',
    queries: [[own('hold_units'), '{{kind}}']],
  }),
  lines({
    title: 'Policy',
    about: 'Version in force; refused is 1 while the newest version cannot be used.',
    unit: 'short',
    queries: [
      [own('policy_version'), 'version'],
      [own('policy_refused'), 'refused'],
    ],
  }),
  lines({
    title: 'Queries put at risk',
    about: 'By shrinking while removed workers take queries with them, since midnight UTC.',
    unit: 'short',
    queries: [[own('at_risk_today_queries'), 'today']],
  }),
  lines({
    title: 'Reading of this state',
    about: 'Failed readings a second of the autoscaler’s state, and the age of the last good one.',
    unit: 'short',
    queries: [
      [rate('prestoscale_autoscaler_read_errors_total'), 'failed'],
      [own('read_age_seconds'), 'age (s)'],
    ],
  }),
];

export const autoscalerDashboard = page({
  uid: 'prestoscale-autoscaler',
  title: 'Prestoscale / Autoscaler',
  about: 'What the autoscaler decided, from what, and what it costs.',
  rows: [
    ['Now', NOW],
    ['Capacity', CAPACITY],
    ['Markets', MARKETS],
    ['Money and waiting', MONEY],
    ['Why', REASONS],
    ['The loop', LOOP],
  ],
  annotations: [
    {
      name: 'Target',
      expr: `changes(${TARGET}[1m]) > 0`,
      text: 'the target has changed',
      colour: 'blue',
    },
    // What explains a change or its absence. A verdict lasts one tick and may pass between two readings.
    {
      name: 'Reasons',
      expr: own('last_reason', 'code!~"steady|demand-.*|mode-.*|floor-minimum"'),
      text: '{{code}}',
      colour: 'orange',
    },
  ],
});
