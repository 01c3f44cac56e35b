/** What an error of AWS means for a refresh. */

interface Said {
  readonly name?: unknown;
  readonly message?: unknown;
}

const DENIED: ReadonlySet<string> = new Set(['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation']);

/** Nobody is let in at all: every other call would end the same. */
const NOT_LOGGED_IN: ReadonlySet<string> = new Set([
  'AuthFailure',
  'CredentialsProviderError',
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'RequestExpired',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
]);

const saidBy = (error: unknown): { readonly name: string; readonly message: string } => {
  const { name, message } = (typeof error === 'object' && error !== null ? error : {}) as Said;
  const first = String(message ?? error).split('\n', 1)[0] ?? '';
  return { name: String(name ?? 'Error'), message: first };
};

export const isDenied = (error: unknown): boolean => DENIED.has(saidBy(error).name);
export const isNotLoggedIn = (error: unknown): boolean => NOT_LOGGED_IN.has(saidBy(error).name);

/** EMR's answer to a release that it does not have. */
export const isInvalidRequest = (error: unknown): boolean =>
  ['InvalidRequestException', 'ValidationException'].includes(saidBy(error).name);

/** Why a call failed, with what would allow it. */
export const failureText = (error: unknown, action: string): string => {
  const { name, message } = saidBy(error);
  return isDenied(error)
    ? `these credentials may not ${action}; allow it on "*" (docs/catalogue.md)`
    : `${action} failed: ${name}${message === '' ? '' : `: ${message}`}`;
};

/** Nothing can be made of what AWS said; its message is for people, and `cause` is what AWS said. */
export class RefreshError extends Error {
  override readonly name = 'RefreshError';
}
