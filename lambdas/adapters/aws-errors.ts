/**
 * What an error of an AWS client means, told by its name: the names are documented, the classes come from many packages.
 * Looks through causes, so a wrapped error means what it wraps.
 */

const CONDITION_FAILED: ReadonlySet<string> = new Set(['ConditionalCheckFailedException']);

/** DynamoDB's own, CloudWatch's and AWS's common names for "later". */
const THROTTLED: ReadonlySet<string> = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
]);

/** `TimeoutError` is the SDK's name, for broken connections (ECONNRESET, EPIPE) too; the others are Node's codes. */
const TIMED_OUT: ReadonlySet<string> = new Set(['TimeoutError', 'ETIMEDOUT', 'ESOCKETTIMEDOUT']);

const LONGEST_TEXT = 500;

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (error: unknown): Fields => (typeof error === 'object' && error !== null ? (error as Fields) : {});

const isAnyOf = (error: unknown, names: ReadonlySet<string>): boolean => {
  const { name, code, cause } = fieldsOf(error);
  const meant = (typeof name === 'string' && names.has(name)) || (typeof code === 'string' && names.has(code));
  return meant || (cause !== undefined && isAnyOf(cause, names));
};

/** A conditional write met another state than the one it was meant for; nothing was written. */
export const isConditionFailed = (error: unknown): boolean => isAnyOf(error, CONDITION_FAILED);

/** AWS asks to come back later; nothing was done. */
export const isThrottled = (error: unknown): boolean => isAnyOf(error, THROTTLED);

/** No answer in time, or the connection broke; what was asked for may have been done. */
export const isTimeout = (error: unknown): boolean => isAnyOf(error, TIMED_OUT);

/** One line: name, and message or code. The SDK's errors for bodies that are no JSON have messages of several lines. */
export const awsErrorLine = (error: unknown): string => {
  const { name, message, code } = fieldsOf(error);
  const said = typeof message === 'string' && message !== '' ? message : String(code ?? error);
  return `${typeof name === 'string' ? name : 'Error'}: ${(said.split('\n', 1)[0] ?? '').slice(0, LONGEST_TEXT)}`;
};

/** Name, code, message and stack of an SDK error without the response and its headers that it carries. */
export const plainCause = (error: unknown): Error => {
  const { name, message, code, stack } = fieldsOf(error);
  const plain = new Error(typeof message === 'string' ? message : String(error));
  return Object.assign(plain, {
    ...(typeof name === 'string' ? { name } : {}),
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof stack === 'string' ? { stack } : {}),
  });
};
