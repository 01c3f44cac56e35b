/**
 * `npm run cost:running`: what the autoscaler itself costs to run in AWS, from counted calls of simulated months at published
 * prices. `--write` keeps what was counted (docs/running-cost.json) and writes docs/running-cost.md from it.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { helpText, type Option, parseArguments, positiveNumber, type Values } from '../cli/arguments.ts';
import { runCommand } from '../cli/run.ts';
import { DEFAULT_LAGS } from '../local/account/lags.ts';
import { type MonthOptions, playMonth } from '../local/account/month.ts';
import type { Usage } from '../local/account/usage.ts';
import { playOverTheWire } from '../local/account/wire-month.ts';
import { deployedResources } from './deployed-resources.ts';
import { type CountedMonth, FIRST_HOUR, runningCostPage } from './docs-running-cost.ts';

const DAY = 86_400;

const OPTIONS = [
  {
    name: 'days',
    type: 'string',
    parse: positiveNumber,
    default: '31',
    help: 'Length of the months with no cluster and with one that pushes; a shorter one is scaled up.',
  },
  {
    name: 'other-days',
    type: 'string',
    parse: positiveNumber,
    default: '7',
    help: 'Length of those in which the sample is scraped, or alarms are the signal.',
  },
  {
    name: 'compute-milliseconds',
    type: 'string',
    parse: positiveNumber,
    default: '100',
    help: 'What an invocation takes beside its calls.',
  },
  {
    name: 'wire',
    type: 'boolean',
    help: 'Also a day over the wire, against a table that counts by itself (dynalite).',
  },
  { name: 'json', type: 'boolean', help: 'Print what was counted in place of the page.' },
  { name: 'write', type: 'boolean', help: 'Keep it in docs/running-cost.json, and write docs/running-cost.md.' },
] as const satisfies readonly Option[];

type Options = Values<typeof OPTIONS>;

const fileOf = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));
const told = (text: string): void => void process.stderr.write(`${text}\n`);

/** Clusters of an environment that has some more than one. */
const SEVERAL = 4;
/** Days by which a month can be told from a week. */
const WEEK = 7;

const play = async (name: string, options: Omit<MonthOptions, 'onFailure'>): Promise<Usage> => {
  const began = performance.now();
  const usage = await playMonth({
    ...options,
    onDay: (day, soFar) => {
      options.onDay?.(day, soFar);
      told(`${name}: day ${day}, ${Math.round((performance.now() - began) / 1000)} s`);
    },
    onFailure: (what, error) => told(`${name}: ${what}: ${error.message}`),
  });
  return usage;
};

const count = async (options: Options): Promise<CountedMonth> => {
  const resources = deployedResources();
  const lags = { ...DEFAULT_LAGS, compute: options['compute-milliseconds'] / 1000 };
  const common = { slotSeconds: resources.slotSeconds, lags };
  const [whole, part] = [options.days * DAY, options['other-days'] * DAY];
  let week: Usage | undefined;
  const onDay = (day: number, usage: Usage): void => {
    if (day === WEEK) week = usage;
  };
  const empty = await play('no cluster', { ...common, clusters: 0, sample: 'push', seconds: whole });
  const push = await play('push', { ...common, clusters: 1, sample: 'push', seconds: whole, onDay });
  const scrape = await play('scrape', { ...common, clusters: 1, sample: 'scrape', seconds: part });
  const alarms = await play('alarms', { ...common, clusters: 1, sample: 'alarms', seconds: part });
  const several = await play('several clusters', { ...common, clusters: SEVERAL, sample: 'push', seconds: DAY });
  const one = await play('one cluster', { ...common, clusters: 1, sample: 'push', seconds: DAY });
  const firstHour = await play('the first hour', { ...common, ...FIRST_HOUR });
  const wire = options.wire
    ? await playOverTheWire({ ...common, clusters: 1, sample: 'push', seconds: DAY })
    : before()?.wire;
  return {
    resources,
    lags,
    usage: { empty, push, scrape, alarms },
    ...(week === undefined ? {} : { week }),
    firstHour,
    day: { one, several, clusters: SEVERAL },
    ...(wire === undefined ? {} : { wire }),
  };
};

/** What was kept the last time. */
const before = (): CountedMonth | undefined => {
  try {
    return JSON.parse(readFileSync(fileOf('docs/running-cost.json'), 'utf8')) as CountedMonth;
  } catch {
    return undefined;
  }
};

await runCommand(async () => {
  const parsed = parseArguments(process.argv.slice(2), OPTIONS);
  if (parsed.kind === 'help') {
    process.stdout.write(helpText('npm run cost:running -- [flags]', 'What it costs to run the autoscaler.', OPTIONS));
    return;
  }
  const counted = await count(parsed.values);
  const json = `${JSON.stringify(counted, null, 2)}\n`;
  process.stdout.write(parsed.values.json ? json : runningCostPage(counted));
  if (!parsed.values.write) return;
  writeFileSync(fileOf('docs/running-cost.json'), json);
  writeFileSync(fileOf('docs/running-cost.md'), runningCostPage(counted));
});
