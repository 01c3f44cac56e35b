/** EMR's buckets of calls, and what is known of how full they are. */
import type { CallPriority, CallQuota, EmrOperation } from '../../ports/tokens.ts';
import { isNumber } from './codec.ts';
import type { Item } from './table.ts';

/** Quotas that were raised, or that are shared with others; the published one for an operation that is not among them. */
export type CallQuotas = Readonly<Partial<Record<EmrOperation, CallQuota>>>;

/** AWS General Reference, Amazon EMR endpoints and quotas. */
const PUBLISHED: Readonly<Record<EmrOperation, CallQuota>> = {
  ListInstanceFleets: { burst: 5, perSecond: 0.5 },
  ListInstances: { burst: 10, perSecond: 0.5 },
  ModifyInstanceFleet: { burst: 5, perSecond: 0.5 },
  DescribeCluster: { burst: 10, perSecond: 1 },
  ListClusters: { burst: 20, perSecond: 0.5 },
  GetManagedScalingPolicy: { burst: 5, perSecond: 0.5 },
};

/** Where the item keeps when a bucket is full again. */
export const ATTRIBUTES: Readonly<Record<EmrOperation, string>> = {
  ListInstanceFleets: 'listFullAt',
  ListInstances: 'listInstancesFullAt',
  ModifyInstanceFleet: 'modifyFullAt',
  DescribeCluster: 'describeFullAt',
  ListClusters: 'listClustersFullAt',
  GetManagedScalingPolicy: 'managedScalingFullAt',
};

/** Tokens that must be left for those who go first. */
const RESERVE: Readonly<Record<CallPriority, number>> = { loss: 0, growth: 1, shrink: 2, routine: 3 };
/** Clocks differ by less than this. */
const CLOCK_MILLISECONDS = 60_000;

/** When each bucket is full again, in epoch milliseconds (whole, so that the table and we add alike). */
export type FullAt = Readonly<Partial<Record<EmrOperation, number>>>;

export interface Asked {
  readonly operations: readonly EmrOperation[];
  readonly now: number;
  readonly priority: CallPriority;
}

export class CallBuckets {
  readonly #quotas: Readonly<Record<EmrOperation, CallQuota>>;

  constructor(quotas: CallQuotas = {}) {
    this.#quotas = { ...PUBLISHED, ...quotas };
  }

  /** Time that makes one token. */
  tokenMilliseconds(operation: EmrOperation): number {
    return Math.ceil(1000 / this.#quotas[operation].perSecond);
  }

  /** The latest time at which a bucket may be full again for this priority to be served. */
  latestOf(operation: EmrOperation, { now, priority }: Asked): number {
    // A quota so small that nothing would be left beside the reserve gives its last token to anybody.
    const free = Math.max(0, this.#quotas[operation].burst - RESERVE[priority] - 1);
    return now + free * this.tokenMilliseconds(operation);
  }

  /** A bucket that will be full only later than any taking explains was written by a clock gone wrong: it counts as full. */
  absurd(operation: EmrOperation, now: number): number {
    return now + this.#quotas[operation].burst * this.tokenMilliseconds(operation) + CLOCK_MILLISECONDS;
  }

  isFull(operation: EmrOperation, fullAt: number | undefined, now: number): boolean {
    return fullAt === undefined || fullAt <= now || fullAt > this.absurd(operation, now);
  }

  /** Others only take, so what was seen once is the most there can be. */
  isSpent(known: FullAt, asked: Asked): boolean {
    return asked.operations.some((operation) => {
      const fullAt = known[operation];
      if (fullAt === undefined || this.isFull(operation, fullAt, asked.now)) return false;
      return fullAt > this.latestOf(operation, asked);
    });
  }
}

export const readBuckets = (item: Item): FullAt =>
  Object.fromEntries(
    Object.entries(ATTRIBUTES)
      .map(([operation, attribute]) => [operation, item[attribute]])
      .filter(([, fullAt]) => isNumber(fullAt)),
  );
