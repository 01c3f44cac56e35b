/** `npm start -- --engine presto|trino`: a page on which the product scales a real engine on this machine. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConsoleServer, startConsole } from '../console/server.ts';
import { parsePolicy } from '../lambdas/core/policy/parse.ts';
import type { Policy, PolicyInput } from '../lambdas/core/policy/schema.ts';
import { CannotFetch, defaultCacheFolder } from '../local/engines/jars.ts';
import { findJdk, jdkMissing } from '../local/engines/java.ts';
import { CORES_PER_WORKER, localKnobs } from '../local/engines/knobs.ts';
import { QueryLoad } from '../local/engines/load.ts';
import { EngineRun } from '../local/engines/run.ts';
import { type EngineKind, type EngineVersion, engineVersion } from '../local/engines/versions.ts';
import { EngineLive } from '../local/live/engine-live.ts';
import { ProblemList } from '../simulator/workload/errors.ts';
import { UsageError } from './arguments.ts';
import { readPolicyFile } from './policy-file.ts';
import type { StartValues } from './start-options.ts';
import { untilStopped } from './stop-signals.ts';

/** From the removal of a worker to its end by force, as with a spot notice. */
const KILL_SECONDS = 120;
/** The agents' grace is shorter than that, so a removed worker really gets it. */
const GRACE_SECONDS = 110;
/** Every worker is a JVM of up to a gigabyte. */
const MOST_WORKERS = 8;
/** What hangs is ended by force. */
const ENDING_MILLISECONDS = 15_000;

/**
 * One to three workers of one core. What steady work keeps busy is to be a third of the cores, and backlog is cleared
 * in seconds, so that a few queries are enough to see workers come; seconds after they have gone, the workers go too.
 */
const DEFAULT_POLICY: PolicyInput = {
  capacity: { minimumUnits: 1, maximumUnits: 3, coresPerUnit: CORES_PER_WORKER },
  demand: { targetUtilisation: 0.3, clearBacklogSeconds: 5 },
  scaleIn: { holdSeconds: 30, vouchedGraceSeconds: GRACE_SECONDS },
};

const tell = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

const defaultPolicy = (): Policy => {
  const { policy } = parsePolicy(DEFAULT_POLICY);
  if (policy === undefined) throw new Error('the default policy of --engine is broken');
  return policy;
};

/** A policy that this machine can follow: a unit is a worker, and a worker is a process. */
const policyOf = (path: string | undefined): Policy => {
  if (path === undefined) return defaultPolicy();
  const problems = new ProblemList();
  const policy = readPolicyFile(path, problems);
  problems.throwIfAny();
  const { coresPerUnit, maximumUnits } = policy.capacity;
  const limits = [
    { name: 'coresPerUnit', value: coresPerUnit, fits: coresPerUnit === CORES_PER_WORKER, expected: CORES_PER_WORKER },
    { name: 'maximumUnits', value: maximumUnits, fits: maximumUnits <= MOST_WORKERS, expected: `1 to ${MOST_WORKERS}` },
  ];
  for (const { name, value, fits, expected } of limits) {
    const what = `capacity.${name} is for another cluster: with --engine a unit is a process of one core on this machine`;
    if (!fits) problems.add({ file: path, what, given: String(value), expected: String(expected) });
  }
  problems.throwIfAny();
  return policy;
};

const liveEngine = (engine: EngineVersion, policy: Policy, folder: string): EngineLive => {
  const [pool] = localKnobs(engine, { killSeconds: KILL_SECONDS }).fleet.pools;
  if (pool === undefined) throw new Error('a fleet on this machine has no instance type');
  return new EngineLive({
    title: `${engine.kind} ${engine.version} on this machine, at made-up prices`,
    policy,
    pool,
    start: (hooks) =>
      EngineRun.start({
        ...hooks,
        engine,
        cacheFolder: defaultCacheFolder(process.env),
        folder,
        policy,
        startWorkers: policy.capacity.minimumUnits,
        killSeconds: KILL_SECONDS,
        agentGraceSeconds: GRACE_SECONDS,
      }),
    load: (coordinator) => new QueryLoad(engine, coordinator),
    onProgress: tell,
  });
};

const withPage = async (
  backend: EngineLive,
  port: number,
  work: (page: ConsoleServer) => Promise<void>,
): Promise<void> => {
  const page = await startConsole({ backend, port }).catch((error: Error) => {
    throw new UsageError([error.message]);
  });
  await work(page).finally(() => page.close());
};

/** True: it runs. False: it was stopped before it did. */
const started = async (live: EngineLive, stopped: Promise<void>): Promise<boolean> => {
  let stops = false;
  void stopped.then(() => {
    stops = true;
    live.end();
  });
  try {
    await live.start();
    return !stops;
  } catch (error) {
    if (stops) return false;
    throw error instanceof CannotFetch ? new UsageError([error.message]) : error;
  }
};

const watch = async (live: EngineLive, page: ConsoleServer, folder: string): Promise<void> => {
  const stopped = untilStopped();
  process.stdout.write(`The page is at ${page.url}\nCtrl-C ends everything.\n`);
  tell(`logs are in ${folder}`);
  if (await started(live, stopped)) {
    tell('running; queries are sent');
    await stopped;
  }
  tell('ending every process');
  const force = setTimeout(() => live.end(), ENDING_MILLISECONDS);
  await live.close();
  clearTimeout(force);
};

/**
 * Starts engine and page and runs until it is stopped; no process is left then, however it ends.
 * @throws {UsageError} without the right JDK, without Maven or network where jars are to be fetched, for a port in use
 * @throws {InputError} for a policy that cannot be used here
 */
export const startEngine = async (kind: EngineKind, values: Pick<StartValues, 'policy' | 'port'>): Promise<void> => {
  const engine = engineVersion(kind);
  const policy = policyOf(values.policy);
  if (findJdk(engine.java, process.env) === undefined)
    throw new UsageError([`--engine ${kind} needs a JDK ${engine.java}: ${jdkMissing(engine.java)}.`]);
  const folder = mkdtempSync(join(tmpdir(), `prestoscale-${kind}-`));
  const live = liveEngine(engine, policy, folder);
  process.once('exit', () => live.end());
  await withPage(live, values.port, (page) => watch(live, page, folder)).catch((error: unknown) => {
    // The logs of an engine that did not start are what is left to look at.
    if (error instanceof UsageError) rmSync(folder, { recursive: true });
    throw error;
  });
  rmSync(folder, { recursive: true });
};
