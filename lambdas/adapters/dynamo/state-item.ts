/** The STATE item of a cluster: memory, fence, and the claim of a writer that announced a call. */
import { emptyMemory, type Memory } from '../../core/memory.ts';
import { type EpochSeconds, epochSeconds } from '../../core/quantities.ts';
import type { Fence } from '../../ports/cluster-store.ts';
import { isFields, isNumber, pack, unpack } from './codec.ts';
import type { Item, Update } from './table.ts';

export interface State {
  readonly memory: Memory;
  readonly fence: Fence;
  readonly claim?: { readonly fence: Fence; readonly until: EpochSeconds };
  /** Told when memory could not be used. */
  readonly notice?: string;
}

/** What a save writes, and over which fence. */
export interface Saving {
  readonly memory: Memory;
  readonly fence: Fence;
  readonly now: EpochSeconds;
  readonly claimUntil: EpochSeconds | undefined;
  /** Belongs to this save alone, so that it can be told from another writer's with the same fence. */
  readonly writeId: string;
}

/** As much of the shape as tells memory from something else; what `decide` wrote is otherwise believed. */
const isMemory = (value: unknown): value is Memory =>
  isFields(value) &&
  value['version'] === emptyMemory().version &&
  isNumber(value['tick']) &&
  [value['classes'], value['lag'], value['alarms'], value['record']].every(isFields) &&
  Array.isArray(value['wanted']);

const faultOf = (value: unknown): string =>
  isFields(value) && isNumber(value['version']) && value['version'] !== emptyMemory().version
    ? `it has version ${value['version']}, this program knows ${emptyMemory().version}`
    : 'it has not the shape of a memory';

/** Starting empty is safe: nothing shrinks before a whole hold has been watched. */
const anew = (why: string): Pick<State, 'memory' | 'notice'> => ({
  memory: emptyMemory(),
  notice: `the memory in the table cannot be used (${why}): it starts anew, and nothing shrinks before a whole hold has been watched`,
});

const memoryOf = (attribute: unknown): Pick<State, 'memory' | 'notice'> => {
  try {
    const value = unpack(attribute);
    return isMemory(value) ? { memory: value } : anew(faultOf(value));
  } catch (error) {
    return anew(error instanceof Error ? error.message : String(error));
  }
};

/**
 * Reads the item; without one the cluster has empty memory and fence 0.
 * @throws Error when there is no telling which fence comes next
 */
export const readState = (cluster: string, item: Item | undefined): State => {
  if (item === undefined) return { memory: emptyMemory(), fence: 0 };
  const { fence, claimUntil, memory } = item;
  if (!isNumber(fence)) {
    throw new Error(`the STATE item of cluster ${cluster} has no fence: delete the item, and memory starts anew`);
  }
  const claim = isNumber(claimUntil) ? { claim: { fence, until: epochSeconds(claimUntil) } } : {};
  return { ...memoryOf(memory), fence, ...claim };
};

/** The one conditional update that a save is. A save without a claim ends the claim before it. */
export const saveExpression = ({ memory, fence, now, claimUntil, writeId }: Saving): Update => {
  const first = fence === 0;
  const set = 'SET #memory = :memory, #fence = :next, #writeId = :writeId, #savedAt = :now';
  return {
    UpdateExpression: claimUntil === undefined ? `${set} REMOVE #claimUntil` : `${set}, #claimUntil = :claimUntil`,
    ConditionExpression: first ? 'attribute_not_exists(#fence)' : '#fence = :fence',
    ExpressionAttributeNames: {
      '#memory': 'memory',
      '#fence': 'fence',
      '#writeId': 'writeId',
      '#savedAt': 'savedAt',
      '#claimUntil': 'claimUntil',
    },
    ExpressionAttributeValues: {
      ':memory': pack(memory),
      ':next': fence + 1,
      ':writeId': writeId,
      ':now': now,
      ...(first ? {} : { ':fence': fence }),
      ...(claimUntil === undefined ? {} : { ':claimUntil': claimUntil }),
    },
  };
};

/** Whether the item is as this save leaves it. */
export const isSavedBy = ({ fence, writeId }: Saving, item: Item | undefined): boolean =>
  item !== undefined && item['fence'] === fence + 1 && item['writeId'] === writeId;
