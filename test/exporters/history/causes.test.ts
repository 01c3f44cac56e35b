/** Why a query failed, from what the engines say. */
import { CAUSES, causeOf } from '../../../exporters/history/causes.ts';

const TABLE: readonly (readonly [type: string | undefined, name: string | undefined, cause: string])[] = [
  ['INTERNAL_ERROR', 'REMOTE_HOST_GONE', 'worker_lost'],
  ['INTERNAL_ERROR', 'PAGE_TRANSPORT_TIMEOUT', 'worker_lost'],
  ['INTERNAL_ERROR', 'PAGE_TRANSPORT_ERROR', 'worker_lost'],
  ['INTERNAL_ERROR', 'TOO_MANY_REQUESTS_FAILED', 'worker_lost'],
  ['INTERNAL_ERROR', 'REMOTE_TASK_MISMATCH', 'worker_lost'],
  ['INTERNAL_ERROR', 'REMOTE_TASK_ERROR', 'worker_lost'],
  ['INTERNAL_ERROR', 'REMOTE_TASK_FAILED', 'worker_lost'],
  ['INTERNAL_ERROR', 'NO_NODES_AVAILABLE', 'worker_lost'],
  ['INTERNAL_ERROR', 'ABANDONED_TASK', 'worker_lost'],
  ['INTERNAL_ERROR', 'SERVER_SHUTTING_DOWN', 'worker_lost'],
  [undefined, 'REMOTE_HOST_GONE', 'worker_lost'],
  ['INTERNAL_ERROR', 'GENERIC_INTERNAL_ERROR', 'internal_error'],
  ['INTERNAL_ERROR', 'SERVER_STARTING_UP', 'internal_error'],
  ['INTERNAL_ERROR', undefined, 'internal_error'],
  ['INSUFFICIENT_RESOURCES', 'GENERIC_INSUFFICIENT_RESOURCES', 'no_workers'],
  ['INSUFFICIENT_RESOURCES', 'EXCEEDED_GLOBAL_MEMORY_LIMIT', 'insufficient_resources'],
  ['INSUFFICIENT_RESOURCES', 'QUERY_QUEUE_FULL', 'insufficient_resources'],
  ['USER_ERROR', 'SYNTAX_ERROR', 'user_error'],
  ['USER_ERROR', 'USER_CANCELED', 'cancelled'],
  ['USER_ERROR', 'ABANDONED_QUERY', 'cancelled'],
  ['EXTERNAL', 'HIVE_METASTORE_ERROR', 'external'],
  ['A_TYPE_OF_2030', 'A_NAME_OF_2030', 'unknown'],
  ['constructor', '__proto__', 'unknown'],
  [undefined, undefined, 'unknown'],
];

test.each(TABLE)('%s, %s → %s', (type, name, cause) => {
  expect(causeOf(type, name)).toBe(cause);
  expect(CAUSES).toContain(cause);
});
