/** What goes wrong, told to people once and not every five seconds. */
import type { EpochSeconds } from '../lambdas/core/quantities.ts';

/** A fault that was not seen for so long is told again. */
const FORGOTTEN_SECONDS = 900;

/**
 * A place to tell faults.
 * @param tell gets one line
 * @returns told of every fault with what it concerns; passes on those that are new, and those that come back after a while
 */
export const faultTeller = (
  tell: (line: string) => void,
  now: () => EpochSeconds,
): ((about: string, error: Error | undefined) => void) => {
  const seen = new Map<string, { readonly message: string; readonly at: EpochSeconds }>();
  return (about, error) => {
    const message = error?.message ?? '';
    const at = now();
    const before = seen.get(about);
    if (before?.message !== message || at - before.at > FORGOTTEN_SECONDS) tell(`${about}: ${message}`);
    seen.set(about, { message, at });
  };
};
