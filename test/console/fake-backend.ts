/** A scripted run behind the page: an office morning on a cluster of 4 to 100 units, without a simulator. */
import type { ConsoleBackend } from '../../console/backend.ts';
import type {
  ConsoleAction,
  ConsoleState,
  ConsoleUpdate,
  Controls,
  DecisionLine,
  EventLine,
  FleetNow,
  MarketNow,
  Point,
  RunFacts,
  StoryLine,
} from '../../console/protocol.ts';

/** Monday, 2 March 2026, 06:00 UTC. */
export const START = 1_772_431_200;
const TICK_SECONDS = 15;
const LAG_TICKS = 16;
const UNIT_DOLLARS_PER_SECOND = 0.32 / 3600;
const FIXED_UNITS = 60;

export const FACTS: RunFacts = {
  title: 'office, 24 h, seed 7',
  minimumUnits: 4,
  maximumUnits: 100,
  coresPerUnit: 16,
  fixedCluster: '60 on-demand workers',
  time: 'virtual',
  delayBeyond: 'beyond the time alone',
  burst: { usual: 200, most: 10_000 },
};

export const CONTROLS: Controls = {
  paused: false,
  speed: 60,
  speeds: [0, 1, 10, 60, 600],
  spotGone: false,
  hold: null,
  ended: false,
};

/** Demand in units: the ramp from seven to nine, and a peak at every half hour. */
const demandAt = (tick: number): number => {
  const hour = 6 + (tick * TICK_SECONDS) / 3600;
  const ramp = Math.min(1, Math.max(0, (hour - 7) / 2));
  const evening = Math.min(1, Math.max(0, (hour - 16) / 3));
  const peak = Math.max(0, Math.sin(tick / 19)) ** 6 * 14;
  return 4 + (ramp - evening) * (38 + peak) + 2 * Math.sin(tick / 7) * (ramp - evening);
};

/** A steady decision but for what is given. */
export const decision = (before: Partial<DecisionLine>): DecisionLine => ({
  at: START,
  verdict: 'steady',
  beforeUnits: 4,
  onDemandUnits: 4,
  spotUnits: 0,
  sent: false,
  terms: { wantedUnits: 4 },
  reasons: [{ code: 'steady', sentence: 'Nothing to do.', numbers: {} }],
  ...before,
});

const MARKET: MarketNow = {
  targetUnits: 0,
  runningUnits: 0,
  startingUnits: 0,
  goingUnits: 0,
  missingUnits: 0,
  lostUnits: 0,
  usdPerHour: 0,
  usd: 0,
  asOnDemandUsd: 0,
};

/** A fleet of a base of 4 on-demand units and 22 spot units in two pools, but for what is given. */
export const fleetOf = (before: Partial<FleetNow> = {}): FleetNow => ({
  onDemand: { ...MARKET, targetUnits: 4, runningUnits: 4, usdPerHour: 5.04, usd: 12.6, asOnDemandUsd: 12.6 },
  spot: { ...MARKET, targetUnits: 22, runningUnits: 22, usdPerHour: 13.3, usd: 20, asOnDemandUsd: 40 },
  standInUnits: 0,
  pools: [
    {
      instanceType: 'r5.4xlarge',
      spotUnits: 15,
      goingUnits: 0,
      onDemandUnits: 4,
      spotUsdPerUnitHour: 0.605,
      onDemandUsdPerUnitHour: 1.26,
      gone: false,
      freeUnits: 21,
    },
    {
      instanceType: 'r6i.4xlarge',
      spotUnits: 7,
      goingUnits: 0,
      onDemandUnits: 0,
      spotUsdPerUnitHour: 0.675,
      onDemandUsdPerUnitHour: 1.26,
      gone: false,
      freeUnits: null,
    },
  ],
  ...before,
});

/** What a market of the table shows, but for what is given. */
export const marketOf = (before: Partial<MarketNow>): MarketNow => ({ ...MARKET, ...before });

type Reason = DecisionLine['reasons'][number];

const demandReason = (wanted: number): Reason => ({
  code: 'demand-work',
  sentence: `Work: ${Math.round(wanted * 2900)} core-seconds outstanding, ${(wanted * 11.2).toFixed(2)} cores of work arriving, 512 ready and 64 arriving cores, start lag 240 s: ${(wanted * 16).toFixed(2)} cores.`,
  numbers: { wantedCores: wanted * 16 },
});

const termsOf = (wanted: number, held: number): Record<string, number> => ({
  workSeconds: Math.round(wanted * 2900),
  arrivalCores: wanted * 11.2,
  readyCores: 512,
  arrivingCores: 64,
  lagSeconds: 240,
  workUnits: wanted,
  floorUnits: 4,
  ceilingUnits: 100,
  wantedUnits: Math.ceil(wanted),
  heldUnits: held,
});

export class FakeBackend implements ConsoleBackend {
  readonly actions: ConsoleAction[] = [];
  /** The next action is refused with this sentence. */
  refusal: string | undefined;
  facts = FACTS;
  controls = CONTROLS;
  readonly points: Point[] = [];
  readonly decisions: DecisionLine[] = [];
  readonly events: EventLine[] = [];
  readonly story: StoryLine[] = [];
  fleet: FleetNow | null = null;
  readonly #listeners = new Set<(update: ConsoleUpdate) => void>();
  readonly #targets: number[] = [];
  #wake: () => void = () => undefined;
  #extraUnits = 0;
  #usd = 0;

  get listeners(): number {
    return this.#listeners.size;
  }

  state(): ConsoleState {
    const { facts, controls, points, decisions, events, story, fleet } = this;
    const newest = decisions.slice(-500);
    return { facts, controls, points: [...points], decisions: newest, events: [...events], story: [...story], fleet };
  }

  subscribe(listener: (update: ConsoleUpdate) => void): () => void {
    this.#listeners.add(listener);
    this.#wake();
    return () => {
      this.#listeners.delete(listener);
      this.#wake();
    };
  }

  /** Waits until so many listen. */
  async whenListeners(count: number): Promise<void> {
    while (this.listeners !== count) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  act(action: ConsoleAction): Promise<void> {
    const { refusal } = this;
    this.refusal = undefined;
    if (refusal !== undefined) return Promise.reject(new Error(refusal));
    this.actions.push(action);
    this.#obey(action);
    return Promise.resolve();
  }

  /** Tells every reader something new. */
  emit(update: Partial<ConsoleUpdate>): void {
    const whole = { points: [], decisions: [], events: [], story: [], ...update };
    this.points.push(...whole.points);
    this.decisions.push(...whole.decisions);
    this.events.push(...whole.events);
    this.story.push(...whole.story);
    if (whole.fleet !== undefined) this.fleet = whole.fleet;
    if (whole.controls !== undefined) this.controls = whole.controls;
    if (whole.facts !== undefined) this.facts = whole.facts;
    for (const listener of this.#listeners) listener(whole);
  }

  /** Plays so many ticks, as one update each or as one in all. */
  play(ticks: number, together = false): void {
    const played = Array.from({ length: ticks }, () => this.#tick(together));
    if (together) this.emit({ points: played.map(({ point }) => point), decisions: played.map(({ line }) => line) });
  }

  #obey(action: ConsoleAction): void {
    const { controls } = this;
    if (action.action === 'burst') this.#extraUnits = action.queries / 10;
    if (action.action === 'pause') this.emit({ controls: { ...controls, paused: action.paused } });
    if (action.action === 'spot') this.emit({ controls: { ...controls, spotGone: action.gone } });
    if (action.action === 'speed') this.emit({ controls: { ...controls, speed: action.speed } });
    if (action.action === 'releaseHold') this.emit({ controls: { ...controls, hold: null } });
    if (action.action === 'hold') {
      const until = START + this.#targets.length * TICK_SECONDS + action.minutes * 60;
      this.emit({ controls: { ...controls, hold: { units: action.units, until } } });
    }
  }

  /** Grows at once, shrinks to the most of the last ten minutes. */
  #tick(quiet: boolean): { point: Point; line: DecisionLine } {
    const tick = this.#targets.length;
    const wanted = Math.min(FACTS.maximumUnits, demandAt(tick) + this.#extraUnits);
    this.#extraUnits *= 0.99;
    const before = this.#targets.at(-1) ?? 4;
    const held = Math.ceil(Math.max(wanted, ...Array.from({ length: 40 }, (_, i) => demandAt(Math.max(0, tick - i)))));
    const target = this.controls.paused ? before : held;
    this.#targets.push(target);
    const played = { point: this.#pointAt(tick, wanted, target), line: this.#lineAt(tick, wanted, before, target) };
    if (!quiet) this.emit({ points: [played.point], decisions: [played.line] });
    return played;
  }

  #pointAt(tick: number, wantedUnits: number, targetUnits: number): Point {
    const recent = this.#targets.slice(-LAG_TICKS);
    const readyUnits = Math.min(targetUnits, ...recent);
    const drainingUnits = Math.max(0, ...recent.slice(-8).map((units) => units - targetUnits));
    const waitingQueries = Math.max(0, Math.round((wantedUnits - readyUnits) * 1.5));
    this.#usd += readyUnits * TICK_SECONDS * UNIT_DOLLARS_PER_SECOND;
    return {
      at: START + tick * TICK_SECONDS,
      wantedUnits,
      targetUnits,
      readyUnits,
      arrivingUnits: targetUnits - readyUnits,
      drainingUnits,
      runningQueries: Math.round(Math.min(wantedUnits, readyUnits) * 0.6),
      waitingQueries,
      delayP95Seconds: tick < 20 ? null : 2 + waitingQueries * 3.5,
      endedQueries: tick * 3,
      failedQueries: 0,
      failedBy: { interrupted: 0, removed: 0, other: 0 },
      onDemand: { targetUnits: 4, runningUnits: Math.min(4, readyUnits) },
      spot: { targetUnits: targetUnits - 4, runningUnits: Math.max(0, readyUnits - 4) },
      lateQueries: Math.round(tick / 20),
      usd: this.#usd,
      allOnDemandUsd: this.#usd * 1.6,
      fixedUsd: (tick + 1) * TICK_SECONDS * UNIT_DOLLARS_PER_SECOND * FIXED_UNITS * 1.6,
    };
  }

  #lineAt(tick: number, wanted: number, before: number, target: number): DecisionLine {
    const at = START + tick * TICK_SECONDS;
    const common = { at, beforeUnits: before, onDemandUnits: 4, spotUnits: target - 4, terms: termsOf(wanted, target) };
    const work = demandReason(wanted);
    if (target > before) {
      const grown = { code: 'grow-wanted', sentence: `${before} → ${target} units.`, numbers: {} };
      return decision({ ...common, verdict: 'grow', sent: true, reasons: [work, grown] });
    }
    const most = `${target} units were wanted in the last 600 s`;
    if (target < before) {
      const wantedLess = { code: 'shrink-wanted', sentence: `No more than ${most} (mode drained).`, numbers: {} };
      return decision({ ...common, verdict: 'shrink', sent: true, reasons: [work, wantedLess] });
    }
    const held = { code: 'shrink-held', sentence: `Up to ${most}.`, numbers: {} };
    return decision({ ...common, reasons: [work, held] });
  }
}
