/** A run to watch: the whole product over the wire at a chosen speed, with buttons that do things to its world. */
import type { ConsoleBackend } from '../../console/backend.ts';
import type {
  ConsoleAction,
  ConsoleState,
  ConsoleUpdate,
  FailedBy,
  LocalFacts,
  RunFacts,
} from '../../console/protocol.ts';
import { COLLECT_SECONDS } from '../../simulator/run/exported-sample.ts';
import { type FixedCluster, fixedUsdPerHour } from '../../simulator/run/fixed.ts';
import { type RunOptions, worldFor } from '../../simulator/run/headless.ts';
import { delayOf } from '../../simulator/run/lateness.ts';
import { Tally } from '../../simulator/run/tally.ts';
import type { World } from '../../simulator/world/world.ts';
import { LocalSystem } from '../system.ts';
import { Recorder } from '../watch/recorder.ts';
import { perform } from './actions.ts';
import { RecentDelays } from './delays.ts';
import { localFacts } from './local-facts.ts';
import { pointOf } from './point.ts';
import { submitBurst, worldLoad } from './simulated.ts';
import { Telling } from './telling.ts';

export const SPEEDS = [0, 15, 60, 120, 240, 600] as const;
const SLOT_SECONDS = 15;
/** Of what a person submits with one press; 200 are work for a few minutes. */
const BURST = { usual: 200, most: 10_000 } as const;
/** How long a run that stands still sleeps before it looks again. */
const STANDSTILL_MILLISECONDS = 100;

export interface LiveOptions extends RunOptions {
  /** Epoch seconds of the run's second 0. */
  readonly startOfRun: number;
  readonly speed: number;
  readonly title: string;
  readonly sample: 'scrape' | 'push';
}

const sleep = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });

const describeFixed = (fixed: FixedCluster | null): string =>
  fixed === null ? 'none with at most 3 % late was found' : `${fixed.workers} on-demand workers`;

const factsOf = ({ title, policy }: LiveOptions, fixed: FixedCluster | null): RunFacts => {
  const { minimumUnits, maximumUnits, coresPerUnit } = policy.capacity;
  return {
    title,
    minimumUnits,
    maximumUnits,
    coresPerUnit,
    fixedCluster: describeFixed(fixed),
    time: 'virtual',
    delayBeyond: 'beyond the time alone',
    burst: BURST,
  };
};

const failedBy = ({ failed }: Tally): FailedBy => ({
  interrupted: failed.interruption,
  removed: failed.scaleIn,
  other: failed.memory + failed.other,
});

export class LiveRun implements ConsoleBackend {
  readonly #options: LiveOptions;
  readonly #recorder: Recorder;
  readonly #telling: Telling;
  readonly #tally: Tally;
  readonly #delays = new RecentDelays();
  readonly #fixedUsdPerHour: number | null;
  readonly #world: World;
  #system: LocalSystem | undefined;
  #closed = false;

  /** @param fixed what the page compares with; null: none was found */
  constructor(options: LiveOptions, fixed: FixedCluster | null) {
    const { capacity } = options.policy;
    this.#options = options;
    this.#fixedUsdPerHour = fixedUsdPerHour(fixed);
    const maximumCores = capacity.maximumUnits * capacity.coresPerUnit;
    this.#tally = new Tally(maximumCores);
    this.#recorder = new Recorder(factsOf(options, fixed), {
      paused: options.policy.mode === 'paused',
      speed: options.speed,
      speeds: SPEEDS,
      spotGone: false,
      hold: null,
      ended: false,
    });
    this.#telling = new Telling(this.#recorder, capacity.minimumUnits, () => this.#now());
    this.#world = worldFor(
      options,
      this.#tally,
      (event) => {
        this.#system?.noticeFleetEvent(event);
        this.#telling.fleetEvent(event, options.startOfRun);
      },
      (outcome) => {
        this.#delays.add(outcome.endSeconds, delayOf(outcome, maximumCores).seconds);
      },
    );
  }

  state(): ConsoleState {
    return this.#recorder.state();
  }

  subscribe(listener: (update: ConsoleUpdate) => void): () => void {
    return this.#recorder.subscribe(listener);
  }

  local(): LocalFacts | undefined {
    return this.#system === undefined || this.#closed ? undefined : localFacts(this.#system);
  }

  /** Done between two steps of virtual time, so that nothing changes while a tick is under way. */
  async act(action: ConsoleAction): Promise<void> {
    if (this.#system === undefined || this.#closed) throw new Error('the run is not under way');
    const stage = {
      fleet: this.#world.fleet,
      system: this.#system,
      recorder: this.#recorder,
      telling: this.#telling,
      policy: this.#options.policy,
      now: () => this.#now(),
      burst: (queries: number) => submitBurst(this.#world, queries, this.#options.seed),
    };
    await this.#between(() => perform(action, stage));
    this.#recorder.flush();
  }

  /** Starts the endpoints. */
  async start(): Promise<void> {
    const { knobs, policy, seed, startOfRun, sample } = this.#options;
    this.#system = await LocalSystem.start({
      world: () => this.#world,
      knobs,
      policy,
      seed,
      sample,
      startOfRun,
      collectSeconds: COLLECT_SECONDS,
      slotSeconds: SLOT_SECONDS,
      onTick: (result) => this.#telling.tick(result),
      onFailure: (what, error) => this.#telling.failure(what, error),
    });
    await this.#system.begin();
    this.#addPoint();
  }

  /** Runs until the end of the workload, or until it is closed. */
  async run(): Promise<void> {
    while (!this.#closed) {
      const { speed } = this.#recorder.controls;
      if (speed === 0) await sleep(STANDSTILL_MILLISECONDS);
      else await this.#stepAt(speed);
      if (this.#world.now > this.#options.untilSeconds && this.#world.finished) break;
    }
    this.#recorder.setControls({ ended: true, speed: 0 });
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#between(async () => {});
    await this.#system?.close();
  }

  #turn: Promise<void> = Promise.resolve();

  /** One thing at a time: a step of time or an action. */
  #between<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(work);
    this.#turn = result.then(
      () => {},
      () => {},
    );
    return result;
  }

  async #stepAt(speed: number): Promise<void> {
    const began = performance.now();
    await this.#between(async () => {
      if (this.#closed) return;
      await this.#system?.advanceTo(this.#world.now + SLOT_SECONDS);
      this.#addPoint();
      this.#recorder.flush();
    });
    await sleep(Math.max(1, (1000 * SLOT_SECONDS) / speed - (performance.now() - began)));
  }

  /** Virtual time, epoch seconds. */
  #now(): number {
    return this.#options.startOfRun + this.#world.now;
  }

  #addPoint(): void {
    const tally = this.#tally;
    const { point, fleet } = pointOf({
      at: this.#now(),
      seconds: this.#world.now,
      load: worldLoad(this.#world),
      fleet: this.#world.fleet,
      losses: this.#telling.losses(this.#world.now),
      standInUnits: this.#telling.standInUnits,
      account: {
        endedQueries: tally.ended,
        failedQueries: tally.failedQueries,
        failedBy: failedBy(tally),
        lateQueries: tally.late,
        delayP95Seconds: this.#delays.p95(this.#world.now),
      },
      coresPerUnit: this.#options.policy.capacity.coresPerUnit,
      wantedUnits: this.#telling.wantedUnits,
      fixedUsdPerHour: this.#fixedUsdPerHour,
    });
    this.#telling.moment(point, fleet);
  }
}
