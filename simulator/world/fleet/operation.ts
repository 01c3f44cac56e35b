/** One resize of the fleet: both markets at once, each growing or shrinking, until both are settled. */
import type { Timer } from './agenda.ts';
import type { Drains } from './drains.ts';
import type { ResizeCause } from './events.ts';
import { Growth, type GrowthParts } from './growth.ts';
import { MARKETS, type Market, type PerMarket, perMarket } from './model.ts';
import { Shrink } from './shrink.ts';

/** What a resize was told when it began. */
export interface ResizeOrder {
  readonly cause: ResizeCause;
  readonly targetUnits: PerMarket<number>;
  readonly timeoutSeconds: PerMarket<number>;
}

export interface OperationParts extends GrowthParts {
  readonly drains: Drains;
}

export class Operation {
  readonly order: ResizeOrder;
  readonly #parts: OperationParts;
  readonly #growth: PerMarket<Growth>;
  readonly #shrink: PerMarket<Shrink>;
  #failedStarts = 0;
  #shrinkTimedOut = false;
  #shrinkTimeout: Timer | undefined;

  constructor(parts: OperationParts, order: ResizeOrder) {
    const { context, drains } = parts;
    this.order = order;
    this.#parts = parts;
    this.#growth = perMarket((market) => {
      const missing = order.targetUnits[market] - context.roster.stayingUnits(market);
      return new Growth(parts, market, missing, order.timeoutSeconds[market]);
    });
    this.#shrink = perMarket((market) => {
      const target = order.cause === 'replacement' ? Number.POSITIVE_INFINITY : order.targetUnits[market];
      return new Shrink(context, drains, market, target);
    });
  }

  /** Starts that failed while this resize ran. */
  get failedStarts(): number {
    return this.#failedStarts;
  }

  /** EMR stopped waiting for a shrink: it reports success although the target is not met. */
  get shrinkTimedOut(): boolean {
    return this.#shrinkTimedOut;
  }

  /** A market gave up waiting for capacity. */
  get gaveUp(): boolean {
    return MARKETS.some((market) => this.#growth[market].gaveUp);
  }

  waitingUnits(market: Market): number {
    return this.#growth[market].waitingUnits;
  }

  begin(): void {
    const { agenda, knobs } = this.#parts.context;
    this.#shrinkTimeout = agenda.after(knobs.shrinkTimeoutSeconds, () => this.#endShrink());
    for (const market of MARKETS) this.#growth[market].begin();
    for (const market of MARKETS) this.#shrink[market].step();
  }

  settled(): boolean {
    return MARKETS.every((market) => this.#growth[market].settled() && this.#shrink[market].settled());
  }

  /** Someone became old enough to be waited for. */
  started(market: Market): void {
    this.#shrink[market].step();
  }

  countFailedStart(): void {
    this.#failedStarts += 1;
  }

  /** Launches anew what failed to start. @returns false when it is not this resize that would. */
  replaceFailed(market: Market, units: number): boolean {
    return this.#growth[market].replace(units);
  }

  /** Leaves everything as it is: no launch, no victim, no timer of this resize any more. */
  stop(): void {
    this.#shrinkTimeout?.cancel();
    for (const market of MARKETS) {
      this.#growth[market].stop();
      this.#shrink[market].stop();
    }
  }

  #endShrink(): void {
    this.#shrinkTimedOut = MARKETS.some((market) => !this.#shrink[market].settled());
    for (const market of MARKETS) this.#shrink[market].stop();
  }
}
