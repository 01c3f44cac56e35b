/** What every adapter does with the table: single calls whose errors say what was being done. */
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { TABLE } from '../../contract.ts';
import { awsErrorLine, isConditionFailed, plainCause } from '../aws-errors.ts';

/** One table, and the client that reaches it. */
export interface Table {
  readonly client: DynamoDBDocumentClient;
  readonly name: string;
}

export interface Key {
  readonly partition: string;
  readonly sort: string;
}

/** Attributes of an item, as plain values; nothing is known of them before they are looked at. */
export type Item = Readonly<Record<string, unknown>>;

/** A condition with its placeholders, or an update: DynamoDB's expressions, names always as `#placeholders`. */
export type Expression = Pick<
  UpdateCommandInput,
  'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
>;
export type Update = Expression & Pick<UpdateCommandInput, 'UpdateExpression' | 'ReturnValues'>;

/**
 * Makes one call. A condition that failed goes on as it is, because its caller knows what that means.
 * @param doing what is being done, as "loading cluster j-1"
 * @throws Error that says what was being done with which table, and what AWS or the network said
 */
export const calling = async <Output>(table: Table, doing: string, call: () => Promise<Output>): Promise<Output> => {
  try {
    return await call();
  } catch (error) {
    if (isConditionFailed(error)) throw error;
    throw new Error(`${doing} (table ${table.name}): ${awsErrorLine(error)}`, { cause: plainCause(error) });
  }
};

/** @returns whether the condition of a write held; false: nothing was written */
export const ifHeld = async (write: Promise<unknown>): Promise<boolean> => {
  try {
    await write;
    return true;
  } catch (error) {
    if (isConditionFailed(error)) return false;
    throw error;
  }
};

const keyOf = ({ partition, sort }: Key) => ({ [TABLE.partition]: partition, [TABLE.sort]: sort });

/** Sort key of an item that was read. */
export const sortOf = (item: Item): string => String(item[TABLE.sort]);

/** The item as the last write left it; undefined when there is none. */
export const getItem = async (table: Table, doing: string, key: Key): Promise<Item | undefined> => {
  const input = { TableName: table.name, Key: keyOf(key), ConsistentRead: true };
  const { Item } = await calling(table, doing, () => table.client.send(new GetCommand(input)));
  return Item;
};

/** Puts an item; with a condition, as it is documented for {@link calling}. */
export const putItem = async (
  table: Table,
  doing: string,
  key: Key,
  item: Item,
  condition: Expression = {},
): Promise<void> => {
  const input = { TableName: table.name, Item: { ...keyOf(key), ...item }, ...condition };
  await calling(table, doing, () => table.client.send(new PutCommand(input)));
};

/** Updates an item, or makes it. Gives what `ReturnValues` asks for. */
export const updateItem = async (table: Table, doing: string, key: Key, update: Update): Promise<Item> => {
  const input = { TableName: table.name, Key: keyOf(key), ...update };
  const { Attributes } = await calling(table, doing, () => table.client.send(new UpdateCommand(input)));
  return Attributes ?? {};
};

export const deleteItem = async (table: Table, doing: string, key: Key, condition: Expression = {}): Promise<void> => {
  const input = { TableName: table.name, Key: keyOf(key), ...condition };
  await calling(table, doing, () => table.client.send(new DeleteCommand(input)));
};

/** Which sort keys of a partition. */
export type Range = { readonly prefix: string } | { readonly first: string; readonly last: string };

const rangeOf = (range: Range | undefined) => {
  if (range === undefined) return { condition: '', names: {}, values: {} };
  const names = { '#sort': TABLE.sort };
  return 'prefix' in range
    ? { condition: ' AND begins_with(#sort, :prefix)', names, values: { ':prefix': range.prefix } }
    : {
        condition: ' AND #sort BETWEEN :first AND :last',
        names,
        values: { ':first': range.first, ':last': range.last },
      };
};

/**
 * All items of a partition, or of a range in it, in the order of their sort keys. One call a megabyte.
 * @param consistent false: may miss what was written in the last second, for half the price
 */
export const queryItems = async (
  table: Table,
  doing: string,
  partition: string,
  range?: Range,
  consistent = true,
): Promise<Item[]> => {
  const { condition, names, values } = rangeOf(range);
  const found: Item[] = [];
  let from: Record<string, unknown> | undefined;
  do {
    const input = {
      TableName: table.name,
      ConsistentRead: consistent,
      KeyConditionExpression: `#partition = :partition${condition}`,
      ExpressionAttributeNames: { '#partition': TABLE.partition, ...names },
      ExpressionAttributeValues: { ':partition': partition, ...values },
      ...(from === undefined ? {} : { ExclusiveStartKey: from }),
    };
    const page = await calling(table, doing, () => table.client.send(new QueryCommand(input)));
    found.push(...(page.Items ?? []));
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
  return found;
};
