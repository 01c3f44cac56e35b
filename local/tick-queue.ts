/** The tick queue, played in virtual time: a wake-up is delivered at its slot, or at once when that has passed. */
import type { EpochSeconds } from '../lambdas/core/quantities.ts';
import type { WakeUp, WakeUps } from '../lambdas/ports/wakeups.ts';

export class TickQueue implements WakeUps {
  readonly #waiting: WakeUp[] = [];

  async send(wakeUps: readonly WakeUp[]): Promise<void> {
    this.#waiting.push(...wakeUps);
    this.#waiting.sort((a, b) => a.slot - b.slot);
  }

  /** When the next wake-up is due; undefined: none waits. */
  nextAt(): EpochSeconds | undefined {
    return this.#waiting[0]?.slot;
  }

  /** Takes what is due, in order. */
  due(now: EpochSeconds): readonly WakeUp[] {
    const later = this.#waiting.findIndex((wakeUp) => wakeUp.slot > now);
    return this.#waiting.splice(0, later < 0 ? this.#waiting.length : later);
  }
}
