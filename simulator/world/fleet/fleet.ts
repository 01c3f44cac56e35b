/**
 * One EMR TASK instance fleet with its spot pools and its bill, in virtual seconds from 0. Sources: facts of EMR's API
 * model and documentation; what they leave open is a knob (`../knobs.ts`).
 *
 * How the world drives it, at each step to a time t that is not after `nextEventAt()`: first the engine to t, then
 * `advanceTo(t)`, then reads and modifies. `nextEventAt()` must be asked anew after every step of the engine, because
 * drains end when queries do.
 */
import { units } from '../../../lambdas/core/quantities.ts';
import type { FleetKnobs, PoolKnobs } from '../knobs.ts';
import { Agenda } from './agenda.ts';
import { type Bill, billOf } from './bill.ts';
import { checkKnobs, checkRequest, checkTargets } from './checks.ts';
import type { FleetContext } from './context.ts';
import { Drains } from './drains.ts';
import type { FleetEvent } from './events.ts';
import { Interruptions } from './interruptions.ts';
import { Lifecycle } from './lifecycle.ts';
import { SpotMarket } from './market.ts';
import type {
  FleetHost,
  FleetInstance,
  FleetRead,
  FleetTargets,
  Market,
  ModifyRequest,
  ResizeTimeouts,
} from './model.ts';
import { Resizes } from './resizes.ts';
import { Roster } from './roster.ts';

export type { Bill } from './bill.ts';
export type { FleetEvent } from './events.ts';
export type * from './model.ts';

/**
 * Resize timeouts of a cluster that nobody has modified yet. AWS documents no default; a cluster of
 * `lib/presto-cluster.ts` is created with ten minutes.
 */
export const INITIAL_TIMEOUTS: ResizeTimeouts = { onDemandTimeoutSeconds: 600, spotTimeoutSeconds: 600 };

const NOTHING: FleetTargets = { onDemandUnits: 0, spotUnits: 0 };

export class Fleet {
  readonly #context: FleetContext;
  readonly #market: SpotMarket;
  readonly #lifecycle: Lifecycle;
  readonly #drains: Drains;
  readonly #resizes: Resizes;
  #stale: { readonly until: number; readonly read: FleetRead } | undefined;

  /**
   * An empty fleet at time 0.
   * @param seed of all chance; the same seed, knobs and calls give the same history.
   * @param onEvent called at the present time of the fleet, in order; like the host's methods it must not call back.
   * @throws RangeError when a knob cannot be meant.
   */
  constructor(knobs: FleetKnobs, seed: number, host: FleetHost, onEvent: (event: FleetEvent) => void) {
    checkKnobs(knobs);
    const context = { knobs, seed, host, agenda: new Agenda(), roster: new Roster(), emit: onEvent };
    this.#context = context;
    this.#lifecycle = new Lifecycle(context, {
      started: (instance) => this.#resizes.started(instance),
      left: (instance, how) => this.#resizes.left(instance, how),
    });
    this.#drains = new Drains(context, this.#lifecycle);
    this.#market = new SpotMarket(context, new Interruptions(context, this.#lifecycle));
    const parts = { context, market: this.#market, lifecycle: this.#lifecycle, drains: this.#drains };
    this.#resizes = new Resizes(parts, NOTHING, INITIAL_TIMEOUTS);
  }

  /**
   * Capacity that existed before the run: RUNNING and ready now, billed from now, old enough to be removed. Where spot
   * cannot be had at the start it is short of its target, as after a resize that gave up.
   * @param timeouts for EMR's own replacements until the first modify.
   * @throws Error when the run has begun; RangeError for targets that are not whole numbers.
   */
  start(targets: FleetTargets, timeouts: ResizeTimeouts = INITIAL_TIMEOUTS): void {
    checkTargets(targets);
    if (this.#context.agenda.now > 0 || this.#context.roster.all.length > 0)
      throw new Error('a fleet starts once, at time 0');
    this.#resizes.adopt(targets, timeouts);
    this.#admit('onDemand', targets.onDemandUnits);
    this.#admit('spot', targets.spotUnits);
  }

  /**
   * ModifyInstanceFleet at the present time: always accepted; queued while RESIZING or overriding, by knob; revives a
   * suspended fleet.
   * @throws RangeError for targets that are not whole numbers, or negative timeouts.
   */
  modify(request: ModifyRequest): void {
    checkRequest(request);
    const { agenda, knobs } = this.#context;
    this.#stale = { until: agenda.now + knobs.staleReadSeconds, read: this.#trueRead() };
    this.#resizes.modify(request, request);
  }

  /** ListInstanceFleets at the present time: the whole record as it was before the last modify while reads are stale. */
  read(): FleetRead {
    if (this.#stale !== undefined && this.#context.agenda.now < this.#stale.until) return this.#stale.read;
    return this.#trueRead();
  }

  /**
   * Spot is reclaimed now and cannot be had until `giveSpotBack`: for whoever watches a run.
   * @param instanceTypes the pools that go; absent: all
   */
  takeSpotAway(instanceTypes?: readonly string[]): void {
    this.#market.takeAway(instanceTypes);
  }

  giveSpotBack(): void {
    this.#market.giveBack();
  }

  /**
   * An instance is gone now, without a notice: its machine or its only process has died. One that has ended, or was
   * never there, changes nothing. EMR replaces it as it replaces what the spot market takes.
   */
  lose(id: string): void {
    const { roster } = this.#context;
    const instance = [...roster.live('onDemand'), ...roster.live('spot')].find((one) => one.id === id);
    if (instance === undefined) return;
    this.#lifecycle.terminate(instance, 'interrupted');
    this.#resizes.review();
  }

  /** When something happens next, in virtual seconds; undefined: nothing until the next call. */
  nextEventAt(): number | undefined {
    const planned = this.#context.agenda.nextAt();
    const drained = this.#drains.nextAt();
    if (planned === undefined || drained === undefined) return planned ?? drained;
    return Math.min(planned, drained);
  }

  /**
   * Lets everything happen up to and including a time, each at its own moment. Drains of which the engine does not
   * know the end beforehand are noticed at the end of the step.
   * @throws RangeError when time would run backwards.
   */
  advanceTo(seconds: number): void {
    for (let next = this.nextEventAt(); next !== undefined && next <= seconds; next = this.nextEventAt()) {
      this.#context.agenda.moveTo(next);
      // A drain that ends at the very moment of its timeout has ended in time.
      this.#noticeDrained();
      if (this.#context.agenda.runDue()) this.#resizes.review();
    }
    this.#context.agenda.moveTo(seconds);
    this.#noticeDrained();
  }

  /** The true state: every instance ever launched, in order of launch. A live view: copy what must not change. */
  instances(): readonly FleetInstance[] {
    return this.#context.roster.all;
  }

  /** The pools, in the order of the knobs, and what the spot market has in each now; infinite: as much as is asked for. */
  spotPools(): readonly { readonly pool: PoolKnobs; readonly freeInstances: number; readonly gone: boolean }[] {
    return this.#context.knobs.pools.map((pool) => ({
      pool,
      freeInstances: this.#market.freeInstances(pool),
      gone: this.#market.isGone(pool),
    }));
  }

  /** Units that EC2 is still asked for (AWAITING_FULFILLMENT): not launched, not billed. */
  waiting(): FleetTargets {
    return { onDemandUnits: this.#resizes.waitingUnits('onDemand'), spotUnits: this.#resizes.waitingUnits('spot') };
  }

  /** The bill up to a time, in virtual seconds. Looks at every instance: for reports rather than for every tick. */
  bill(until: number): Bill {
    return billOf(this.#context.roster.all, until);
  }

  #admit(market: Market, targetUnits: number): void {
    for (let missing = targetUnits; missing > 0; ) {
      const pool = this.#market.choose(market);
      if (pool === undefined) return;
      this.#lifecycle.admit(pool, market);
      missing -= pool.weightUnits;
    }
  }

  #noticeDrained(): void {
    if (this.#drains.check()) this.#resizes.review();
  }

  #trueRead(): FleetRead {
    const { knobs } = this.#context;
    return {
      status: this.#resizes.status,
      onDemand: this.#capacity('onDemand'),
      spot: this.#capacity('spot'),
      largestWeightUnits: units(Math.max(...knobs.pools.map((pool) => pool.weightUnits))),
    };
  }

  #capacity(market: Market): FleetRead['spot'] {
    const { knobs, roster } = this.#context;
    const provisioned =
      knobs.provisionedCounts === 'launched' ? roster.launchedUnits(market) : roster.runningUnits(market);
    return { targetUnits: units(this.#resizes.targetUnits[market]), provisionedUnits: units(provisioned) };
  }
}
