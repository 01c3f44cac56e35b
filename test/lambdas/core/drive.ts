/** Runs the core over a sequence of ticks against a fleet that obeys after a lag, as `reconcile` would. */
import { type Decided, decide } from '../../../lambdas/core/decide.ts';
import type { ModifyCommand } from '../../../lambdas/core/decision.ts';
import { wantsFleetRead } from '../../../lambdas/core/fleet-view.ts';
import { lastLossAt } from '../../../lambdas/core/losses.ts';
import { emptyMemory, type Memory } from '../../../lambdas/core/memory.ts';
import type {
  AlarmObservation,
  CapacityLoss,
  ClusterFacts,
  Finding,
  FleetState,
  FleetStatus,
  Hold,
  Observation,
  PoolsState,
  WorkloadSample,
} from '../../../lambdas/core/model.ts';
import type { Policy } from '../../../lambdas/core/policy/schema.ts';
import type { EpochSeconds } from '../../../lambdas/core/quantities.ts';
import { at, commandedUnits, deepFreeze, facts, fleet, policyWith, sample } from './builders.ts';

export interface FleetLags {
  /** From the call to workers that EMR calls provisioned. */
  readonly launchSeconds: number;
  /** From the call to workers that the engine has. */
  readonly growSeconds: number;
  /** From the call to the end of removed workers. */
  readonly shrinkSeconds: number;
  /** For so long reads show the state before the last call. */
  readonly staleSeconds: number;
}

interface Market {
  target: number;
  provisioned: number;
  ready: number;
  /** Growths on their way: when the engine has how much. */
  coming: { readonly seconds: number; readonly units: number }[];
}

const market = (units: number): Market => ({ target: units, provisioned: units, ready: units, coming: [] });

/** EMR gives up a growth after this. */
const GIVE_UP_SECONDS = 600;

/** A fleet that reaches its targets a lag after they were set. */
export class ObedientFleet {
  readonly onDemand: Market = market(0);
  readonly spot: Market;
  /** Overrides the status that is shown. */
  status?: FleetStatus;
  largestWeight = 1;
  /** Absent: not told. */
  instanceTypes?: number;
  /** Spot units that the market has. */
  spotLimit = Number.POSITIVE_INFINITY;
  /** On-demand units that AWS has. */
  onDemandLimit = Number.POSITIVE_INFINITY;
  #changedAt = Number.NEGATIVE_INFINITY;
  #before: FleetState | undefined;
  readonly #lags: FleetLags;

  constructor(spotUnits: number, lags: FleetLags) {
    this.spot = market(spotUnits);
    this.#lags = lags;
  }

  get target(): number {
    return this.onDemand.target + this.spot.target;
  }

  get provisioned(): number {
    return this.onDemand.provisioned + this.spot.provisioned;
  }

  get ready(): number {
    return this.onDemand.ready + this.spot.ready;
  }

  /** Somebody sets targets: we, or a human. */
  set(onDemandUnits: number, spotUnits: number, seconds: number): void {
    this.#before = this.#state(seconds);
    this.onDemand.target = onDemandUnits;
    this.spot.target = spotUnits;
    this.#changedAt = seconds;
    for (const one of [this.onDemand, this.spot]) {
      one.coming.push({ seconds: seconds + this.#lags.growSeconds, units: one.target });
    }
  }

  advance(seconds: number): void {
    const passed = seconds - this.#changedAt;
    for (const one of [this.onDemand, this.spot]) {
      const most = Math.min(one.target, one === this.spot ? this.spotLimit : this.onDemandLimit);
      if (one.provisioned > most && passed >= this.#lags.shrinkSeconds) one.provisioned = most;
      if (one.provisioned < most && passed >= this.#lags.launchSeconds) one.provisioned = most;
      const came = one.coming.filter((growth) => growth.seconds <= seconds).map((growth) => growth.units);
      one.ready = Math.min(Math.max(one.ready, ...came), one.provisioned, most);
      one.coming = one.coming.filter((growth) => growth.seconds > seconds);
    }
  }

  /** What `ListInstanceFleets` shows: for a while the state before the last change. */
  read(seconds: number): FleetState {
    const stale = seconds - this.#changedAt < this.#lags.staleSeconds;
    return stale && this.#before !== undefined ? { ...this.#before, readAt: at(seconds) } : this.#state(seconds);
  }

  #state(seconds: number): FleetState {
    const settled = this.ready === this.target && this.provisioned === this.target;
    return fleet({
      readAt: at(seconds),
      status: this.status ?? (settled || seconds - this.#changedAt >= GIVE_UP_SECONDS ? 'running' : 'resizing'),
      onDemand: this.onDemand.target,
      spot: this.spot.target,
      provisionedOnDemand: this.onDemand.provisioned,
      provisionedSpot: this.spot.provisioned,
      largestWeight: this.largestWeight,
      ...(this.instanceTypes === undefined ? {} : { instanceTypes: this.instanceTypes }),
    });
  }
}

export interface Moment {
  readonly seconds: number;
  readonly now: EpochSeconds;
  readonly fleet: ObedientFleet;
  /** A sample of this moment: idle, with the fleet's ready workers. */
  readonly ready: WorkloadSample;
}

export interface Drive {
  readonly policy?: Policy | ((seconds: number) => Policy);
  readonly facts?: ClusterFacts;
  readonly memory?: Memory;
  /** Spot units at the start. */
  readonly units?: number;
  readonly from?: number;
  readonly seconds: number;
  readonly tickSeconds?: number;
  readonly lags?: Partial<FleetLags>;
  readonly readEveryTick?: boolean;
  sample?(moment: Moment): WorkloadSample | undefined;
  /** What is found out in a tick that asks; by default nobody asks. */
  found?(moment: Moment): Finding | undefined;
  /** What is read of the pools; by default nobody reads them. */
  pools?(moment: Moment): PoolsState | undefined;
  holds?(seconds: number): readonly Hold[];
  alarms?(seconds: number): readonly AlarmObservation[];
  losses?(seconds: number): readonly CapacityLoss[];
  /** Before each tick: somebody meddles, something breaks. */
  before?(moment: Omit<Moment, 'ready'>): void;
  /** False: the call never comes through. */
  obeys?(command: ModifyCommand, moment: Moment): boolean;
}

export interface Ticked extends Decided {
  readonly seconds: number;
  readonly now: EpochSeconds;
  readonly policy: Policy;
  readonly observation: Observation;
  readonly before: Memory;
  readonly readyUnits: number;
}

const observe = (drive: Drive, moment: Moment, before: Memory, policy: Policy): Observation => {
  const seen = drive.sample === undefined ? moment.ready : drive.sample(moment);
  const losses = drive.losses?.(moment.seconds) ?? [];
  const wants = wantsFleetRead(before, policy, seen, lastLossAt(losses), moment.now);
  const found = drive.found?.(moment);
  const pools = drive.pools?.(moment);
  return {
    ...(seen === undefined ? {} : { sample: seen }),
    ...(wants || drive.readEveryTick ? { fleet: moment.fleet.read(moment.seconds) } : {}),
    ...(pools === undefined ? {} : { pools }),
    facts: drive.facts ?? facts(),
    ...(found === undefined ? {} : { found }),
    holds: drive.holds?.(moment.seconds) ?? [],
    alarms: drive.alarms?.(moment.seconds) ?? [],
    losses,
  };
};

const LAGS: FleetLags = { launchSeconds: 60, growSeconds: 180, shrinkSeconds: 60, staleSeconds: 30 };

/** A sample of a moment in which the engine has what the fleet shows as ready. */
const readySample = (simulated: ObedientFleet, now: EpochSeconds): WorkloadSample => {
  const units = simulated.ready;
  const draining = Math.max(0, simulated.provisioned - simulated.target);
  return sample({
    takenAt: now,
    readyWorkers: units,
    readyCores: units * 16,
    drainingWorkers: draining,
    drainingCores: draining * 16,
  });
};

/** Ticks from `from` to `seconds`, both included. Inputs are frozen: a core that writes to them throws. */
export const drive = (options: Drive): Ticked[] => {
  const { tickSeconds = 15 } = options;
  const simulated = new ObedientFleet(options.units ?? 10, { ...LAGS, ...options.lags });
  const ticks: Ticked[] = [];
  let memory = options.memory ?? emptyMemory();
  for (let seconds = options.from ?? 0; seconds <= options.seconds; seconds += tickSeconds) {
    simulated.advance(seconds);
    const now = at(seconds);
    const meddled = { seconds, now, fleet: simulated };
    options.before?.(meddled);
    const moment: Moment = { ...meddled, ready: readySample(simulated, now) };
    const policy = typeof options.policy === 'function' ? options.policy(seconds) : (options.policy ?? policyWith());
    let observation = deepFreeze(observe(options, moment, memory, policy));
    const before = deepFreeze(memory);
    let decided = decide(observation, policy, before, now);
    if (decided.decision.needsFleetRead && observation.fleet === undefined) {
      observation = deepFreeze({ ...observation, fleet: simulated.read(seconds) });
      decided = decide(observation, policy, before, now);
    }
    memory = decided.memory;
    ticks.push({ ...decided, seconds, now, policy, observation, before, readyUnits: simulated.ready });
    const { command } = decided.decision;
    if (command !== undefined && (options.obeys?.(command, moment) ?? true)) {
      simulated.set(command.targets.onDemandUnits, command.targets.spotUnits, seconds);
    }
  }
  return ticks;
};

/** When what was commanded: `[seconds, units]`. */
export const commandsOf = (ticks: readonly Ticked[]): [seconds: number, units: number][] =>
  ticks.flatMap((tick) => {
    const units = commandedUnits(tick);
    return units === undefined ? [] : [[tick.seconds, units] as [number, number]];
  });

/** The tick at a moment. */
export const tickAt = (ticks: readonly Ticked[], seconds: number): Ticked => {
  const tick = ticks.find((one) => one.seconds === seconds);
  if (tick === undefined) throw new Error(`no tick at ${seconds} s`);
  return tick;
};

/** A sample of the moment with so many outstanding queries, all running. */
export const running =
  (queries: (seconds: number) => number) =>
  (moment: Moment): WorkloadSample => ({ ...moment.ready, runningQueries: queries(moment.seconds) });
