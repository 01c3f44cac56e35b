/** The page docs/spot-storms.md, from what was measured. */
import type { FallbackFigures, StormFigures } from '../simulator/storms/figures.ts';
import type { ReserveFigures, Survival } from '../simulator/storms/reserve-trial.ts';

/** Storms over one workload. */
export interface StormTable {
  readonly workload: string;
  readonly queries: number;
  readonly fixedUnits: number;
  readonly figures: readonly StormFigures[];
}

/** Reserves tried in one market; the first is none. */
export interface ReserveTable {
  readonly market: string;
  readonly rows: readonly { readonly name: string; readonly figures: ReserveFigures }[];
}

export interface SpotStorms {
  /** The day it was run, and the commit below. */
  readonly date: string;
  readonly commit: string;
  readonly seed: number;
  readonly tables: readonly StormTable[];
  readonly fallback: readonly { readonly contender: string; readonly figures: FallbackFigures }[];
  readonly reserve: { readonly seeds: number; readonly tables: readonly ReserveTable[] };
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

const tableOf = (headers: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(headers), row(headers.map(() => '---')), ...rows.map(row)].join('\n');

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const dollars = (usd: number): string => usd.toFixed(0);
const minutes = (seconds: number | null): string => (seconds === null ? '–' : `${(seconds / 60).toFixed(1)} min`);

const HEADERS = [
  'storm',
  'who',
  'time short',
  'unit-hours short',
  'failed: lost worker / scale-in / other',
  'late or failed',
  'dollars',
  'modify calls',
];

const stormRow = ({ storm, contender, shortfall, failed, lateShare, usd, modifyCalls }: StormFigures) => [
  storm,
  contender,
  percent(shortfall.shareOfTime),
  shortfall.unitHours.toFixed(1),
  `${failed.interruption} / ${failed.scaleIn} / ${failed.other}`,
  percent(lateShare),
  dollars(usd),
  modifyCalls === null ? '–' : String(modifyCalls),
];

const stormTable = ({ workload, queries, fixedUnits, figures }: StormTable): string =>
  `### ${workload}: ${queries} queries\n\nEMR without us keeps ${fixedUnits} units: the most that demand asks of us for as long as a start when nothing is lost.\n\n${tableOf(HEADERS, figures.map(stormRow))}\n`;

const FALLBACK_HEADERS = [
  'who',
  'on-demand asked for after',
  'and ready after',
  'most on-demand ready',
  'spot back → found after',
  'calls that lowered on-demand',
  'none left after',
  '$/h before, end of outage, 1, 2, 3 h after',
  'workers killed on the way back',
];

const fallbackTable = (fallback: SpotStorms['fallback']): string =>
  tableOf(
    FALLBACK_HEADERS,
    fallback.map(({ contender, figures }) => [
      contender,
      minutes(figures.askedSeconds),
      minutes(figures.readySeconds),
      `${figures.mostOnDemandUnits} units`,
      minutes(figures.foundSeconds),
      String(figures.steps),
      minutes(figures.overSeconds),
      figures.usdPerHour.map(dollars).join(', '),
      String(figures.killed),
    ]),
  );

const survival = ({ losses, survived }: Survival): string =>
  losses === 0 ? '–' : `${percent(survived / losses)} of ${losses}`;

const reserveTable = ({ market, rows }: ReserveTable): string => {
  const without = rows[0]?.figures.usd ?? Number.NaN;
  const table = tableOf(
    ['reserve', 'enough left after the loss of one pool', 'of several at once', 'dollars', 'price of the reserve'],
    rows.map(({ name, figures }) => [
      name,
      survival(figures.single),
      survival(figures.several),
      dollars(figures.usd),
      percent(figures.usd / without - 1),
    ]),
  );
  return `### ${market}\n\n${table}\n`;
};

export const spotStormsPage = ({ date, commit, seed, tables, fallback, reserve }: SpotStorms): string =>
  `# Spot storms

The autoscaler in a [simulated world](world.md) that takes its spot away: \`npm run storms -- --write\`, run on ${date} at
commit ${commit}, seed ${seed}. A storm begins three hours into the run (ten hours into the recorded day).

- **Pools**: r5.4xlarge, r5a.4xlarge, m5.4xlarge and r6i.4xlarge of one unit, r5.8xlarge of two, EMR's strategy \`diversified\`,
  each as deep as is asked for; notice of two minutes; EMR replaces after one. Prices as in \`simulator/storms/pools.ts\`.
- **Policy**: the default one (4–100 units, on-demand stands in after 15 minutes, a reserve against the loss of one pool), but
  on-demand may stand in for 100 units. *Spot only, one type* has no stand-ins. *EMR without us* is a spot target that
  stands; EMR replaces what it loses and gives up after ten minutes, as documented.
- **Short**: less was ready than the queries had asked for during the whole last 8 minutes (the 95th percentile of a start).
  A reserve is not counted as asked for. Queries that fail for want of any worker for five minutes are *other*.

${tables.map(stormTable).join('\n')}
## All spot gone for three hours

${fallbackTable(fallback)}

![What demand asked for, what was ready, and what it cost](spot-storms.svg)

Stand-ins are given back step by step, each step after a probe has brought spot in its place, and by the rule for shrinking: a
worker with queries on it is drained first. A query that outlives the grace is lost, as at any shrink.

## The reserve

The same office day, ${reserve.seeds} seeds, five pools in equal shares; a loss takes the whole pool. Notices of five minutes are one
loss. It counts when the cluster was not short before it; what was asked for just before has to be ready until five
minutes after the first notice. A reserve that would mostly go with the pools it is kept for is not bought (reason
\`reserve-not-worth\`), so asking for more can give less.

${reserve.tables.map(reserveTable).join('\n')}
## A thousand storms

\`npm run storms -- --seeds 1-1000\` makes up a storm from each number: outages, reclaims, recorded spells, starts that fail,
stale reads, zombies, on-demand that is sold out, either order of resizes, caps, budgets and reserves of all kinds, two and a half
hours each. On every decision it is checked that limits, caps and budgets stand, that nothing shrinks after a told loss of more
than 5 % in ten minutes, that no fallback follows a return within the fallback time, and that what was bought is at most what
was lost, failed to start, was grown and was overshot by EMR. \`--seeds N\` shows one again. Of the
thousand none breaks a rule; three hundred, and those that once did, are in the test run (\`test/simulator/storms/weather.test.ts\`).

## What falls short

- With resizes one after another on-demand is ready later than the fallback time and the 95th percentile of a start after the notice (23.5 minutes): when everything is lost demand grows at once, that growth
  stands in front of EMR’s own replacement, and both have to time out before the fallback begins. With \`resize.spotTimeoutMinutes\` at EMR’s least, 5, it is
  ready after 22.8 minutes in the same storm; the default is 10, so that slow starts do not count as failures.
- A reserve of one pool does nothing when several pools go at once, and little in a market where losses follow each other faster than workers start.
`;
