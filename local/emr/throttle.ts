/** EMR's request budget per account and region: token buckets, refilled in the endpoint's own time. */

/** What the endpoint serves. */
export const OPERATIONS = [
  'ListInstanceFleets',
  'ListInstances',
  'DescribeCluster',
  'ModifyInstanceFleet',
  'ListClusters',
  'GetManagedScalingPolicy',
] as const;
export type Operation = (typeof OPERATIONS)[number];

interface Limit {
  readonly burst: number;
  readonly refillPerSecond: number;
}

/** AWS General Reference, "Amazon EMR endpoints and quotas": bucket size and refill of each API. */
export const LIMITS: Readonly<Record<Operation | 'all', Limit>> = {
  ListInstanceFleets: { burst: 5, refillPerSecond: 0.5 },
  ListInstances: { burst: 10, refillPerSecond: 0.5 },
  DescribeCluster: { burst: 10, refillPerSecond: 1 },
  ModifyInstanceFleet: { burst: 5, refillPerSecond: 0.5 },
  ListClusters: { burst: 20, refillPerSecond: 0.5 },
  GetManagedScalingPolicy: { burst: 5, refillPerSecond: 0.5 },
  all: { burst: 200, refillPerSecond: 50 },
};

class TokenBucket {
  readonly #limit: Limit;
  #tokens: number;
  #at: number;

  constructor(limit: Limit, now: number) {
    this.#limit = limit;
    this.#tokens = limit.burst;
    this.#at = now;
  }

  tokens(now: number): number {
    const refill = Math.max(0, now - this.#at) * this.#limit.refillPerSecond;
    this.#tokens = Math.min(this.#limit.burst, this.#tokens + refill);
    this.#at = now;
    return this.#tokens;
  }

  take(): void {
    this.#tokens -= 1;
  }
}

/** The buckets of one account: one for each operation and one for all together. */
export class Throttle {
  readonly #now: () => number;
  readonly #buckets = new Map<Operation | 'all', TokenBucket>();

  /** @param now the endpoint's time, seconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Takes a token of the operation's bucket and of the common one; false: one of them is empty and none was taken. */
  take(operation: Operation): boolean {
    const now = this.#now();
    const buckets = [this.#bucket(operation, now), this.#bucket('all', now)];
    if (buckets.some((bucket) => bucket.tokens(now) < 1)) return false;
    for (const bucket of buckets) bucket.take();
    return true;
  }

  #bucket(name: Operation | 'all', now: number): TokenBucket {
    const bucket = this.#buckets.get(name) ?? new TokenBucket(LIMITS[name], now);
    this.#buckets.set(name, bucket);
    return bucket;
  }
}
