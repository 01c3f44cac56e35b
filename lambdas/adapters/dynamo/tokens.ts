/**
 * The budget of EMR calls that all clusters of an account share: one item, and in it of each bucket only the time at
 * which it will be full again. A token moves that time on by what the bucket needs to make one; a bucket that is not
 * full is drawn from by adding to it, so that callers who draw at once do not refuse each other's writes.
 *
 * Others only take, so what was seen once is the most there can be: a refusal from it is final and costs no call.
 */
import { ACCOUNT_PARTITION, ACCOUNT_SORT } from '../../contract.ts';
import type { EpochSeconds } from '../../core/quantities.ts';
import type { CallPriority, CallTokens, EmrOperation } from '../../ports/tokens.ts';
import { isConditionFailed } from '../aws-errors.ts';
import { isNumber } from './codec.ts';
import { getItem, type Item, type Table, type Update, updateItem } from './table.ts';

interface Bucket {
  /** Where the item keeps when it is full again. */
  readonly attribute: string;
  readonly burst: number;
  /** Time that makes one token. */
  readonly tokenMilliseconds: number;
}

/** EMR's buckets (AWS General Reference, Amazon EMR endpoints and quotas). */
const BUCKETS: Readonly<Record<EmrOperation, Bucket>> = {
  ListInstanceFleets: { attribute: 'listFullAt', burst: 5, tokenMilliseconds: 2000 },
  ModifyInstanceFleet: { attribute: 'modifyFullAt', burst: 5, tokenMilliseconds: 2000 },
  DescribeCluster: { attribute: 'describeFullAt', burst: 10, tokenMilliseconds: 1000 },
  ListClusters: { attribute: 'listClustersFullAt', burst: 20, tokenMilliseconds: 2000 },
  GetManagedScalingPolicy: { attribute: 'managedScalingFullAt', burst: 5, tokenMilliseconds: 2000 },
};
/** Tokens that must be left for those who go first. */
const RESERVE: Readonly<Record<CallPriority, number>> = { loss: 0, growth: 1, shrink: 2, routine: 3 };
/** A bucket that will be full only later than any taking explains was written by a clock gone wrong: it counts as full. */
const ABSURD_MILLISECONDS = 120_000;
/** Each lost race is one: somebody else took in the same few milliseconds. */
const MOST_TRIES = 3;

/** When each bucket is full again, in epoch milliseconds (whole, so that the table and we add alike). */
type FullAt = Readonly<Partial<Record<EmrOperation, number>>>;

interface Asked {
  readonly operations: readonly EmrOperation[];
  readonly now: number;
  readonly priority: CallPriority;
}

/** The latest time at which a bucket may be full again for this priority to be served. */
const latestOf = (operation: EmrOperation, { now, priority }: Asked): number => {
  const { burst, tokenMilliseconds } = BUCKETS[operation];
  return now + (burst - RESERVE[priority] - 1) * tokenMilliseconds;
};

const isFull = (fullAt: number | undefined, now: number): boolean =>
  fullAt === undefined || fullAt <= now || fullAt > now + ABSURD_MILLISECONDS;

const isSpent = (known: FullAt, asked: Asked): boolean =>
  asked.operations.some((operation) => {
    const fullAt = known[operation];
    return fullAt !== undefined && !isFull(fullAt, asked.now) && fullAt > latestOf(operation, asked);
  });

const readBuckets = (item: Item): FullAt =>
  Object.fromEntries(
    Object.entries(BUCKETS)
      .map(([operation, { attribute }]) => [operation, item[attribute]])
      .filter(([, fullAt]) => isNumber(fullAt)),
  );

/** Values of one operation's part of the update. */
const valuesOf = (operation: EmrOperation, isDrawn: boolean, asked: Asked): Record<string, number> => {
  const { tokenMilliseconds } = BUCKETS[operation];
  return isDrawn
    ? { [`:token${operation}`]: tokenMilliseconds, [`:latest${operation}`]: latestOf(operation, asked) }
    : { [`:one${operation}`]: asked.now + tokenMilliseconds };
};

/** One conditional update that takes a token of every operation, if the buckets are as they are believed to be. */
const takeExpression = (known: FullAt, asked: Asked): Update => {
  const { operations, now } = asked;
  const full = operations.filter((operation) => isFull(known[operation], now));
  const drawn = operations.filter((operation) => !full.includes(operation));
  const sets = [
    ...full.map((name) => `#${name} = :one${name}`),
    ...drawn.map((name) => `#${name} = #${name} + :token${name}`),
  ];
  const conditions = [
    ...full.map((name) => `(attribute_not_exists(#${name}) OR #${name} <= :now OR #${name} > :absurd)`),
    ...drawn.map((name) => `#${name} > :now AND #${name} <= :latest${name}`),
  ];
  return {
    UpdateExpression: `SET ${sets.join(', ')}`,
    ConditionExpression: conditions.join(' AND '),
    ExpressionAttributeNames: Object.fromEntries(operations.map((name) => [`#${name}`, BUCKETS[name].attribute])),
    ExpressionAttributeValues: {
      ':now': now,
      ...(full.length === 0 ? {} : { ':absurd': now + ABSURD_MILLISECONDS }),
      ...Object.assign({}, ...full.map((name) => valuesOf(name, false, asked))),
      ...Object.assign({}, ...drawn.map((name) => valuesOf(name, true, asked))),
    },
    ReturnValues: 'UPDATED_NEW',
  };
};

const KEY = { partition: ACCOUNT_PARTITION, sort: ACCOUNT_SORT.budget };

/** The account's budget, as any number of processes share it. */
export class DynamoCallTokens implements CallTokens {
  readonly #table: Table;
  #known: FullAt = {};

  constructor(table: Table) {
    this.#table = table;
  }

  /** One table call as a rule, none for a refusal that is already known; two more for each lost race. */
  async take(operations: readonly EmrOperation[], priority: CallPriority, now: EpochSeconds): Promise<boolean> {
    const milliseconds = Math.round(now * 1000);
    const asked: Asked = { operations: [...new Set(operations)], now: milliseconds, priority };
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      if (isSpent(this.#known, asked)) return false;
      if (await this.#tryTake(asked)) return true;
      this.#known = readBuckets((await getItem(this.#table, 'reading the budget of EMR calls', KEY)) ?? {});
    }
    return false;
  }

  async #tryTake(asked: Asked): Promise<boolean> {
    const doing = `taking EMR calls from the budget (${asked.operations.join(', ')})`;
    try {
      const item = await updateItem(this.#table, doing, KEY, takeExpression(this.#known, asked));
      this.#known = { ...this.#known, ...readBuckets(item) };
      return true;
    } catch (error) {
      if (isConditionFailed(error)) return false;
      throw error;
    }
  }
}
