/**
 * A DynamoDB table in this process for the adapters' own client: one call takes microseconds, and the capacity that
 * DynamoDB would charge is counted. Each user of the table has a client and a meter of its own.
 */
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  BatchWriteCommand,
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { Item, Table } from '../../lambdas/adapters/dynamo/table.ts';
import { TABLE } from '../../lambdas/contract.ts';
import { conditionOf, type Scope, updateOf } from './expression.ts';
import { bytesOfItem, readUnits, writeUnits } from './item-size.ts';

/** What one user of a table has used. */
export interface TableMeter {
  /** By operation. */
  readonly calls: Record<string, number>;
  readUnits: number;
  writeUnits: number;
  /** Of `writeUnits`, those of writes whose condition failed: DynamoDB charges them too. */
  refusedWriteUnits: number;
}

export const tableMeter = (): TableMeter => ({ calls: {}, readUnits: 0, writeUnits: 0, refusedWriteUnits: 0 });

const NAME = 'prestoscale';

interface Stored {
  readonly item: Item;
  readonly bytes: number;
}

/** The inputs of all commands, as far as they are looked at. */
interface Input {
  readonly Key?: Record<string, unknown>;
  readonly Item?: Record<string, unknown>;
  readonly ConsistentRead?: boolean;
  readonly ConditionExpression?: string;
  readonly KeyConditionExpression?: string;
  readonly UpdateExpression?: string;
  readonly ExpressionAttributeNames?: Record<string, string>;
  readonly ExpressionAttributeValues?: Record<string, unknown>;
  readonly ReturnValues?: string;
  readonly RequestItems?: Record<string, readonly { readonly PutRequest?: { readonly Item?: Item } }[]>;
}

const keysOf = (key: Item): { readonly partition: string; readonly sort: string } => ({
  partition: String(key[TABLE.partition]),
  sort: String(key[TABLE.sort]),
});

const scopeOf = (item: Item, input: Input): Scope => ({
  item,
  names: input.ExpressionAttributeNames ?? {},
  values: input.ExpressionAttributeValues ?? {},
});

/** Every query of ours is of one partition, whose value has this placeholder. */
const PARTITION_VALUE = ':partition';

const withoutUndefined = (item: Item): Item =>
  Object.fromEntries(Object.entries(item).filter(([, value]) => value !== undefined));

export class MemoryTable {
  readonly #partitions = new Map<string, Map<string, Stored>>();

  /**
   * The table for one user.
   * @param before called before every call takes effect, e.g. to let time pass
   */
  for(meter: TableMeter, before: () => Promise<void> = async () => {}): Table {
    const send = async (command: { readonly input: unknown }): Promise<unknown> => {
      await before();
      return this.#perform(command, command.input as Input, meter);
    };
    return { client: { send } as unknown as DynamoDBDocumentClient, name: NAME };
  }

  /** Bytes of everything in the table; DynamoDB charges 100 more for each item. */
  storedBytes(): number {
    const items = [...this.#partitions.values()].flatMap((partition) => [...partition.values()]);
    return items.reduce((sum, { bytes }) => sum + bytes + 100, 0);
  }

  /** Removes what has expired, as DynamoDB does by itself and for nothing. */
  expire(now: number): void {
    for (const partition of this.#partitions.values()) {
      for (const [sort, { item }] of partition) {
        const expires = item[TABLE.expires];
        if (typeof expires === 'number' && expires <= now) partition.delete(sort);
      }
    }
  }

  #perform(command: object, input: Input, meter: TableMeter): unknown {
    const operation = command.constructor.name.replace(/Command$/, '');
    meter.calls[operation] = (meter.calls[operation] ?? 0) + 1;
    if (command instanceof GetCommand) return this.#get(input, meter);
    if (command instanceof QueryCommand) return this.#query(input, meter);
    if (command instanceof PutCommand) return this.#put(input, meter);
    if (command instanceof UpdateCommand) return this.#update(input, meter);
    if (command instanceof DeleteCommand) return this.#delete(input, meter);
    if (command instanceof BatchWriteCommand) return this.#batch(input, meter);
    throw new Error(`${operation} is not served here`);
  }

  #stored(key: Item): Stored | undefined {
    const { partition, sort } = keysOf(key);
    return this.#partitions.get(partition)?.get(sort);
  }

  #store(given: Item): Stored {
    const item = withoutUndefined(given);
    const { partition, sort } = keysOf(item);
    const items = this.#partitions.get(partition) ?? new Map<string, Stored>();
    this.#partitions.set(partition, items);
    const stored = { item, bytes: bytesOfItem(item) };
    items.set(sort, stored);
    return stored;
  }

  #get({ Key = {}, ConsistentRead = false }: Input, meter: TableMeter): unknown {
    const found = this.#stored(Key);
    meter.readUnits += readUnits(found?.bytes ?? 0, ConsistentRead);
    return found === undefined ? {} : { Item: { ...found.item } };
  }

  /** All in one page: a partition of ours stays far below a megabyte. */
  #query(input: Input, meter: TableMeter): unknown {
    const holds = conditionOf(input.KeyConditionExpression ?? '');
    const partition = String(input.ExpressionAttributeValues?.[PARTITION_VALUE]);
    const found = [...(this.#partitions.get(partition) ?? [])].filter(([, { item }]) => holds(scopeOf(item, input)));
    found.sort(([first], [second]) => Buffer.compare(Buffer.from(first), Buffer.from(second)));
    const bytes = found.reduce((sum, [, stored]) => sum + stored.bytes, 0);
    meter.readUnits += readUnits(bytes, input.ConsistentRead ?? false);
    return { Items: found.map(([, { item }]) => ({ ...item })) };
  }

  #put(input: Input, meter: TableMeter): unknown {
    const { Item: item = {} } = input;
    const before = this.#stored(item);
    this.#check(input, before, meter);
    meter.writeUnits += writeUnits(Math.max(this.#store(item).bytes, before?.bytes ?? 0));
    return {};
  }

  #update(input: Input, meter: TableMeter): unknown {
    const { Key = {}, UpdateExpression = '', ReturnValues = 'NONE' } = input;
    const before = this.#stored(Key);
    this.#check(input, before, meter);
    const changes = updateOf(UpdateExpression)(scopeOf(before?.item ?? {}, input));
    const after = this.#store({ ...before?.item, ...Key, ...changes });
    meter.writeUnits += writeUnits(Math.max(after.bytes, before?.bytes ?? 0));
    if (ReturnValues === 'NONE') return {};
    if (ReturnValues !== 'UPDATED_NEW') throw new Error(`ReturnValues ${ReturnValues} is not served here`);
    return { Attributes: withoutUndefined(changes) };
  }

  #delete(input: Input, meter: TableMeter): unknown {
    const before = this.#stored(input.Key ?? {});
    this.#check(input, before, meter);
    const { partition, sort } = keysOf(input.Key ?? {});
    this.#partitions.get(partition)?.delete(sort);
    meter.writeUnits += writeUnits(before?.bytes ?? 0);
    return {};
  }

  #batch({ RequestItems = {} }: Input, meter: TableMeter): unknown {
    for (const { PutRequest } of Object.values(RequestItems).flat()) {
      if (PutRequest?.Item === undefined) throw new Error('a batch may only put items here');
      this.#put({ Item: PutRequest.Item }, meter);
    }
    return {};
  }

  /** @throws ConditionalCheckFailedException */
  #check(input: Input, before: Stored | undefined, meter: TableMeter): void {
    const { ConditionExpression } = input;
    if (ConditionExpression === undefined || conditionOf(ConditionExpression)(scopeOf(before?.item ?? {}, input)))
      return;
    const units = writeUnits(before?.bytes ?? 0);
    meter.writeUnits += units;
    meter.refusedWriteUnits += units;
    throw new ConditionalCheckFailedException({ $metadata: {}, message: 'The conditional request failed' });
  }
}
