/**
 * The budget of EMR calls that all clusters of an account share: one item, and in it of each bucket only the time at
 * which it will be full again. A token moves that time on by what the bucket needs to make one; a bucket that is not
 * full is drawn from by adding to it, so that callers who draw at once do not refuse each other's writes.
 *
 * Others only take, so what was seen once is the most there can be: a refusal from it is final and costs no call. A
 * loss that is refused leaves a sign in the item that keeps everybody else away until it has asked again.
 */
import { ACCOUNT_PARTITION, ACCOUNT_SORT } from '../../contract.ts';
import type { EpochSeconds } from '../../core/quantities.ts';
import type { CallPriority, CallTokens, EmrOperation } from '../../ports/tokens.ts';
import { isConditionFailed } from '../aws-errors.ts';
import { type Asked, ATTRIBUTES, CallBuckets, type CallQuotas, type FullAt, readBuckets } from './call-buckets.ts';
import { isNumber } from './codec.ts';
import { getItem, type Item, type Table, type Update, updateItem } from './table.ts';

export interface CallBudget {
  readonly quotas?: CallQuotas | undefined;
  /** Distance of two ticks of a cluster, after which one that was refused asks again. Default 15. */
  readonly slotSeconds?: number | undefined;
}

/** What is known of the item. */
interface Known {
  readonly fullAt: FullAt;
  /** Up to then only losses are served, in epoch milliseconds. */
  readonly lossUntil?: number;
}

const LOSS_UNTIL = 'lossUntil';
/** A tick may be so much later than its slot. */
const LATE_MILLISECONDS = 5000;
/** Each lost race is one: somebody else took in the same few milliseconds. */
const MOST_TRIES = 3;

const KEY = { partition: ACCOUNT_PARTITION, sort: ACCOUNT_SORT.budget };

const readItem = (item: Item): Known => {
  const lossUntil = item[LOSS_UNTIL];
  return { fullAt: readBuckets(item), ...(isNumber(lossUntil) ? { lossUntil } : {}) };
};

/** The account's budget, as any number of processes share it. */
export class DynamoCallTokens implements CallTokens {
  readonly #table: Table;
  readonly #buckets: CallBuckets;
  /** A loss that was refused has asked again by then. */
  readonly #lossMilliseconds: number;
  #known: Known = { fullAt: {} };

  constructor(table: Table, { quotas, slotSeconds = 15 }: CallBudget = {}) {
    this.#table = table;
    this.#buckets = new CallBuckets(quotas);
    this.#lossMilliseconds = slotSeconds * 1000 + LATE_MILLISECONDS;
  }

  /** One table call as a rule, none for a refusal that is already known, but one for that of a loss; two more for each lost race. */
  async take(operations: readonly EmrOperation[], priority: CallPriority, now: EpochSeconds): Promise<boolean> {
    const milliseconds = Math.round(now * 1000);
    const asked: Asked = { operations: [...new Set(operations)], now: milliseconds, priority };
    if (await this.#tryToTake(asked)) return true;
    if (priority === 'loss') await this.#keepOthersAway(milliseconds);
    return false;
  }

  async #tryToTake(asked: Asked): Promise<boolean> {
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      if (this.#isRefused(asked)) return false;
      if (await this.#update(asked)) return true;
      this.#known = readItem((await getItem(this.#table, 'reading the budget of EMR calls', KEY)) ?? {});
    }
    return false;
  }

  #isRefused(asked: Asked): boolean {
    const { fullAt, lossUntil = 0 } = this.#known;
    return (asked.priority !== 'loss' && this.#isAhead(lossUntil, asked.now)) || this.#buckets.isSpent(fullAt, asked);
  }

  /** A sign further ahead than any that is left was written by a clock gone wrong. */
  #isAhead(lossUntil: number, now: number): boolean {
    return lossUntil > now && lossUntil <= now + 2 * this.#lossMilliseconds;
  }

  async #update(asked: Asked): Promise<boolean> {
    const doing = `taking EMR calls from the budget (${asked.operations.join(', ')})`;
    try {
      const item = await updateItem(this.#table, doing, KEY, this.#takeExpression(asked));
      this.#known = { ...this.#known, fullAt: { ...this.#known.fullAt, ...readBuckets(item) } };
      return true;
    } catch (error) {
      if (isConditionFailed(error)) return false;
      throw error;
    }
  }

  async #keepOthersAway(now: number): Promise<void> {
    const until = now + this.#lossMilliseconds;
    await updateItem(this.#table, 'leaving a sign that a loss waits for EMR calls', KEY, {
      UpdateExpression: 'SET #until = :until',
      ExpressionAttributeNames: { '#until': LOSS_UNTIL },
      ExpressionAttributeValues: { ':until': until },
    });
    this.#known = { ...this.#known, lossUntil: until };
  }

  /** One conditional update that takes a token of every operation, if the buckets are as they are believed to be. */
  #takeExpression(asked: Asked): Update {
    const { operations, now, priority } = asked;
    const parts = operations.map((operation) => this.#takeOne(operation, asked));
    const unlessLoss = '(attribute_not_exists(#until) OR #until <= :now OR #until > :farAhead)';
    const waits = priority === 'loss' ? [] : [unlessLoss];
    return {
      UpdateExpression: `SET ${parts.map(({ set }) => set).join(', ')}`,
      ConditionExpression: [...parts.map(({ condition }) => condition), ...waits].join(' AND '),
      ExpressionAttributeNames: {
        ...Object.fromEntries(operations.map((name) => [`#${name}`, ATTRIBUTES[name]])),
        ...(waits.length === 0 ? {} : { '#until': LOSS_UNTIL }),
      },
      ExpressionAttributeValues: {
        ':now': now,
        ...(waits.length === 0 ? {} : { ':farAhead': now + 2 * this.#lossMilliseconds }),
        ...Object.assign({}, ...parts.map(({ values }) => values)),
      },
      ReturnValues: 'UPDATED_NEW',
    };
  }

  #takeOne(name: EmrOperation, asked: Asked) {
    const { now } = asked;
    const token = this.#buckets.tokenMilliseconds(name);
    if (this.#buckets.isFull(name, this.#known.fullAt[name], now)) {
      return {
        set: `#${name} = :one${name}`,
        condition: `(attribute_not_exists(#${name}) OR #${name} <= :now OR #${name} > :absurd${name})`,
        values: { [`:one${name}`]: now + token, [`:absurd${name}`]: this.#buckets.absurd(name, now) },
      };
    }
    return {
      set: `#${name} = #${name} + :token${name}`,
      condition: `#${name} > :now AND #${name} <= :latest${name}`,
      values: { [`:token${name}`]: token, [`:latest${name}`]: this.#buckets.latestOf(name, asked) },
    };
  }
}
