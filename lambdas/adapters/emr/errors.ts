/**
 * What EMR's and the SDK's errors mean to a caller. Names and texts: facts of EMR's API model, of AWS's common errors
 * and of the SDK's behaviour as measured (`test/lambdas/adapters/emr/sdk.test.ts`).
 */
import { FleetError, type FleetFault } from '../../ports/fleets.ts';

const THROTTLED: ReadonlySet<string> = new Set([
  'ThrottlingException',
  'Throttling',
  'ThrottledException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'TooManyRequestsException',
]);

const DENIED: ReadonlySet<string> = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'AuthFailure',
  'CredentialsProviderError',
  'ExpiredToken',
  'ExpiredTokenException',
  'IncompleteSignature',
  'IncompleteSignatureException',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'MissingAuthenticationToken',
  'MissingAuthenticationTokenException',
  'NotAuthorized',
  'OptInRequired',
  'RequestExpired',
  'RequestTimeTooSkewed',
  'SignatureDoesNotMatch',
  'TokenProviderError',
  'UnauthorizedOperation',
  'UnrecognizedClientException',
]);

/** Client errors by status that still do not tell whether the request was carried out. */
const OPEN_STATUSES: ReadonlySet<number> = new Set([408]);

const NO_SUCH_CLUSTER = /cluster id '.*' is not valid|specified job flow id not valid/i;
const LONGEST_TEXT = 500;

/** The fields of an SDK error that are looked at. */
interface Described {
  readonly name: string;
  readonly message: string;
  readonly code: string | undefined;
  readonly status: number | undefined;
  /** `client`: EMR itself answered that the request was wrong. Absent: it was not EMR that spoke. */
  readonly fault: string | undefined;
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

const describe = (error: unknown): Described => {
  const fields = (typeof error === 'object' && error !== null ? error : {}) as Readonly<Record<string, unknown>>;
  const metadata = (fields['$metadata'] ?? {}) as Readonly<Record<string, unknown>>;
  const status = metadata['httpStatusCode'];
  return {
    name: text(fields['name']) ?? 'Error',
    message: text(fields['message']) ?? String(error),
    code: text(fields['ErrorCode']) ?? text(fields['code']),
    status: typeof status === 'number' ? status : undefined,
    fault: text(fields['$fault']),
  };
};

const faultOf = ({ name, message, status, fault }: Described): FleetFault => {
  if (THROTTLED.has(name) || status === 429) return 'throttled';
  if (fault !== undefined && /rate exceeded/i.test(message)) return 'throttled';
  if (DENIED.has(name)) return 'denied';
  const answered = fault === 'client' && status !== undefined && status >= 400 && status < 500;
  if (!answered || OPEN_STATUSES.has(status)) return 'unavailable';
  if (status === 401 || status === 403) return 'denied';
  // AWS sends internal failures with a status of its own choice.
  if (name.startsWith('Internal') || name.startsWith('ServiceUnavailable')) return 'unavailable';
  return NO_SUCH_CLUSTER.test(message) ? 'not-found' : 'refused';
};

/** What to do about an error, where EMR's own words do not say it. First match counts. */
const ADVICE: readonly (readonly [RegExp, string])[] = [
  [
    /mutually exclusive|API_DOES_NOT_SUPPORT_INSTANCE_(GROUP|FLEET)_CLUSTERS/,
    'prestoscale sets the targets of instance fleets only, and EMR cannot change this later: create the cluster anew with instance fleets',
  ],
  [
    /shutting down, terminated, or finished|terminated clusters/i,
    'the cluster is ending: within a minute dispatch finds its successor, or tells that there is none',
  ],
  [NO_SUCH_CLUSTER, 'the cluster is gone: within a minute dispatch finds its successor, or tells that there is none'],
  [/only be modified when the cluster is running or waiting/i, 'the cluster still starts: nothing to do'],
];

const DENIED_ADVICE =
  'the cluster must carry the tag prestoscale:environment with this environment’s name, and the role the permission of the stack';

const adviceFor = (fault: FleetFault, line: string): string => {
  if (fault === 'denied') return ` (${DENIED_ADVICE})`;
  const found = ADVICE.find(([pattern]) => pattern.test(line));
  return found === undefined ? '' : ` (${found[1]})`;
};

/** One line: a body that is no JSON brings its own text and a hint of the SDK over several. */
const lineOf = ({ name, message, code, status }: Described): string => {
  const first = (message.split('\n', 1)[0] ?? '').slice(0, LONGEST_TEXT);
  const extra = [...(code === undefined ? [] : [code]), ...(status === undefined ? [] : [`HTTP ${status}`])].join(', ');
  return `${name}${extra === '' ? '' : ` (${extra})`}: ${first}`;
};

/** SDK errors carry the response with its headers; only name, text and stack go on. */
const plainCause = (error: unknown, { name, message }: Described): Error => {
  const cause = Object.assign(new Error(message), { name });
  if (error instanceof Error && error.stack !== undefined) cause.stack = error.stack;
  return cause;
};

/**
 * What went wrong in a call, in the words of the port. Everything that EMR did not answer itself is `unavailable`:
 * time-outs, sockets, aborts, 5xx, and bodies that are no JSON (a proxy's page).
 * @param doing what was being done, as "ListInstanceFleets of cluster j-1"
 */
export const fleetErrorOf = (error: unknown, doing: string): FleetError => {
  if (error instanceof FleetError) return error;
  const described = describe(error);
  const fault = faultOf(described);
  const line = lineOf(described);
  const advice = fault === 'unavailable' || fault === 'throttled' ? '' : adviceFor(fault, line);
  return new FleetError(fault, `${doing}: ${line}${advice}`, plainCause(error, described));
};

/** An answer that cannot be meant. Nothing is guessed from it: a fleet taken for empty would be shrunk. */
export const answerError = (doing: string, problems: readonly string[]): FleetError =>
  new FleetError('unavailable', `${doing} gave an answer that cannot be used: ${problems.join('; ')}`);
