/**
 * `npm run storms`: the autoscaler in spot storms, beside others. `--write` writes docs/spot-storms.md and its picture.
 * `--seeds 1-1000` lives through storms made up from numbers instead, and prints every rule that one of them broke.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { helpText, type Option, type Parsed, parseArguments, type Values, wholeNumber } from '../cli/arguments.ts';
import { runCommand } from '../cli/run.ts';
import { fallbackOf, figuresOf } from '../simulator/storms/figures.ts';
import { pictureOf } from '../simulator/storms/picture.ts';
import { reserveFigures } from '../simulator/storms/reserve-trial.ts';
import { RESERVE_MARKETS, RESERVES, type ReserveMarket } from '../simulator/storms/reserves.ts';
import { ALL_SPOT_GONE, CALM, CONTENDERS, type Contender, SEQUENTIAL, STORMS } from '../simulator/storms/storms.ts';
import { LONG_START_SECONDS, type Stage, StormTrials } from '../simulator/storms/trial.ts';
import { weather } from '../simulator/storms/weather.ts';
import { loadWorkload } from '../simulator/workload/load.ts';
import { type ReserveTable, type SpotStorms, type StormTable, spotStormsPage } from './docs-spot-storms.ts';

const HOUR = 3600;

/** `16` or `1-1000`. */
const range = (given: string): Parsed<readonly [number, number]> => {
  const match = /^(\d+)(?:-(\d+))?$/.exec(given);
  const first = Number(match?.[1]);
  const last = Number(match?.[2] ?? match?.[1]);
  return match === null || last < first
    ? { expected: 'a number, or first-last such as 1-1000' }
    : { value: [first, last] };
};

const path = (given: string): Parsed<string> => ({ value: given });

const OPTIONS = [
  { name: 'write', type: 'boolean', help: 'Write docs/spot-storms.md and docs/spot-storms.svg.' },
  { name: 'seed', type: 'string', parse: wholeNumber, default: '7', help: 'Of all chance in the report.' },
  {
    name: 'trace',
    type: 'string',
    placeholder: 'FILE',
    parse: path,
    help: 'query_streams.csv of the Cloud Analytics Benchmark: the storms over its day too.',
  },
  {
    name: 'seeds',
    type: 'string',
    placeholder: 'FIRST-LAST',
    parse: range,
    help: 'Storms made up from these numbers.',
  },
] as const satisfies readonly Option[];

type Options = Values<typeof OPTIONS>;

const say = (line: string): boolean => process.stderr.write(`${line}\n`);

/** Eight in the morning until six in the evening. */
const officeStage = (seed: number): Stage => {
  const day = loadWorkload({ generate: 'office', untilSeconds: 18 * HOUR, seed });
  const queries = day.queries
    .filter(({ arrivalSeconds }) => arrivalSeconds >= 8 * HOUR)
    .map((query) => ({ ...query, arrivalSeconds: query.arrivalSeconds - 8 * HOUR }));
  return {
    workload: { name: 'An office from eight to six', queries },
    seed,
    untilSeconds: 10 * HOUR,
    stormAtSeconds: 3 * HOUR,
  };
};

const recordedStage = (trace: string, seed: number): Stage => {
  const streams = ['patterns/0', 'patterns/1', 'patterns/2'];
  const untilSeconds = 24 * HOUR;
  const workload = loadWorkload({ trace, format: 'cab', streams, workFactor: 200, untilSeconds, seed });
  return {
    workload: { ...workload, name: 'The recorded day (CAB, three streams)' },
    seed,
    untilSeconds,
    stormAtSeconds: 10 * HOUR,
  };
};

const stormTableOf = async (trials: StormTrials, { workload }: Stage): Promise<StormTable> => {
  const figures = [];
  for (const storm of [CALM, ...STORMS])
    for (const contender of CONTENDERS) {
      figures.push(figuresOf(await trials.trial(contender, storm)));
      say(`${workload.name}: ${storm.name}, ${contender.name}`);
    }
  return { workload: workload.name, queries: workload.queries.length, fixedUnits: await trials.fixedUnits(), figures };
};

const outageOf = ({ stormAtSeconds }: Stage) => ({
  startSeconds: stormAtSeconds,
  endSeconds: stormAtSeconds + ALL_SPOT_GONE.hours * HOUR,
});

const fallbackRow = async (trials: StormTrials, stage: Stage, contender: Contender) => {
  const { startSeconds, endSeconds } = outageOf(stage);
  const { run } = await trials.trial(contender, ALL_SPOT_GONE);
  return { contender: contender.name, figures: fallbackOf(run, startSeconds, endSeconds) };
};

const RESERVE_SEEDS = 5;

const reserveTable = async ({ name: market, fleet }: ReserveMarket): Promise<ReserveTable> => {
  const rows = [];
  for (const contender of RESERVES) {
    const runs = [];
    for (let seed = 1; seed <= RESERVE_SEEDS; seed += 1) {
      runs.push(await new StormTrials(officeStage(seed)).inWorld(contender, fleet));
      say(`${market}: reserve ${contender.name}, seed ${seed}`);
    }
    rows.push({ name: contender.name, figures: reserveFigures(runs, LONG_START_SECONDS) });
  }
  return { market, rows };
};

const reserves = async (): Promise<SpotStorms['reserve']> => {
  const tables = [];
  for (const market of RESERVE_MARKETS) tables.push(await reserveTable(market));
  return { seeds: RESERVE_SEEDS, tables };
};

const commitNow = (): string => execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();

const report = async ({ seed, trace, write }: Options): Promise<void> => {
  const stage = officeStage(seed);
  const trials = new StormTrials(stage);
  const tables = [await stormTableOf(trials, stage)];
  const ours = CONTENDERS.filter(({ name }) => name.startsWith('prestoscale'));
  const fallback = await Promise.all(ours.map((contender) => fallbackRow(trials, stage, contender)));
  const picture = pictureOf((await trials.trial(SEQUENTIAL, ALL_SPOT_GONE)).run, outageOf(stage));
  if (trace !== undefined) {
    const recorded = recordedStage(trace, seed);
    tables.push(await stormTableOf(new StormTrials(recorded), recorded));
  }
  const date = new Date().toISOString().slice(0, 10);
  const page = spotStormsPage({ date, commit: commitNow(), seed, tables, fallback, reserve: await reserves() });
  if (!write) {
    process.stdout.write(page);
    return;
  }
  for (const [name, content] of [
    ['spot-storms.md', page],
    ['spot-storms.svg', picture],
  ] as const)
    writeFileSync(fileURLToPath(new URL(`../docs/${name}`, import.meta.url)), content);
};

/** Prints what was broken; the exit code tells whether anything was. */
const liveThrough = async ([first, last]: readonly [number, number]): Promise<void> => {
  const failing: number[] = [];
  const seen = { losses: 0, fallbacks: 0, shrinks: 0 };
  for (let seed = first; seed <= last; seed += 1) {
    const { broken, lostUnits, fallbacks, shrinks, storm } = await weather(seed);
    seen.losses += Math.sign(lostUnits);
    seen.fallbacks += Math.sign(fallbacks);
    seen.shrinks += Math.sign(shrinks);
    if (broken.length > 0) failing.push(seed);
    for (const { atSeconds, rule, detail } of broken.slice(0, 3))
      process.stdout.write(`seed ${seed}, second ${Math.round(atSeconds)}: ${rule}: ${detail}\n`);
    if (first === last)
      process.stdout.write(`${JSON.stringify({ policy: storm.policy, world: storm.world }, null, 2)}\n`);
    if ((seed - first + 1) % 50 === 0) say(`${seed - first + 1} storms, ${failing.length} broke a rule`);
  }
  const count = last - first + 1;
  process.stdout.write(
    `${count} storms: ${seen.losses} lost spot, ${seen.fallbacks} fell back, ${seen.shrinks} shrank, ${failing.length} broke a rule\n`,
  );
  if (failing.length === 0) return;
  process.stdout.write(`again: npm run storms -- --seeds N, with N one of ${failing.join(', ')}\n`);
  process.exitCode = 1;
};

await runCommand(async () => {
  const parsed = parseArguments(process.argv.slice(2), OPTIONS);
  if (parsed.kind === 'help') process.stdout.write(helpText('npm run storms -- [flags]', 'Spot storms.', OPTIONS));
  else if (parsed.values.seeds !== undefined) await liveThrough(parsed.values.seeds);
  else await report(parsed.values);
});
