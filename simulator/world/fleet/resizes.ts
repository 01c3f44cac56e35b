/**
 * The state machine of the fleet: RUNNING → RESIZING → RUNNING, SUSPENDED after too many failed starts, and the queue
 * of what was asked for while a resize ran (emr.md §0.7, §1.6). EMR's own replacements are resizes like any other.
 */
import type { ResizeEnded } from './events.ts';
import type { Instance } from './instance.ts';
import {
  type FleetTargets,
  MARKETS,
  type Market,
  type PerMarket,
  perMarket,
  type Removal,
  type ResizeTimeouts,
} from './model.ts';
import { Operation, type OperationParts, type ResizeOrder } from './operation.ts';
import { reshape } from './override.ts';

/** A requested resize carries its order; a replacement takes the targets that hold when its turn comes. */
type Queued = ResizeOrder | 'replacement';

const requestOrder = (targets: FleetTargets, timeouts: ResizeTimeouts): ResizeOrder => ({
  cause: 'request',
  targetUnits: { onDemand: targets.onDemandUnits, spot: targets.spotUnits },
  timeoutSeconds: { onDemand: timeouts.onDemandTimeoutSeconds, spot: timeouts.spotTimeoutSeconds },
});

export class Resizes {
  readonly #parts: OperationParts;
  #newest: ResizeOrder;
  /** The last requested order that began: what EMR replaces losses towards. */
  #inForce: ResizeOrder;
  #queue: Queued[] = [];
  #active: Operation | undefined;
  #suspended = false;
  /** Losses so far, and how many of them the last resize to begin has counted in. */
  #losses = 0;
  #lossesCovered = 0;

  constructor(parts: Omit<OperationParts, 'moreQueued'>, targets: FleetTargets, timeouts: ResizeTimeouts) {
    this.#parts = { ...parts, moreQueued: () => this.#queue.length > 0 };
    this.#newest = requestOrder(targets, timeouts);
    this.#inForce = this.#newest;
  }

  get status(): 'running' | 'resizing' | 'suspended' {
    if (this.#suspended) return 'suspended';
    return this.#active === undefined ? 'running' : 'resizing';
  }

  /** The targets asked for last, though their resize may still wait in the queue. */
  get targetUnits(): PerMarket<number> {
    return this.#newest.targetUnits;
  }

  /** Units that the running resize still asks EC2 for. */
  waitingUnits(market: Market): number {
    return this.#active?.waitingUnits(market) ?? 0;
  }

  /** The targets that the cluster was created with; no resize follows. */
  adopt(targets: FleetTargets, timeouts: ResizeTimeouts): void {
    this.#newest = requestOrder(targets, timeouts);
    this.#inForce = this.#newest;
  }

  /** Accepts a resize in any state; a suspended fleet is revived by it. */
  modify(targets: FleetTargets, timeouts: ResizeTimeouts): void {
    this.#newest = requestOrder(targets, timeouts);
    this.#suspended = false;
    if (this.#parts.context.knobs.resizes === 'override') this.#dropAll();
    this.#queue.push(this.#newest);
    this.review();
  }

  /** An instance runs from now on. */
  started(instance: Instance): void {
    this.#active?.started(instance.market);
  }

  /** An instance is gone. Whoever calls sees to a `review` afterwards. */
  left(instance: Instance, how: Removal): void {
    if (how === 'interrupted') this.#lose();
    if (how === 'failedStart') this.#failed(instance);
  }

  /** Ends the running resize if it is settled, and begins what waits. To be called after every change. */
  review(): void {
    for (;;) {
      if (this.#active?.settled()) this.#end(this.#active.gaveUp ? 'timedOut' : 'complete');
      if (this.#active !== undefined || this.#suspended) return;
      const next = this.#queue.shift();
      if (next === undefined) return;
      this.#begin(next);
    }
  }

  #begin(queued: Queued): void {
    const order: ResizeOrder = queued === 'replacement' ? { ...this.#inForce, cause: 'replacement' } : queued;
    if (queued === 'replacement' && !this.#needsReplacement(order)) return;
    this.#lossesCovered = this.#losses;
    if (queued !== 'replacement') this.#inForce = queued;
    this.#emitStarted(order);
    if (queued !== 'replacement' && this.#parts.context.knobs.resizes === 'override')
      for (const market of MARKETS) reshape(this.#parts, market, order.targetUnits[market]);
    this.#active = new Operation(this.#parts, order);
    this.#active.begin();
  }

  #end(outcome: ResizeEnded['outcome']): void {
    const ended = this.#active;
    if (ended === undefined) return;
    this.#active = undefined;
    ended.stop();
    const { order, shrinkTimedOut } = ended;
    const { cause, targetUnits } = order;
    const { agenda, emit } = this.#parts.context;
    const provisionedUnits = this.#launchedUnits();
    emit({ kind: 'resizeEnded', at: agenda.now, cause, outcome, shrinkTimedOut, targetUnits, provisionedUnits });
  }

  #dropAll(): void {
    this.#end('overridden');
    this.#queue = [];
  }

  #failed(instance: Instance): void {
    const { market, pool } = instance;
    this.#active?.countFailedStart();
    const limit = this.#parts.context.knobs.suspendAfterFailedStarts;
    const failedStarts = this.#active?.failedStarts ?? 0;
    if (failedStarts >= limit) this.#suspend(failedStarts);
    else if (this.#active?.replaceFailed(market, pool.weightUnits) !== true) this.#lose();
  }

  /** What was queued is forgotten: a suspended fleet adds and removes nothing until it is asked anew. */
  #suspend(failedStarts: number): void {
    const { agenda, emit } = this.#parts.context;
    this.#suspended = true;
    this.#queue = [];
    this.#end('suspended');
    emit({ kind: 'suspended', at: agenda.now, failedStarts });
  }

  #lose(): void {
    const { agenda, knobs } = this.#parts.context;
    this.#losses += 1;
    const loss = this.#losses;
    if (knobs.replacementDelaySeconds !== null) agenda.after(knobs.replacementDelaySeconds, () => this.#replace(loss));
  }

  /** One replacement that has not begun covers every loss until it begins. */
  #replace(loss: number): void {
    if (loss <= this.#lossesCovered || this.#suspended || this.#queue.includes('replacement')) return;
    this.#queue.push('replacement');
  }

  /** Nothing is replaced that a resize begun since has counted in, or that was above the target anyway. */
  #needsReplacement({ targetUnits }: ResizeOrder): boolean {
    if (this.#lossesCovered === this.#losses) return false;
    return MARKETS.some((market) => this.#parts.context.roster.stayingUnits(market) < targetUnits[market]);
  }

  #launchedUnits(): PerMarket<number> {
    return perMarket((market) => this.#parts.context.roster.launchedUnits(market));
  }

  #emitStarted({ cause, targetUnits }: ResizeOrder): void {
    const { agenda, emit } = this.#parts.context;
    emit({ kind: 'resizeStarted', at: agenda.now, cause, targetUnits, provisionedUnits: this.#launchedUnits() });
  }
}
