/** docs/running-cost.md, from what was counted and from the prices. */
import type { Lags } from '../local/account/lags.ts';
import { type Usage, usedMore } from '../local/account/usage.ts';
import type { WireMonth } from '../local/account/wire-month.ts';
import type { DeployedResources } from './deployed-resources.ts';
import { PRICES, PRICES_OF } from './prices.ts';
import { type BillLine, clusterBill, fixedBill, networkBill, totalOf } from './running-cost-bill.ts';

/** What was counted, as docs/running-cost.json keeps it. */
export interface CountedMonth {
  readonly resources: DeployedResources;
  readonly lags: Lags;
  /** Of an environment without a cluster, and with one, by where its sample comes from. */
  readonly usage: Readonly<Record<'empty' | 'push' | 'scrape' | 'alarms', Usage>>;
  /** The first week of `push`. */
  readonly week?: Usage;
  /** What {@link FIRST_HOUR} has used: quickly counted again, to see whether the page is still true. */
  readonly firstHour: Usage;
  /** A day of one cluster, and of so many. */
  readonly day: { readonly one: Usage; readonly several: Usage; readonly clusters: number };
  /** The same day twice. */
  readonly wire?: WireMonth;
}

export const FIRST_HOUR = { clusters: 1, sample: 'push', seconds: 3600 } as const;

/** What the autoscaler may cost, US dollars a month. */
export const MOST_USD = { fixed: 10, cluster: 5 } as const;

/** Zones of a network that is there for scraping. */
const ZONES = 2;
const THOUSAND = 1000;

const dollars = (usd: number): string => usd.toFixed(2);

const amountOf = (amount: number): string => {
  if (amount >= 100 * THOUSAND) return `${(amount / 1e6).toFixed(2)} million`;
  if (amount >= 10) return Math.round(amount).toLocaleString('en-US');
  return amount.toPrecision(2);
};

const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

const table = (lines: readonly BillLine[]): readonly string[] => [
  row('what', 'how much', 'priced as', 'dollars'),
  row('---', '---', '---', '---:'),
  ...[...lines]
    .toSorted((first, second) => second.usd - first.usd)
    .map(({ what, amount, price, usd }) => row(what, amountOf(amount), PRICES[price].of, dollars(usd))),
  row('**together**', '', '', `**${dollars(totalOf(lines))}**`),
  '',
];

/** Bills of a month, by name. */
export const billsOf = ({ usage, resources }: CountedMonth) => ({
  fixed: fixedBill(usage.empty, usage.push, resources),
  push: clusterBill(usage.empty, usage.push, resources),
  scrape: clusterBill(usage.empty, usage.scrape, resources),
  alarms: clusterBill(usage.empty, usage.alarms, resources),
});

const summary = (counted: CountedMonth): readonly string[] => {
  const { fixed, push, scrape, alarms } = billsOf(counted);
  const { nat, endpoints, queue } = networkBill(ZONES);
  const usd = (lines: readonly BillLine[]): string => dollars(totalOf(lines));
  return [
    row('US dollars a month', 'fixed, per environment', 'per cluster', 'per network'),
    row('---', '---:', '---:', '---:'),
    row('push, a tick every 15 s', usd(fixed), usd(push), '0.00'),
    row(
      'scrape',
      usd(fixed),
      usd(scrape),
      `${usd([...queue, ...endpoints])} with endpoints, ${usd([...queue, ...nat])} with a NAT of its own`,
    ),
    row('alarms alone', usd(fixed), usd(alarms), '0.00'),
    row('the most it may be', dollars(MOST_USD.fixed), dollars(MOST_USD.cluster), ''),
    '',
  ];
};

const share = (value: number, of: number): string => `${((100 * (value - of)) / of).toFixed(1)} %`;

const counted = (usage: Usage, names: readonly string[]): number =>
  names.reduce((sum, name) => sum + (usage[name] ?? 0), 0);

const UNITS = ['dispatch', 'reconcile', 'route', 'exporter'];

const wireLines = ({ wire }: CountedMonth): readonly string[] => {
  if (wire === undefined) return [];
  const rows = (['writeUnits', 'readUnits', 'calls'] as const).map((what) => {
    const names = UNITS.map((user) => `table.${user}.${what}`);
    const [memory, wired] = [counted(wire.inMemory, names), counted(wire.overTheWire, names)];
    return row(what, String(memory), String(wired), share(memory, wired));
  });
  return [
    'The same day was played against dynalite over HTTP, which says with each answer what it would charge. It tells nothing of writes whose condition failed, which DynamoDB charges and we count.',
    '',
    row('of one day', 'counted in memory', 'told by dynalite', 'difference'),
    row('---', '---:', '---:', '---:'),
    ...rows,
    '',
  ];
};

const linearLines = (month: CountedMonth): readonly string[] => {
  const { usage, week, day, resources } = month;
  const bill = (one: Usage): number => totalOf(clusterBill(usage.empty, one, resources));
  const { one, several, clusters } = day;
  const each = (totalOf(clusterBill(usage.empty, several, resources)) / clusters).toFixed(2);
  return [
    ...(week === undefined
      ? []
      : [
          `Scraping and alarms were counted for a week and scaled up. For push both were done: a cluster costs ${dollars(bill(week))} by its first week and ${dollars(bill(usage.push))} by the whole month.`,
        ]),
    `By one working day ${clusters} clusters with an office each cost ${each} each, and the first of them alone ${dollars(bill(one))}.`,
    '',
  ];
};

/** What a tenth of a second more of each invocation costs a cluster in a month. */
const tenthOfSecond = ({ usage, resources }: CountedMonth): number => {
  const more = usedMore(usage.push, usage.empty);
  const invocations = ['dispatch', 'reconcile', 'route'].reduce(
    (sum, name) => sum + (more[`function.${name}.invocations`] ?? 0),
    0,
  );
  return (invocations * 0.1 * resources.memoryMegabytes * PRICES.lambdaGigabyteSecond.usd) / 1024;
};

const priceOf = (usd: number): string =>
  usd < 1e-5 ? `${Number((usd * 1e6).toPrecision(10))} a million` : String(Number(usd.toPrecision(10)));

const assumptions = (month: CountedMonth): readonly string[] => {
  const { lags, resources } = month;
  const milliseconds = (seconds: number): string => `${Math.round(seconds * 1000)} ms`;
  return [
    `- An invocation takes ${milliseconds(lags.compute)} of its own, a call to the table ${milliseconds(lags.table)}, to EMR ${milliseconds(lags.emr)}, to SQS ${milliseconds(lags.queue)}: assumptions. A quiet tick is two calls to the table. A function has ${resources.memoryMegabytes} MB. Each tenth of a second more would cost a cluster ${dollars(tenthOfSecond(month))} a month.`,
    '- The load is the simulated office of docs/world.md: 9,480 queries on a working day and a quiet weekend, a cluster of 4 to 100 units. The exporter writes a sample every 5 s, which is its default.',
    '- Lambda asks a quiet queue with five requests of 20 s at a time. It would come down to two, but not where the concurrency of the queue is limited, as ours is (Lambda Developer Guide, "Configuring scaling behavior for SQS event source mappings").',
    '- A month has 31 days. Without free tiers: three dashboards, ten alarms, ten metrics, a million invocations and much else would be free in a new account.',
    '- Not in it: what the clusters cost; CloudWatch metrics and alarms of the owner’s own that a policy names; a Prometheus; data between zones; events and logs of others in the account (each alarm and spot notice of the account is an invocation of `route`, 0.0000022 dollars).',
  ];
};

const network = (): readonly string[] => [
  'A function in a VPC reaches DynamoDB through a gateway endpoint, which is free, and EMR through an interface endpoint or a NAT. A network that has either already costs only its queue. Of data there is next to none: EMR is asked some hundred times a day.',
  '',
];

/** The page. */
export const runningCostPage = (month: CountedMonth): string => {
  const { fixed, push, scrape, alarms } = billsOf(month);
  return [
    '# What it costs to run',
    '',
    'Generated by `npm run cost:running -- --write` from docs/running-cost.json, which is what was counted; the test run fails when it is out of date.',
    '',
    'The real handlers and adapters run in virtual time in a simulated account; every call they make is counted with what AWS charges for it: capacity units by the size of the items, requests, bytes of logs. Alarms, dashboard and sizes of functions are read from the templates.',
    '',
    ...summary(month),
    '## Where the money goes',
    '',
    '### An environment',
    '',
    ...table(fixed),
    '### A cluster that pushes',
    '',
    ...table(push),
    '### A cluster that is scraped',
    '',
    ...table(scrape),
    ...network(),
    '### A cluster on alarms alone',
    '',
    ...table(alarms),
    '## What is assumed',
    '',
    ...assumptions(month),
    '',
    '## How far it can be trusted',
    '',
    ...wireLines(month),
    ...linearLines(month),
    '## Prices',
    '',
    `us-east-1, as of ${PRICES_OF}.`,
    '',
    row('dollars', 'for', 'source'),
    row('---:', '---', '---'),
    ...Object.values(PRICES).map(({ usd, of, source }) => row(priceOf(usd), of, source)),
    '',
  ].join('\n');
};
