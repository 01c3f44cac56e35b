/** A page of a real engine over an engine of which only the fleet is not made up, with a clock that the test moves. */
import type { WorkloadSample } from '../../../lambdas/core/model.ts';
import { parsePolicy } from '../../../lambdas/core/policy/parse.ts';
import type { Policy, PolicyInput } from '../../../lambdas/core/policy/schema.ts';
import { cores, epochSeconds } from '../../../lambdas/core/quantities.ts';
import { localKnobs } from '../../../local/engines/knobs.ts';
import type { EndedQuery, QuerySettings } from '../../../local/engines/load.ts';
import { engineVersion } from '../../../local/engines/versions.ts';
import { type EngineHooks, EngineLive, type WatchedEngine } from '../../../local/live/engine-live.ts';
import { Fleet, type FleetHost } from '../../../simulator/world/fleet/fleet.ts';

/** Epoch seconds at which the clock of a test begins; the tests fake it. */
export const START = 1_800_000_000;
const KNOBS = localKnobs(engineVersion('presto'), { killSeconds: 120 }).fleet;
export const POOL = { onDemandUsdPerHour: 0.9, emrUsdPerHour: 0.1 };
export const LIMITS = { minimumUnits: 1, maximumUnits: 3, coresPerUnit: 1 };

const HOST: FleetHost = {
  workerReady: () => {},
  drain: () => {},
  undrain: () => false,
  isDrained: () => true,
  drainedAt: () => undefined,
  removed: () => {},
};

export const policyOf = (): Policy => {
  const { policy } = parsePolicy({ capacity: LIMITS });
  if (policy === undefined) throw new Error('the policy of the test is broken');
  return policy;
};

export const sampleAt = (seconds: number, readyCores: number): WorkloadSample => ({
  takenAt: epochSeconds(START + seconds),
  runningQueries: 2,
  queuedQueries: 1,
  waitingForWorkersQueries: 0,
  groupHeldQueries: 0,
  readyCores: cores(readyCores),
  drainingCores: cores(0),
});

/** An engine that does as the test says. */
class FakeEngine implements WatchedEngine {
  readonly done: string[] = [];
  readonly policies: PolicyInput[] = [];
  readonly sent: { readonly type: string; readonly detail: unknown }[] = [];
  readonly fleet: Fleet;
  readonly cluster: WatchedEngine['cluster'];
  readonly system: WatchedEngine['system'];
  sample: WorkloadSample | undefined;
  coordinatorEnds: () => void = () => {};
  readonly #now: () => number;

  constructor(hooks: EngineHooks, now: () => number) {
    this.#now = now;
    this.fleet = new Fleet(KNOBS, 1, HOST, hooks.onFleetEvent);
    this.fleet.start({ onDemandUnits: 0, spotUnits: 1 });
    const ended = new Promise<void>((resolve) => {
      this.coordinatorEnds = resolve;
    });
    this.cluster = { url: 'http://127.0.0.1:1', fleet: this.fleet, coordinator: { ended } };
    this.system = this.#system();
  }

  close(): Promise<void> {
    this.done.push('engine closed');
    return Promise.resolve();
  }

  #system(): WatchedEngine['system'] {
    const [now, sample] = [this.#now, () => this.sample];
    return {
      get now() {
        return now();
      },
      get time() {
        return epochSeconds(START + now());
      },
      get sample() {
        return sample();
      },
      send: async (type, detail) => {
        this.sent.push({ type, detail });
      },
      table: { url: 'http://127.0.0.1:2', table: { name: 'table-of-a-test' } },
      inbox: { putPolicy: async (_cluster, policy) => this.policies.push(policy) },
    };
  }
}

interface Query {
  readonly settings: QuerySettings;
  readonly end: (error?: string) => void;
}

/** Call `wait` to let time pass. */
export const stage = () => {
  let seconds = 0;
  const queries: Query[] = [];
  const told: string[] = [];
  const made: { engine?: FakeEngine; hooks?: EngineHooks } = {};
  const send = (sql: string, settings: QuerySettings = {}): Promise<EndedQuery> =>
    new Promise((resolve) => {
      const query = { id: '', sql, user: '', source: String(settings.source), sentAt: 0, endedAt: 0 };
      queries.push({ settings, end: (error) => resolve(error === undefined ? query : { ...query, error }) });
    });
  const live = new EngineLive({
    title: 'an engine of a test',
    policy: policyOf(),
    pool: POOL,
    start: async (hooks) => {
      hooks.onProgress('fetching jars');
      made.hooks = hooks;
      made.engine = new FakeEngine(hooks, () => seconds);
      return made.engine;
    },
    load: () => ({
      send,
      close: async () => {
        made.engine?.done.push('queries cancelled');
      },
    }),
    onProgress: (text) => told.push(text),
  });
  const engine = (): FakeEngine => made.engine as FakeEngine;
  const hooks = (): EngineHooks => made.hooks as EngineHooks;
  const wait = async (more: number): Promise<void> => {
    seconds += more;
    made.engine?.fleet.advanceTo(seconds);
    await jest.advanceTimersByTimeAsync(1000 * more);
  };
  const events = () => live.state().events.map(({ kind, severity, text }) => `${severity} ${kind}: ${text}`);
  return { live, engine, hooks, queries, told, wait, events, last: () => live.state().points.at(-1) };
};
