/**
 * How many queries a scale-in costs on a real engine, by mode and by the time at which removed workers are killed:
 *
 *   npm run trials:scale-in -- --engine trino --mode drained --kill 60 --rounds 20
 *
 * A round: a hold asks for three workers, queries run on all of them, the hold is released, one or two are removed.
 * Each round is a line of JSON; the last line adds them up. Nothing else in the repository depends on it.
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { helpText, type Option, oneOf, parseArguments, type Values, wholeNumber } from '../cli/arguments.ts';
import { runCommand } from '../cli/run.ts';
import type { PolicyInput } from '../lambdas/core/policy/schema.ts';
import { defaultCacheFolder } from '../local/engines/jars.ts';
import { QueryLoad, type QuerySettings, WIDE_QUERY } from '../local/engines/load.ts';
import { EngineRun, type EngineRunOptions } from '../local/engines/run.ts';
import { ENGINE_KINDS, engineVersion, FILESYSTEM_EXCHANGE } from '../local/engines/versions.ts';
import { CLUSTER } from '../local/system.ts';

const MODES = ['drained', 'retried', 'sparing', 'unprotected'] as const;
type Mode = (typeof MODES)[number];

const OPTIONS = [
  { name: 'engine', type: 'string', parse: oneOf(ENGINE_KINDS), required: true, help: 'Which engine.' },
  {
    name: 'mode',
    type: 'string',
    parse: oneOf(MODES),
    required: true,
    help: 'drained: agents drain, and the owner vouches for it. retried: Trino retries tasks. sparing: no agent, and nothing is found. unprotected: no agent, and a shrink all the same.',
  },
  {
    name: 'kill',
    type: 'string',
    placeholder: 'SECONDS',
    parse: wholeNumber,
    required: true,
    help: 'From the removal of a worker to its end by force.',
  },
  { name: 'rounds', type: 'string', parse: wholeNumber, default: '3', help: 'How often.' },
] as const satisfies readonly Option[];

type Options = Values<typeof OPTIONS>;

/** What a query is, and how much it is to be told apart by the engine: rows that are read slowly, or work that is retried. */
interface Stream {
  readonly sql: string;
  readonly settings: QuerySettings;
}

const READERS: Stream = { sql: WIDE_QUERY, settings: { readPauseMilliseconds: 600 } };
/** tpch splits belong to one host and port, so a lost one would be waited for; these can run anywhere. */
const RETRIED: Stream = {
  sql: 'select count(*) from table(sequence(1, 20000000)) where sequential_number % 3 = 1',
  settings: { session: { fault_tolerant_execution_max_task_split_count: '4' } },
};
const CLIENTS = 2;
const GROW_SECONDS = 240;
const SHRINK_SECONDS = 180;
/** For the second of the two workers, which may be wanted a little longer. */
const SETTLE_SECONDS = 60;
/** Until a query on a worker that is gone has failed, and some more. */
const AFTERMATH_SECONDS = 45;

const policyOf = (mode: Mode, kill: number): PolicyInput => ({
  // What the streams need never asks for three workers.
  capacity: { minimumUnits: 1, maximumUnits: 3, coresPerUnit: 1 },
  demand: { targetUtilisation: 1, headroomFactor: 0, clearBacklogSeconds: 3600, liveQuerySeconds: 1 },
  scaleIn: {
    holdSeconds: 15,
    ...(mode === 'drained' ? { vouchedGraceSeconds: Math.max(1, kill) } : {}),
    ...(mode === 'unprotected' ? { mode: 'retried' as const } : {}),
  },
});

const retrying = (folder: string): Partial<EngineRunOptions> => ({
  retriesTasks: true,
  properties: { 'retry-policy': 'TASK' },
  exchange: { 'exchange-manager.name': 'filesystem', 'exchange.base-directories': join(folder, 'exchange') },
  morePlugins: [FILESYSTEM_EXCHANGE],
});

const startRun = ({ engine, mode, kill }: Options): Promise<EngineRun> => {
  const folder = mkdtempSync(join(tmpdir(), `prestoscale-trials-${engine}-`));
  return EngineRun.start({
    engine: engineVersion(engine),
    cacheFolder: defaultCacheFolder(process.env),
    folder,
    policy: policyOf(mode, kill),
    startWorkers: 1,
    killSeconds: kill,
    withAgent: mode === 'drained',
    // The agent leaves a little to the kill.
    agentGraceSeconds: Math.max(1, kill - 5),
    onFailure: (what, error) => process.stderr.write(`${what}: ${error.message}\n`),
    onProgress: (text) => process.stderr.write(`${text}\n`),
    ...(mode === 'retried' ? retrying(folder) : {}),
  });
};

const until = async (seconds: number, holds: () => boolean): Promise<boolean> => {
  const end = performance.now() + seconds * 1000;
  while (!holds() && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 200));
  return holds();
};

const hold = async (run: EngineRun, units: number | undefined): Promise<void> => {
  const key = 'trial';
  if (units === undefined) {
    await run.system.send('Prestoscale Hold Released', { cluster: CLUSTER, key });
    return;
  }
  const until = run.system.time + 3600;
  const detail = { cluster: CLUSTER, key, kind: 'total', units, until, owner: 'trial', reason: 'a round' };
  await run.system.send('Prestoscale Hold Requested', detail);
};

interface Round {
  readonly grew: boolean;
  /** False: the shrink was refused as long as queries ran. */
  readonly shrankUnderLoad: boolean;
  readonly ended: number;
  readonly lost: number;
  readonly seconds: number;
}

const playRound = async (run: EngineRun, load: QueryLoad, { sql, settings }: Stream): Promise<Round> => {
  const [began, before, failed] = [run.seconds, load.ended.length, load.failed.length];
  await hold(run, 3);
  const grew = await until(GROW_SECONDS, () => run.system.sample?.readyWorkers === 3);
  const stop = load.stream(CLIENTS, sql, settings);
  await until(60, () => (run.system.sample?.runningQueries ?? 0) >= CLIENTS);
  await hold(run, undefined);
  const shrankUnderLoad = await until(SHRINK_SECONDS, () => run.cluster.workerIds.length < 3);
  await until(SETTLE_SECONDS, () => run.cluster.workerIds.length === 1);
  await until(AFTERMATH_SECONDS, () => false);
  stop();
  await load.finish();
  // For some seconds the coordinator still sends work to workers that were killed: that is not this round's matter.
  await until(SHRINK_SECONDS, () => run.cluster.workerIds.length === 1 && run.system.sample?.readyWorkers === 1);
  return {
    grew,
    shrankUnderLoad,
    ended: load.ended.length - before,
    lost: load.failed.length - failed,
    seconds: Math.round(run.seconds - began),
  };
};

const trial = async (options: Options): Promise<void> => {
  const { engine, mode, kill, rounds } = options;
  const run = await startRun(options);
  const load = new QueryLoad(engineVersion(engine), run.cluster.url);
  const played: Round[] = [];
  const end = async (): Promise<void> => {
    await load.close();
    await run.close();
  };
  process.once('SIGINT', () => void end().finally(() => process.exit(130)));
  try {
    for (let round = 1; round <= rounds; round += 1) {
      const result = await playRound(run, load, mode === 'retried' ? RETRIED : READERS);
      played.push(result);
      process.stdout.write(`${JSON.stringify({ engine, mode, kill, round, ...result })}\n`);
      for (const { error } of load.failed) process.stderr.write(`${error?.slice(0, 200)}\n`);
    }
  } finally {
    await end();
  }
  const sum = (field: 'ended' | 'lost'): number => played.reduce((total, round) => total + round[field], 0);
  const shrank = played.filter(({ shrankUnderLoad }) => shrankUnderLoad).length;
  process.stdout.write(
    `${JSON.stringify({ engine, mode, kill, rounds, shrankUnderLoad: shrank, ended: sum('ended'), lost: sum('lost') })}\n`,
  );
};

await runCommand(async () => {
  const parsed = parseArguments(process.argv.slice(2), OPTIONS);
  if (parsed.kind === 'values') await trial(parsed.values);
  else
    process.stdout.write(
      helpText('npm run trials:scale-in -- [flags]', 'What a scale-in costs on a real engine.', OPTIONS),
    );
});
