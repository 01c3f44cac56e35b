/** What keeps the contracts over dynalite keeps them over AWS's own DynamoDB for one machine. */
import { tableContracts } from '../../lambdas/adapters/dynamo/table-contracts.ts';
import { DynamoDbLocal } from './tools/dynamodb-local.ts';

let server: DynamoDbLocal;

beforeAll(async () => {
  server = await DynamoDbLocal.start();
});

afterAll(() => server?.close());

tableContracts('DynamoDB Local', () => server.makeTable());
