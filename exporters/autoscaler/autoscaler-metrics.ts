/** Every metric of the autoscaler's own state: name, help, and where its values stand. What is unknown has no series. */
import type { Verdict } from '../../lambdas/core/decision.ts';
import type { Targets } from '../../lambdas/core/model.ts';
import type { EpochSeconds } from '../../lambdas/core/quantities.ts';
import { signedOf } from '../../lambdas/core/record.ts';
import type { AutoscalerView } from '../../lambdas/ports/autoscaler-state.ts';
import type { MetricDefinition, MetricFamily } from '../engine/metric-table.ts';
import { MONEY_METRICS } from './money-metrics.ts';

type Values = readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[];
type Read = (view: AutoscalerView, now: EpochSeconds) => Values;

interface Metric extends MetricDefinition {
  readonly read: Read;
}

const SECONDS_PER_DAY = 86_400;
const VERDICTS: readonly Verdict[] = ['grow', 'shrink', 'steady'];
const MODES: readonly AutoscalerView['policy']['policy']['mode'][] = ['act', 'shadow', 'paused'];
const SCALE_IN_MODES: readonly NonNullable<AutoscalerView['memory']['mode']>['mode'][] = [
  'drained',
  'retried',
  'sparing',
];

/** Terms that are told in units, by the name that their label has. */
const UNIT_TERMS = {
  work: 'workUnits',
  memory: 'memoryUnits',
  counts: 'countsUnits',
  forecast: 'forecastUnits',
  reserve: 'reserveUnits',
  floor: 'floorUnits',
  alarm: 'alarmUnits',
  ceiling: 'ceilingUnits',
  wanted: 'wantedUnits',
  held: 'heldUnits',
} as const;

const labelled = (label: string, values: Readonly<Record<string, number | undefined>>): Values =>
  Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [{ labels: { [label]: name }, value }],
  );

const single = (value: number | undefined): Values => (value === undefined ? [] : [{ labels: {}, value }]);

/** One series for each state that there is: 1 for the one that holds. */
const oneOf = (label: string, states: readonly string[], state: string | undefined): Values =>
  state === undefined ? [] : labelled(label, Object.fromEntries(states.map((name) => [name, name === state ? 1 : 0])));

const byMarket = (onDemand: number | undefined, spot: number | undefined): Values =>
  labelled('market', { on_demand: onDemand, spot });

const targetsOf = ({ memory }: AutoscalerView): Targets | undefined => signedOf(memory)?.targets;

const arriving = ({ memory: { command, fleet } }: AutoscalerView): Values => {
  if (command === undefined || fleet === undefined) return [];
  const { onDemandUnits, spotUnits } = command.targets;
  const onDemand = Math.max(0, onDemandUnits - fleet.onDemand.provisionedUnits);
  return byMarket(onDemand, Math.max(0, spotUnits - fleet.spot.provisionedUnits));
};

const unitsOf = (view: AutoscalerView, cores: number | undefined): number | undefined =>
  cores === undefined ? undefined : Math.max(0, cores) / view.policy.policy.capacity.coresPerUnit;

const readyUnits = (view: AutoscalerView): number | undefined => {
  const cores = view.memory.shown?.readyCores;
  return cores === undefined ? undefined : unitsOf(view, cores - view.policy.policy.capacity.alwaysOnCores);
};

const terms = ({ memory: { shown } }: AutoscalerView): Values =>
  labelled('term', Object.fromEntries(Object.entries(UNIT_TERMS).map(([label, field]) => [label, shown?.[field]])));

const spotRatio = ({ memory: { fleet } }: AutoscalerView): number | undefined => {
  const spot = fleet?.spot.provisionedUnits ?? 0;
  const all = spot + (fleet?.onDemand.provisionedUnits ?? 0);
  return all > 0 ? spot / all : undefined;
};

const holdUnits = ({ holds }: AutoscalerView): Values => {
  const unitsOfKind = (kind: string): number[] => holds.filter((one) => one.kind === kind).map(({ units }) => units);
  return labelled('kind', {
    total: Math.max(0, ...unitsOfKind('total')),
    extra: unitsOfKind('extra').reduce((sum, units) => sum + units, 0),
  });
};

const holdCounts = ({ holds }: AutoscalerView): Values => {
  const countOf = (kind: string): number => holds.filter((one) => one.kind === kind).length;
  return labelled('kind', { total: countOf('total'), extra: countOf('extra') });
};

/** Without a price nothing is added to it, so nothing is known; nor is it before the first tick of a day. */
const spentToday = ({ memory: { spending, shown } }: AutoscalerView, now: number): number | undefined =>
  shown?.usdPerHour !== undefined && spending?.day === Math.floor(now / SECONDS_PER_DAY) ? spending.usd : undefined;

const share = (used: number | undefined, of: number | undefined): number | undefined =>
  used === undefined || of === undefined || of === 0 ? undefined : used / of;

const budgetUsed: Read = (view, now) => {
  const { usdPerHour, usdPerDay } = view.policy.policy.budget;
  return labelled('budget', {
    hour: share(view.memory.shown?.usdPerHour, usdPerHour),
    day: share(spentToday(view, now), usdPerDay),
  });
};

const atRisk = ({ memory }: AutoscalerView, now: number): number | undefined => {
  if (memory.at === undefined) return undefined;
  return memory.atRisk?.day === Math.floor(now / SECONDS_PER_DAY) ? memory.atRisk.queries : 0;
};

const ageOf = (at: number | undefined, now: number): number | undefined =>
  at === undefined ? undefined : Math.max(0, now - at);

/** Pushed ones are in the table; of scraped ones memory knows which it learned from last. */
const sampleAt = ({ sample, memory }: AutoscalerView): number | undefined => {
  const known = [sample?.takenAt, memory.rate?.at].filter((at) => at !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
};

const metric = (type: MetricDefinition['type'], name: string, help: string, read: Read): Metric => ({
  name: `prestoscale_autoscaler_${name}`,
  help,
  type,
  read,
});

const gauge = (name: string, help: string, read: Read): Metric => metric('gauge', name, help, read);

/** A gauge with one value. */
const number = (name: string, help: string, read: (view: AutoscalerView, now: number) => number | undefined): Metric =>
  gauge(name, help, (view, now) => single(read(view, now)));

/** Every metric that is made of a view. */
export const AUTOSCALER_METRICS: readonly Metric[] = [
  gauge('target_units', 'Units that the last tick left in force; in shadow mode those it would have set.', (view) => {
    const targets = targetsOf(view);
    return byMarket(targets?.onDemandUnits, targets?.spotUnits);
  }),
  gauge('provisioned_units', 'Units that EMR had provisioned when the fleet was last read.', ({ memory: { fleet } }) =>
    byMarket(fleet?.onDemand.provisionedUnits, fleet?.spot.provisionedUnits),
  ),
  gauge('arriving_units', 'Units that were asked for and not provisioned when the fleet was last read.', arriving),
  number(
    'ready_units',
    'Cores of workers that took work at the last tick, in units, without those always on.',
    readyUnits,
  ),
  number('draining_units', 'Cores of workers that only finished their tasks at the last tick, in units.', (view) =>
    unitsOf(view, view.memory.shown?.drainingCores),
  ),
  number('minimum_units', 'The least the policy allows.', ({ policy: { policy } }) => policy.capacity.minimumUnits),
  number('maximum_units', 'The most the policy allows.', ({ policy: { policy } }) => policy.capacity.maximumUnits),
  gauge('term_units', 'Terms of the last decision; one that did not apply is absent.', terms),
  number(
    'outstanding_work_core_seconds',
    'Work of live queries at the last tick.',
    ({ memory }) => memory.shown?.workSeconds,
  ),
  number(
    'arriving_work_cores',
    'Work that arrived, in cores it keeps busy.',
    ({ memory }) => memory.shown?.arrivalCores,
  ),
  number(
    'arriving_cores',
    'Cores that the last decision counted on to come.',
    ({ memory }) => memory.shown?.arrivingCores,
  ),
  number(
    'start_lag_seconds',
    'Learned time from asking for workers to their work.',
    ({ memory }) => memory.shown?.lagSeconds,
  ),
  gauge('last_verdict', 'The verdict of the last decision: 1 for the one it was.', ({ memory }) =>
    oneOf('verdict', VERDICTS, signedOf(memory)?.verdict),
  ),
  gauge('last_reason', 'The reasons of the last decision, 1 each, by their codes.', ({ memory }) =>
    [...new Set(signedOf(memory)?.codes)].map((code) => ({ labels: { code }, value: 1 })),
  ),
  gauge('mode', 'Mode of the policy in force: 1 for the one it is.', ({ policy: { policy } }) =>
    oneOf('mode', MODES, policy.mode),
  ),
  gauge(
    'scale_in_mode',
    'How removed workers treat queries, as chosen or found out: 1 for the mode it is.',
    ({ memory }) => oneOf('mode', SCALE_IN_MODES, memory.mode?.mode),
  ),
  number('policy_version', 'Version of the policy in force.', ({ policy }) => policy.version),
  number('policy_refused', '1 while the newest version of the policy cannot be used.', ({ policy }) =>
    policy.notice === undefined ? 0 : 1,
  ),
  gauge('holds', 'Holds that have not expired.', holdCounts),
  gauge('hold_units', 'Units of the holds: the largest total, the sum of the extra ones.', holdUnits),
  number(
    'cost_usd_per_hour',
    'Price of the targets in force at the dearest type.',
    ({ memory }) => memory.shown?.usdPerHour,
  ),
  number('cost_today_usd', 'Spent since midnight UTC, as accounted for what was provisioned.', spentToday),
  ...MONEY_METRICS.map(({ name, help, read }) => gauge(name, help, (view, now) => read(view.memory, now))),
  gauge('budget_used_ratio', 'Used share of the budgets of the policy.', budgetUsed),
  number('at_risk_today_queries', 'Queries put at risk by shrinking in mode sparing since midnight UTC.', atRisk),
  number('spot_ratio', 'Share of spot in what was provisioned when the fleet was last read.', spotRatio),
  // Once a tick has decided, no memory of missing spot means that none is missing.
  number('stand_in_units', 'On-demand units that stand in for missing spot.', ({ memory: { at, spot } }) =>
    at === undefined ? undefined : (spot?.standInUnits ?? 0),
  ),
  number(
    'zombie_units',
    'Units provisioned that the engine has never seen.',
    ({ memory }) => memory.absent?.zombieUnits,
  ),
  metric('counter', 'ticks_total', 'Ticks since memory began.', ({ memory }) => single(memory.tick)),
  number('tick_age_seconds', 'Time since the last tick.', ({ memory }, now) => ageOf(memory.at, now)),
  number('sample_age_seconds', 'Time since the newest sample was taken.', (view, now) => ageOf(sampleAt(view), now)),
  number('fleet_age_seconds', 'Time since the fleet was last read.', ({ memory }, now) =>
    ageOf(memory.fleet?.readAt, now),
  ),
];

/** The metrics of a cluster's autoscaler as of a moment. */
export const autoscalerFamilies = (view: AutoscalerView, now: EpochSeconds): readonly MetricFamily[] =>
  AUTOSCALER_METRICS.map(({ read, ...definition }) => ({ ...definition, values: read(view, now) }));
