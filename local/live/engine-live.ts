/**
 * A real engine to watch: the whole product scales real workers on this machine in the time of the wall, with buttons
 * that send real queries and take real workers away.
 */
import type { ConsoleBackend } from '../../console/backend.ts';
import type { ConsoleAction, ConsoleState, ConsoleUpdate, LocalFacts } from '../../console/protocol.ts';
import type { Policy } from '../../lambdas/core/policy/schema.ts';
import type { FleetEvent } from '../../simulator/world/fleet/fleet.ts';
import type { PoolKnobs } from '../../simulator/world/knobs.ts';
import type { EndedQuery, QueryLoad } from '../engines/load.ts';
import type { EngineRun, EngineRunOptions } from '../engines/run.ts';
import { Recorder } from '../watch/recorder.ts';
import { perform, type Stage } from './actions.ts';
import { EngineAccount, type JudgedQuery } from './engine-account.ts';
import { sampleLoad } from './engine-sample.ts';
import { EngineTraffic } from './engine-traffic.ts';
import type { WatchedFleet } from './fleet-now.ts';
import { type Kept, localFacts } from './local-facts.ts';
import { pointOf } from './point.ts';
import { Telling } from './telling.ts';

/** What is watched of an engine that runs. */
export interface WatchedEngine {
  readonly system: Stage['system'] & Pick<EngineRun['system'], 'sample' | 'now'> & Kept;
  readonly cluster: {
    readonly url: string;
    readonly fleet: WatchedFleet & Stage['fleet'];
    readonly coordinator: { readonly ended: Promise<void> };
  };
  close(): Promise<void>;
}

/** What is told of it. */
export type EngineHooks = Required<
  Pick<EngineRunOptions, 'onTick' | 'onFleetEvent' | 'onFailure' | 'onProgress' | 'signal'>
>;

export interface EngineLiveOptions {
  readonly title: string;
  readonly policy: Policy;
  /** What every worker is: for the price of a cluster that always has the most. */
  readonly pool: Pick<PoolKnobs, 'onDemandUsdPerHour' | 'emrUsdPerHour'>;
  /** Starts engine and product. */
  readonly start: (hooks: EngineHooks) => Promise<WatchedEngine>;
  /** Opens the way for queries, by the coordinator's address. */
  readonly load: (coordinator: string) => Pick<QueryLoad, 'send' | 'close'>;
  readonly onProgress: (text: string) => void;
}

/** As often as the engine is asked. */
const POINT_MILLISECONDS = 2000;
/** A burst of the usual size keeps three workers busy for a minute or two. */
const BURST = { usual: 12, most: 100 } as const;

const epochNow = (): number => Date.now() / 1000;

export class EngineLive implements ConsoleBackend {
  readonly #options: EngineLiveOptions;
  readonly #recorder: Recorder;
  readonly #telling: Telling;
  readonly #account = new EngineAccount();
  readonly #ending = new AbortController();
  readonly #early: FleetEvent[] = [];
  #engine: WatchedEngine | undefined;
  #load: ReturnType<EngineLiveOptions['load']> | undefined;
  #traffic: EngineTraffic | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: EngineLiveOptions) {
    const { minimumUnits, maximumUnits, coresPerUnit } = options.policy.capacity;
    this.#options = options;
    this.#recorder = new Recorder(
      {
        title: options.title,
        minimumUnits,
        maximumUnits,
        coresPerUnit,
        fixedCluster: `${maximumUnits} on-demand workers, the maximum`,
        time: 'wall',
        delayBeyond: 'beyond the median at low load',
        burst: BURST,
      },
      { paused: options.policy.mode === 'paused', speed: 1, speeds: [1], spotGone: false, hold: null, ended: false },
    );
    this.#telling = new Telling(this.#recorder, minimumUnits, epochNow);
  }

  state(): ConsoleState {
    return this.#recorder.state();
  }

  subscribe(listener: (update: ConsoleUpdate) => void): () => void {
    return this.#recorder.subscribe(listener);
  }

  local(): LocalFacts | undefined {
    return this.#engine === undefined || this.#closed ? undefined : localFacts(this.#engine.system);
  }

  async act(action: ConsoleAction): Promise<void> {
    const engine = this.#engine;
    if (engine === undefined || this.#closed) throw new Error('the engine is not running yet, or no longer');
    await perform(action, {
      fleet: engine.cluster.fleet,
      system: engine.system,
      recorder: this.#recorder,
      telling: this.#telling,
      policy: this.#options.policy,
      now: epochNow,
      burst: (queries) => this.#burst(queries),
    });
    this.#recorder.flush();
  }

  /**
   * Starts the engine and the light load; until then the page shows how far it is.
   * @throws what the start throws; every process has ended then
   */
  async start(): Promise<void> {
    const engine = await this.#options.start({
      onTick: (result) => this.#telling.tick(result),
      onFleetEvent: (event) => this.#onFleetEvent(event),
      onFailure: (what, error) => this.#onFailure(what, error),
      onProgress: (text) => this.#progress(text),
      signal: this.#ending.signal,
    });
    this.#engine = engine;
    void engine.cluster.coordinator.ended.then(() => this.#onCoordinatorEnded());
    for (const event of this.#early.splice(0)) this.#onFleetEvent(event);
    const load = this.#options.load(engine.cluster.url);
    const onEnded = (query: EndedQuery, judged: JudgedQuery): void => this.#onQueryEnded(query, judged);
    this.#load = load;
    this.#traffic = new EngineTraffic({ load, onEnded, now: () => engine.system.now });
    this.#traffic.start();
    this.#timer = setInterval(() => this.#addPoint(engine), POINT_MILLISECONDS);
    this.#addPoint(engine);
  }

  /** Ends the queries, the product and every process of the engine, one after another. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    this.#traffic?.close();
    await this.#load?.close();
    await this.#engine?.close();
    this.end();
  }

  /** Ends every process of the engine at once, also while it starts: all have been told when this returns. */
  end(): void {
    this.#closed = true;
    this.#ending.abort();
  }

  #progress(text: string): void {
    this.#telling.tell('start', 'info', `${text.charAt(0).toUpperCase()}${text.slice(1)}.`);
    this.#recorder.flush();
    this.#options.onProgress(text);
  }

  #burst(queries: number): string {
    if (queries > BURST.most)
      throw new Error(`a burst of real queries may have ${BURST.most} at most; given ${queries}`);
    this.#traffic?.burst(queries);
    return 'each adds up the lines of tpch sf1';
  }

  #onFleetEvent(event: FleetEvent): void {
    const { system } = this.#engine ?? {};
    if (system === undefined) this.#early.push(event);
    else this.#telling.fleetEvent(event, system.time - system.now);
  }

  #onFailure(what: string, error: Error): void {
    if (this.#closed) return;
    this.#telling.failure(what, error);
    this.#recorder.flush();
  }

  #onCoordinatorEnded(): void {
    if (this.#closed) return;
    this.#telling.tell('coordinator', 'error', 'The coordinator has ended. End this run and start another.');
    this.#recorder.setControls({ ended: true });
    this.#recorder.flush();
  }

  #onQueryEnded({ source, error }: EndedQuery, judged: JudgedQuery): void {
    this.#account.add(judged);
    if (error === undefined) return;
    this.#telling.tell('query', 'error', `A query of ${source} failed: ${error.split('\n', 1)[0]}`);
  }

  #addPoint({ system, cluster }: WatchedEngine): void {
    const { policy, pool } = this.#options;
    const { point, fleet } = pointOf({
      at: epochNow(),
      seconds: system.now,
      load: sampleLoad(system.sample, epochNow()),
      fleet: cluster.fleet,
      losses: this.#telling.losses(system.now),
      standInUnits: this.#telling.standInUnits,
      account: this.#account.read(system.now),
      coresPerUnit: policy.capacity.coresPerUnit,
      wantedUnits: this.#telling.wantedUnits,
      fixedUsdPerHour: policy.capacity.maximumUnits * (pool.onDemandUsdPerHour + pool.emrUsdPerHour),
    });
    this.#telling.moment(point, fleet);
    this.#recorder.flush();
  }
}
