/** A real engine scaled by the product, with an account of what was decided and what became of every query. */
import { appendFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Decision } from '../../../lambdas/core/decision.ts';
import type { PolicyInput } from '../../../lambdas/core/policy/schema.ts';
import { defaultCacheFolder } from '../../../local/engines/jars.ts';
import { findJdk } from '../../../local/engines/java.ts';
import { QueryLoad, WIDE_QUERY } from '../../../local/engines/load.ts';
import { EngineRun, type EngineRunOptions } from '../../../local/engines/run.ts';
import { type EngineKind, engineVersion } from '../../../local/engines/versions.ts';
import { CLUSTER } from '../../../local/system.ts';
import type { FleetEvent } from '../../../simulator/world/fleet/fleet.ts';

/**
 * One core a worker, so that two cores of a machine are work for three; what steady work keeps busy is to be a third of the
 * cores, so that a stream of queries asks for all of them whatever the machine. The owner vouches for the agents' grace.
 */
export const EAGER: PolicyInput = {
  capacity: { minimumUnits: 0, maximumUnits: 3, coresPerUnit: 1 },
  demand: { targetUtilisation: 0.3, clearBacklogSeconds: 5 },
  scaleIn: { holdSeconds: 15, vouchedGraceSeconds: 110 },
};

/** A unit is believed to have two cores, and all of them may be busy: a few queries want one worker. */
export const THRIFTY: PolicyInput = {
  capacity: { minimumUnits: 1, maximumUnits: 3, coresPerUnit: 2 },
  demand: { targetUtilisation: 1, headroomFactor: 0, clearBacklogSeconds: 3600, liveQuerySeconds: 1 },
  scaleIn: { holdSeconds: 15, vouchedGraceSeconds: 110 },
};

/** Clients that keep queries running without keeping workers busy. */
export const readSlowly = (load: QueryLoad, clients: number): (() => void) =>
  load.stream(clients, WIDE_QUERY, { readPauseMilliseconds: 600, source: 'reader' });

export interface Bench {
  readonly run: EngineRun;
  readonly load: QueryLoad;
  readonly decisions: Decision[];
  readonly events: FleetEvent[];
  readonly failures: string[];
  /**
   * Waits until something holds.
   * @throws Error that says what did not happen, and what was seen last
   */
  until(what: string, seconds: number, holds: () => boolean): Promise<void>;
  /** The owner changes the policy. */
  adopt(policy: PolicyInput): Promise<void>;
  close(): Promise<void>;
}

export type BenchOptions = Omit<EngineRunOptions, 'engine' | 'cacheFolder' | 'folder'>;

const LOOK_MILLISECONDS = 200;

const said = (decision: Decision | undefined): string =>
  decision === undefined
    ? 'nothing'
    : `${decision.verdict} ${JSON.stringify(decision.targets)} (${decision.reasons.map(({ code }) => code).join(', ')})`;

/** Starts engine and product. */
export const startBench = async (kind: EngineKind, options: BenchOptions): Promise<Bench> => {
  const decisions: Decision[] = [];
  const events: FleetEvent[] = [];
  const failures: string[] = [];
  const engine = engineVersion(kind);
  const folder = mkdtempSync(join(tmpdir(), `prestoscale-${kind}-`));
  // Left behind with the logs of the nodes, for whoever has to find out what happened.
  const note = (what: object): void =>
    appendFileSync(join(folder, 'run.jsonl'), `${JSON.stringify({ at: new Date().toISOString(), ...what })}\n`);
  const run = await EngineRun.start({
    engine,
    cacheFolder: defaultCacheFolder(process.env),
    folder,
    onTick: (tick) => {
      if (tick.kind !== 'decided') return;
      decisions.push(tick.decided.decision);
      note({ decision: tick.decided.decision });
    },
    onFleetEvent: (event) => {
      events.push(event);
      note({ event });
    },
    onFailure: (what, error) => {
      failures.push(`${what}: ${error.message}`);
      note({ what, error: error.message });
    },
    ...options,
  });
  const load = new QueryLoad(engine, run.cluster.url);
  const until: Bench['until'] = async (what, seconds, holds) => {
    const end = performance.now() + seconds * 1000;
    while (!holds()) {
      if (performance.now() > end) {
        const { sample } = run.system;
        throw new Error(
          `in ${seconds} s it did not come true that ${what}; decided last: ${said(decisions.at(-1))}; sample: ${JSON.stringify({ ...sample, classes: undefined })}; failures: ${failures.slice(-3).join('; ')}; logs: ${folder}`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_MILLISECONDS));
    }
  };
  const close = async (): Promise<void> => {
    await load.close();
    await run.close();
  };
  const adopt: Bench['adopt'] = async (policy) => {
    await run.system.inbox.putPolicy(CLUSTER, policy, 'test', run.system.time);
  };
  return { run, load, decisions, events, failures, until, adopt, close };
};

/** Codes of all reasons since a decision. */
export const codesSince = ({ decisions }: Bench, index: number): readonly string[] =>
  decisions.slice(index).flatMap(({ reasons }) => reasons.map(({ code }) => code));

/** Instances launched since an event. */
export const launchesSince = ({ events }: Bench, index: number): number =>
  events.slice(index).filter((event) => event.kind === 'instance' && event.state === 'provisioning').length;

/** Declares tests for an engine, or says why they are left out. */
export const describeEngine = (kind: EngineKind, tests: () => void): void => {
  const { java, version } = engineVersion(kind);
  const found = findJdk(java, process.env) !== undefined;
  const declare = found ? describe : describe.skip;
  declare(`${kind} ${version}${found ? '' : ` (left out: there is no JDK ${java})`}`, tests);
};
