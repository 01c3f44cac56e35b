/** The table as `CreateTable` wants it, for local use and tests; in an account the state stack makes it. */
import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import { TABLE } from '../../contract.ts';

/** Keys and billing. Expiry (TTL) is a setting of its own in DynamoDB, and nothing here relies on it. */
export const tableDefinition = (name: string): CreateTableCommandInput => ({
  TableName: name,
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [
    { AttributeName: TABLE.partition, AttributeType: 'S' },
    { AttributeName: TABLE.sort, AttributeType: 'S' },
  ],
  KeySchema: [
    { AttributeName: TABLE.partition, KeyType: 'HASH' },
    { AttributeName: TABLE.sort, KeyType: 'RANGE' },
  ],
});
