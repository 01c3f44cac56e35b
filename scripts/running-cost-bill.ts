/** Counted use as a bill at published prices. */
import { type Usage, usedMore } from '../local/account/usage.ts';
import type { DeployedResources } from './deployed-resources.ts';
import { PRICES, type PriceName } from './prices.ts';

/** The longest month. */
export const MONTH_SECONDS = 31 * 86_400;

export interface BillLine {
  readonly what: string;
  readonly price: PriceName;
  /** In the price's own unit. */
  readonly amount: number;
  readonly usd: number;
}

const GIGABYTE = 1e9;
/** These are levels, not flows. */
const LEVELS: ReadonlySet<string> = new Set(['metrics.ofEnvironment', 'metrics.ofCluster']);

/** What a month would have used, if all of it had been like what was counted. */
export const monthOf = (usage: Usage): Usage => {
  const factor = MONTH_SECONDS / (usage['seconds'] ?? MONTH_SECONDS);
  const scaled = ([name, count]: [string, number]) => [name, LEVELS.has(name) ? count : count * factor] as const;
  return Object.fromEntries(Object.entries(usage).map(scaled));
};

const line = (what: string, price: PriceName, amount: number): BillLine => ({
  what,
  price,
  amount,
  usd: amount * PRICES[price].usd,
});

const sumOf = (usage: Usage, matches: RegExp): number =>
  Object.entries(usage).reduce((sum, [name, count]) => (matches.test(name) ? sum + count : sum), 0);

/** What grows with use. `usage` is of a month. */
const linesOfUse = (usage: Usage, { memoryMegabytes, logDays }: DeployedResources): BillLine[] => {
  const of = (matches: RegExp): number => sumOf(usage, matches);
  const seconds = of(/^function\..*\.milliseconds$/) / 1000;
  const logged = of(/^log\..*\.bytes$/) / GIGABYTE;
  const stored = of(/^table\.storedBytes$/) / GIGABYTE;
  return [
    line('runs of functions', 'lambdaGigabyteSecond', (seconds * memoryMegabytes) / 1024),
    line('invocations', 'lambdaInvocation', of(/^function\..*\.invocations$/)),
    line('wake-ups: sent, received, deleted', 'queueRequest', of(/^queue\.(sendCalls\..*|receives|deletes)$/)),
    line('asking a quiet queue', 'queueRequest', of(/^queue\.emptyReceives$/)),
    line('writes by functions', 'writeUnit', of(/^table\.(dispatch|reconcile|route)\.writeUnits$/)),
    line('writes by the exporter', 'writeUnit', of(/^table\.exporter\.writeUnits$/)),
    line('reads', 'readUnit', of(/^table\..*\.readUnits$/)),
    line('table', 'tableGigabyte', stored),
    line('its recovery', 'recoveryGigabyte', stored),
    line('schedule', 'schedule', of(/^schedule$/)),
    line('logs and metrics in them', 'logGigabyte', logged),
    line('logs kept', 'keptLogGigabyte', (logged * logDays) / 31),
  ];
};

const shown = (lines: readonly BillLine[]): readonly BillLine[] => lines.filter(({ amount }) => amount > 0);

/** What an environment costs before it has a cluster. */
export const fixedBill = (empty: Usage, one: Usage, resources: DeployedResources): readonly BillLine[] =>
  shown([
    ...linesOfUse(monthOf(empty), resources),
    line('metrics of the environment', 'metric', one['metrics.ofEnvironment'] ?? 0),
    line('alarms', 'alarmMetric', resources.alarmMetrics),
    line('dashboard', 'dashboard', resources.dashboards),
  ]);

/** What a cluster adds. */
export const clusterBill = (empty: Usage, one: Usage, resources: DeployedResources): readonly BillLine[] => {
  const more = usedMore(monthOf(one), monthOf(empty));
  return shown([
    ...linesOfUse(more, resources),
    line('metrics of the cluster', 'metric', one['metrics.ofCluster'] ?? 0),
  ]);
};

/** What the way into a network costs that is there for scraping alone, and the queue of its own that it has. */
export const networkBill = (zones: number): Readonly<Record<'nat' | 'endpoints' | 'queue', readonly BillLine[]>> => {
  const hours = MONTH_SECONDS / 3600;
  return {
    nat: [line(`NAT gateways in ${zones} zones`, 'natHour', zones * hours)],
    endpoints: [line(`interface endpoint of EMR in ${zones} zones`, 'endpointHour', zones * hours)],
    queue: [line('asking one more quiet queue', 'queueRequest', (5 * MONTH_SECONDS) / 20)],
  };
};

export const totalOf = (lines: readonly BillLine[]): number => lines.reduce((sum, { usd }) => sum + usd, 0);
