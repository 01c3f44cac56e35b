import type { EpochSeconds } from '../../lambdas/core/quantities.ts';
import type { CallPriority, CallTokens, EmrOperation } from '../../lambdas/ports/tokens.ts';

const RESERVE: Readonly<Record<CallPriority, number>> = { loss: 0, growth: 1, shrink: 2, routine: 3 };

/** A slot of 15 s, and 5 s for a late tick. */
const LOSS_WAITS = 20_000;

/** A bucket as EMR describes it: a number of tokens at most, and a time that makes one; its level is in milliseconds. */
class Bucket {
  readonly token: number;
  level: number;
  readonly #full: number;
  #at = 0;

  constructor(burst: number, tokenMilliseconds: number) {
    this.token = tokenMilliseconds;
    this.#full = burst * tokenMilliseconds;
    this.level = this.#full;
  }

  refill(milliseconds: number): void {
    // A bucket that somebody with a clock gone wrong took from counts as full.
    const passed = this.#at > milliseconds + 110_000 ? this.#full : milliseconds - this.#at;
    if (passed <= 0) return;
    this.level = Math.min(this.#full, this.level + passed);
    this.#at = milliseconds;
  }
}

/** The budget of one account; all its clusters take from this one object. */
export class FakeCallTokens implements CallTokens {
  /** Until then a loss that was refused may ask again, and nobody else is served. */
  #lossUntil = 0;
  readonly #buckets: Readonly<Record<EmrOperation, Bucket>> = {
    ListInstanceFleets: new Bucket(5, 2000),
    ListInstances: new Bucket(10, 2000),
    ModifyInstanceFleet: new Bucket(5, 2000),
    DescribeCluster: new Bucket(10, 1000),
    ListClusters: new Bucket(20, 2000),
    GetManagedScalingPolicy: new Bucket(5, 2000),
  };

  async take(operations: readonly EmrOperation[], priority: CallPriority, now: EpochSeconds): Promise<boolean> {
    const asked = operations.map((operation) => this.#buckets[operation]);
    const milliseconds = Math.round(now * 1000);
    for (const bucket of asked) bucket.refill(milliseconds);
    if (priority !== 'loss' && milliseconds < this.#lossUntil) return false;
    if (asked.some(({ level, token }) => level - token < RESERVE[priority] * token)) {
      if (priority === 'loss') this.#lossUntil = milliseconds + LOSS_WAITS;
      return false;
    }
    for (const bucket of asked) bucket.level -= bucket.token;
    return true;
  }
}
