/** The same days twice: against the table in memory, and over HTTP against dynalite, which counts what it would charge by itself. */
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Table } from '../../lambdas/adapters/dynamo/table.ts';
import { startTable } from '../table.ts';
import type { TableMeter } from './memory-table.ts';
import { type MonthOptions, playMonth } from './month.ts';
import type { Usage } from './usage.ts';

export interface WireMonth {
  readonly inMemory: Usage;
  readonly overTheWire: Usage;
}

interface Charged {
  readonly CapacityUnits?: number;
}

const READS: ReadonlySet<string> = new Set(['Get', 'Query']);

/** Asks with every call what it is charged; of writes whose condition failed nothing is told, and nothing counted. */
const countingTable = ({ client, name }: Table, meter: TableMeter): Table => {
  const send = async (command: { readonly input: object }): Promise<unknown> => {
    const operation = command.constructor.name.replace(/Command$/, '');
    meter.calls[operation] = (meter.calls[operation] ?? 0) + 1;
    Object.assign(command.input, { ReturnConsumedCapacity: 'TOTAL' });
    const answer = (await client.send(command as never)) as { readonly ConsumedCapacity?: Charged | Charged[] };
    const charged = [answer.ConsumedCapacity ?? []].flat();
    const units = charged.reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
    if (READS.has(operation)) meter.readUnits += units;
    else meter.writeUnits += units;
    return answer;
  };
  return { client: { send } as unknown as DynamoDBDocumentClient, name };
};

/** Plays the same twice. */
export const playOverTheWire = async (options: Omit<MonthOptions, 'tableFor'>): Promise<WireMonth> => {
  const inMemory = await playMonth(options);
  const { table, close } = await startTable();
  try {
    const tableFor = (_user: string, meter: TableMeter): Table => countingTable(table, meter);
    return { inMemory, overTheWire: await playMonth({ ...options, tableFor }) };
  } finally {
    await close();
  }
};
