/** Virtual time as a clock port; refuses to go back. */
import { type EpochSeconds, epochSeconds } from '../lambdas/core/quantities.ts';
import type { Clock } from '../lambdas/ports/clock.ts';

export class VirtualClock implements Clock {
  #now: EpochSeconds;

  constructor(start: EpochSeconds) {
    this.#now = start;
  }

  now(): EpochSeconds {
    return this.#now;
  }

  /** @throws RangeError when time would run backwards */
  moveTo(time: EpochSeconds): void {
    if (time < this.#now) throw new RangeError(`virtual time cannot go back from ${this.#now} to ${time}`);
    this.#now = epochSeconds(time);
  }
}
