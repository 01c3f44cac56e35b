/**
 * Why queries fail, in the few words that an owner acts on. Names of errors: `StandardErrorCode` of PrestoDB and Trino.
 * A query that lost a worker is an internal error to the engine; here it has a cause of its own.
 */
export const CAUSES = [
  'user_error',
  'internal_error',
  'insufficient_resources',
  'external',
  'worker_lost',
  'no_workers',
  'cancelled',
  'unknown',
] as const;
export type Cause = (typeof CAUSES)[number];

const BY_TYPE: ReadonlyMap<string, Cause> = new Map([
  ['USER_ERROR', 'user_error'],
  ['INTERNAL_ERROR', 'internal_error'],
  ['INSUFFICIENT_RESOURCES', 'insufficient_resources'],
  ['EXTERNAL', 'external'],
]);

const BY_NAME: ReadonlyMap<string, Cause> = new Map<string, Cause>([
  ['TOO_MANY_REQUESTS_FAILED', 'worker_lost'],
  ['PAGE_TRANSPORT_ERROR', 'worker_lost'],
  ['PAGE_TRANSPORT_TIMEOUT', 'worker_lost'],
  ['NO_NODES_AVAILABLE', 'worker_lost'],
  ['REMOTE_TASK_ERROR', 'worker_lost'],
  ['REMOTE_TASK_MISMATCH', 'worker_lost'],
  ['REMOTE_TASK_FAILED', 'worker_lost'],
  ['SERVER_SHUTTING_DOWN', 'worker_lost'],
  ['ABANDONED_TASK', 'worker_lost'],
  ['REMOTE_HOST_GONE', 'worker_lost'],
  // "Insufficient active worker nodes. Waited …", and little else.
  ['GENERIC_INSUFFICIENT_RESOURCES', 'no_workers'],
  ['USER_CANCELED', 'cancelled'],
  // Its client stopped asking for it.
  ['ABANDONED_QUERY', 'cancelled'],
]);

/** The name tells more than the type, as far as it is known; later versions have names that are not. */
export const causeOf = (type: string | undefined, name: string | undefined): Cause =>
  BY_NAME.get(name ?? '') ?? BY_TYPE.get(type ?? '') ?? 'unknown';
