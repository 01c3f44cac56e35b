/** The adapters over dynalite keep the contracts of their ports. */
import { LocalTables } from './local-table.ts';
import { tableContracts } from './table-contracts.ts';

let tables: LocalTables;

beforeAll(async () => {
  tables = await LocalTables.start();
});

afterAll(() => tables.stop());

tableContracts('DynamoDB', () => tables.make());
