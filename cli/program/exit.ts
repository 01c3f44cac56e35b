/** How commands end: a code for scripts, and a sentence for people. */
import { FleetError } from '../../lambdas/ports/fleets.ts';
import { InputError } from '../../simulator/workload/errors.ts';
import { UsageError } from '../arguments.ts';

/** Exit codes (docs/cli.md). */
export const EXIT = {
  ok: 0,
  /** Something is wrong as told: a cluster has a problem, a check failed, a policy was refused. */
  wrong: 1,
  /** The command line cannot be used; nothing was done. */
  usage: 2,
  /** AWS, the table or the local run cannot be reached or does not let us in. */
  unreachable: 3,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Ends a command with {@link EXIT.wrong}; its message is for people. */
export class WrongError extends Error {
  override readonly name = 'WrongError';
}

/** Ends a command with {@link EXIT.unreachable}; its message is for people. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
}

const HINTS: Readonly<Record<string, string>> = {
  CredentialsProviderError:
    'No AWS credentials were found: log in (aws sso login), or set AWS_PROFILE or AWS_ACCESS_KEY_ID.',
  ExpiredToken: 'The credentials have expired: log in again.',
  ExpiredTokenException: 'The credentials have expired: log in again.',
  AccessDenied: 'These credentials may not do that: docs/cli.md lists the permissions of every command.',
  AccessDeniedException: 'These credentials may not do that: docs/cli.md lists the permissions of every command.',
  ResourceNotFoundException: 'It is not there: is this the right account, region and environment?',
};

interface Said {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly cause?: unknown;
}

/** The error and what it wraps. */
const chainOf = (error: unknown): readonly Said[] => {
  if (typeof error !== 'object' || error === null) return [];
  return [error as Said, ...chainOf((error as Said).cause)];
};

/** What came from outside and cannot be read is no fault of the way there. */
const isUnreadable = ({ name, code }: Said): boolean =>
  name === 'SyntaxError' || (typeof code === 'string' && /^(Z_|ERR_)/.test(code));

/** Adapters wrap what AWS or the network said as the cause of an error that says what was being done. */
const isUnreachable = (error: unknown): boolean => {
  if (error instanceof UnreachableError || error instanceof FleetError) return true;
  const chain = chainOf(error);
  return (chain.length > 1 || '$metadata' in Object(error)) && !chain.some(isUnreadable);
};

const hintOf = (error: unknown): string => {
  const hint = chainOf(error).map(({ name }) => HINTS[String(name)]);
  return hint.find((one) => one !== undefined) ?? '';
};

/** How a failure is told: its code, and lines without any stack. */
export const failureOf = (error: unknown): { readonly code: ExitCode; readonly text: string } => {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof UsageError || error instanceof InputError) return { code: EXIT.usage, text: message };
  const hint = hintOf(error);
  const text = hint === '' ? message : `${message}\n${hint}`;
  return { code: isUnreachable(error) ? EXIT.unreachable : EXIT.wrong, text };
};
