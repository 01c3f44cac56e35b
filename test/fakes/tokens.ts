import type { EpochSeconds } from '../../lambdas/core/quantities.ts';
import type { CallPriority, CallTokens, EmrOperation } from '../../lambdas/ports/tokens.ts';

const RESERVE: Readonly<Record<CallPriority, number>> = { loss: 0, growth: 1, shrink: 2, routine: 3 };

/** A token, in the milliseconds that make it. */
const TOKEN = 2000;
const FULL = 5 * TOKEN;

/** A bucket as EMR describes it: five tokens at most, half a token a second. */
class Bucket {
  level = FULL;
  #at = 0;

  refill(milliseconds: number): void {
    // A bucket that somebody with a clock gone wrong took from counts as full.
    const passed = this.#at > milliseconds + 110_000 ? FULL : milliseconds - this.#at;
    if (passed <= 0) return;
    this.level = Math.min(FULL, this.level + passed);
    this.#at = milliseconds;
  }
}

/** The budget of one account; all its clusters take from this one object. */
export class FakeCallTokens implements CallTokens {
  readonly #buckets: Readonly<Record<EmrOperation, Bucket>> = {
    ListInstanceFleets: new Bucket(),
    ModifyInstanceFleet: new Bucket(),
  };

  async take(operations: readonly EmrOperation[], priority: CallPriority, now: EpochSeconds): Promise<boolean> {
    const asked = operations.map((operation) => this.#buckets[operation]);
    for (const bucket of asked) bucket.refill(Math.round(now * 1000));
    if (asked.some(({ level }) => level - TOKEN < RESERVE[priority] * TOKEN)) return false;
    for (const bucket of asked) bucket.level -= TOKEN;
    return true;
  }
}
