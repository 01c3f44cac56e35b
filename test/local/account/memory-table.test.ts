/** The adapters over the table in memory keep the contracts of their ports. */
import { MemoryTable, tableMeter } from '../../../local/account/memory-table.ts';
import { tableContracts } from '../../lambdas/adapters/dynamo/table-contracts.ts';

tableContracts('the table in memory', async () => new MemoryTable().for(tableMeter()));
