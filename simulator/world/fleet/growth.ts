/**
 * One market of a resize that must grow: launches until the target is reached (overshooting by up to a weight less
 * one), waits for what cannot be had, tries again, and gives up when the resize is as old as its timeout: requests not
 * fulfilled are nullified and the target stays unmet (emr.md §1.2, §1.4). At least one try is made.
 */
import type { Timer } from './agenda.ts';
import type { FleetContext } from './context.ts';
import { RESIZE_CODES } from './events.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { SpotMarket } from './market.ts';
import type { Market } from './model.ts';

/** What growing is made of. */
export interface GrowthParts {
  readonly context: FleetContext;
  readonly market: SpotMarket;
  readonly lifecycle: Lifecycle;
  /** Whether more resizes are queued behind this one. */
  readonly moreQueued: () => boolean;
}

export class Growth {
  readonly #parts: GrowthParts;
  readonly #market: Market;
  readonly #deadline: number;
  #missing: number;
  #growing: boolean;
  #gaveUp = false;
  #retry: Timer | undefined;
  #timeout: Timer | undefined;

  constructor(parts: GrowthParts, market: Market, missingUnits: number, timeoutSeconds: number) {
    this.#parts = parts;
    this.#market = market;
    this.#missing = Math.max(0, missingUnits);
    this.#growing = missingUnits > 0;
    this.#deadline = parts.context.agenda.now + timeoutSeconds;
  }

  /** Units not launched yet, for which EC2 is still asked. */
  get waitingUnits(): number {
    return this.#growing ? Math.max(0, this.#missing) : 0;
  }

  get gaveUp(): boolean {
    return this.#gaveUp;
  }

  begin(): void {
    if (this.#growing) this.#try();
  }

  /** An instance failed to start: it is launched anew. @returns false when this market launches nothing (any more). */
  replace(units: number): boolean {
    if (!this.#growing) return false;
    this.#missing += units;
    this.#try();
    return true;
  }

  /** Nothing is launched or waited for any more: given up, or all is as far as the knob `resizeEndsWhen` wants it. */
  settled(): boolean {
    const { knobs, roster } = this.#parts.context;
    if (this.#gaveUp) return true;
    return this.waitingUnits === 0 && (knobs.resizeEndsWhen === 'launched' || roster.startingUnits(this.#market) === 0);
  }

  stop(): void {
    this.#growing = false;
    this.#retry?.cancel();
    this.#timeout?.cancel();
  }

  #try(): void {
    this.#retry?.cancel();
    this.#launchWhatCanBeHad();
    if (this.#missing > 0) this.#wait();
  }

  #launchWhatCanBeHad(): void {
    while (this.#missing > 0) {
      const pool = this.#parts.market.choose(this.#market);
      if (pool === undefined) return;
      this.#missing -= pool.weightUnits;
      this.#parts.lifecycle.launch(pool, this.#market);
    }
  }

  #wait(): void {
    const { agenda, emit, knobs } = this.#parts.context;
    const shortage = { at: agenda.now, market: this.#market, missingUnits: this.#missing };
    emit({ kind: 'insufficientCapacity', code: RESIZE_CODES.insufficient, ...shortage });
    if (agenda.now >= this.#deadline) {
      this.#giveUp();
      return;
    }
    this.#retry = agenda.after(knobs.spotRetrySeconds, () => this.#try());
    this.#timeout ??= agenda.at(this.#deadline, () => this.#try());
  }

  #giveUp(): void {
    const { agenda, emit } = this.#parts.context;
    const continuing = this.#parts.moreQueued();
    const code = RESIZE_CODES[continuing ? 'continuing' : 'timeout'][this.#market];
    this.#gaveUp = true;
    this.stop();
    const market = this.#market;
    emit({ kind: 'provisioningTimeout', at: agenda.now, market, continuing, code, missingUnits: this.#missing });
  }
}
