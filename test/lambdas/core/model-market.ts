/**
 * A small market with a fleet on it, for what must hold whatever the market does: each market has so much at a time, what
 * is above it is taken with two minutes' notice, starts fail, and resizes are done one after another or override.
 * One unit is one instance.
 */
import type { ModifyCommand } from '../../../lambdas/core/decision.ts';
import type { CapacityLoss, FleetState } from '../../../lambdas/core/model.ts';
import { at, fleet } from './builders.ts';

/** From a moment on the markets hold so many of our units at most. */
export interface Weather {
  readonly seconds: number;
  readonly spot: number;
  readonly onDemand: number;
}

export interface MarketKnobs {
  /** In order; the first at 0. */
  readonly weather: readonly Weather[];
  readonly overrides: boolean;
  /** Share of starts that fail. */
  readonly failures: number;
  readonly staleSeconds: number;
  /** Whether notices are given. */
  readonly notices: boolean;
}

type Name = 'spot' | 'onDemand';

interface Instance {
  readonly id: string;
  readonly readyAt: number;
  readonly fails: boolean;
  goneAt?: number;
}

interface Resize {
  readonly spot: number;
  readonly onDemand: number;
  readonly spotEnds: number;
  readonly onDemandEnds: number;
}

const MARKETS = ['spot', 'onDemand'] as const;
const NOTICE = 120;
const START = 240;
const REPLACEMENT = 60;

/** A number in [0, 1) that depends on nothing but the count. */
const drawn = (count: number): number => (Math.imul(count + 1, 2_654_435_761) >>> 0) / 2 ** 32;

export class ModelMarket {
  /** What has happened so far, in units. */
  bought = 0;
  lost = 0;
  failedStarts = 0;
  /** Healthy workers that a resize has removed. */
  removed = 0;
  readonly losses: CapacityLoss[] = [];
  readonly #knobs: MarketKnobs;
  readonly #instances: Record<Name, Instance[]> = { spot: [], onDemand: [] };
  #newest: Resize;
  #active: Resize | undefined;
  #queue: Resize[] = [];
  #lostAt: number | undefined;
  #stale: { readonly until: number; readonly shown: FleetState } | undefined;

  constructor(spotUnits: number, knobs: MarketKnobs) {
    this.#knobs = knobs;
    this.#newest = { spot: spotUnits, onDemand: 0, spotEnds: 0, onDemandEnds: 0 };
    for (let unit = 0; unit < spotUnits; unit += 1)
      this.#instances.spot.push({ id: `first-${unit}`, readyAt: 0, fails: false });
  }

  weatherAt(seconds: number): Weather {
    const now = this.#knobs.weather.findLast((one) => one.seconds <= seconds);
    if (now === undefined) throw new Error('the weather begins at 0');
    return now;
  }

  count(market: Name): number {
    return this.#instances[market].length;
  }

  ready(seconds: number): number {
    return MARKETS.flatMap((market) => this.#instances[market]).filter(({ readyAt }) => readyAt <= seconds).length;
  }

  get onDemandTarget(): number {
    return this.#newest.onDemand;
  }

  modify({ targets, spotTimeoutSeconds, onDemandTimeoutSeconds }: ModifyCommand, seconds: number): void {
    this.#stale = { until: seconds + this.#knobs.staleSeconds, shown: this.#state(seconds) };
    this.#newest = {
      spot: targets.spotUnits,
      onDemand: targets.onDemandUnits,
      spotEnds: spotTimeoutSeconds,
      onDemandEnds: onDemandTimeoutSeconds,
    };
    if (this.#knobs.overrides) {
      this.#active = undefined;
      this.#queue = [];
    }
    this.#queue.push(this.#newest);
  }

  read(seconds: number): FleetState {
    const { until = 0, shown } = this.#stale ?? {};
    return shown !== undefined && seconds < until ? { ...shown, readAt: at(seconds) } : this.#state(seconds);
  }

  /** One step of time; to be called in order. */
  advance(seconds: number): void {
    this.#take(seconds);
    this.#start(seconds);
    if (this.#active === undefined) this.#begin(seconds);
    for (const market of MARKETS) this.#resize(market, seconds);
    if (this.#active !== undefined && MARKETS.every((market) => this.#isSettled(market, seconds)))
      this.#active = undefined;
  }

  #state(seconds: number): FleetState {
    return fleet({
      readAt: at(seconds),
      status: this.#active === undefined && this.#queue.length === 0 ? 'running' : 'resizing',
      onDemand: this.#newest.onDemand,
      spot: this.#newest.spot,
      provisionedOnDemand: this.count('onDemand'),
      provisionedSpot: this.count('spot'),
    });
  }

  /** Spot above what the market holds gets notice, and goes two minutes later. */
  #take(seconds: number): void {
    const { spot } = this.weatherAt(seconds);
    const staying = this.#instances.spot.filter(({ goneAt }) => goneAt === undefined);
    for (const instance of staying.slice(Math.min(staying.length, spot))) {
      instance.goneAt = seconds + NOTICE;
      if (this.#knobs.notices) this.losses.push({ id: instance.id, at: at(seconds), units: 1 as never });
    }
    const before = this.count('spot');
    this.#instances.spot = this.#instances.spot.filter(({ goneAt = Number.POSITIVE_INFINITY }) => goneAt > seconds);
    if (this.count('spot') < before) this.#lostAt = seconds;
    this.lost += before - this.count('spot');
  }

  #start(seconds: number): void {
    for (const market of MARKETS) {
      const failed = this.#instances[market].filter(({ fails, readyAt }) => fails && readyAt <= seconds);
      if (failed.length === 0) continue;
      this.#instances[market] = this.#instances[market].filter((one) => !failed.includes(one));
      this.failedStarts += failed.length;
      this.#lostAt ??= seconds;
    }
  }

  /** What was asked for comes first; EMR's own replacement follows a loss by a minute. */
  #begin(seconds: number): void {
    const next = this.#queue.shift();
    const due = this.#lostAt !== undefined && seconds >= this.#lostAt + REPLACEMENT;
    if (next === undefined && !due) return;
    const order = next ?? { ...this.#newest, spotEnds: 600, onDemandEnds: 600 };
    this.#lostAt = undefined;
    this.#active = { ...order, spotEnds: seconds + order.spotEnds, onDemandEnds: seconds + order.onDemandEnds };
  }

  #resize(market: Name, seconds: number): void {
    if (this.#active === undefined) return;
    const target = this.#active[market];
    const limit = this.weatherAt(seconds)[market];
    while (this.count(market) < Math.min(target, limit) && !this.#isOver(market, seconds)) {
      this.bought += 1;
      const fails = drawn(this.bought) < this.#knobs.failures;
      this.#instances[market].push({ id: `i-${this.bought}`, readyAt: seconds + START, fails });
    }
    const surplus = this.#instances[market].slice(target);
    this.removed += surplus.filter(({ readyAt, goneAt }) => readyAt <= seconds && goneAt === undefined).length;
    this.#instances[market] = this.#instances[market].slice(0, target);
  }

  #isOver(market: Name, seconds: number): boolean {
    return seconds > Number(this.#active?.[`${market}Ends`]);
  }

  #isSettled(market: Name, seconds: number): boolean {
    const starting = this.#instances[market].some(({ readyAt }) => readyAt > seconds);
    return this.#isOver(market, seconds) || (this.count(market) >= Number(this.#active?.[market]) && !starting);
  }
}
