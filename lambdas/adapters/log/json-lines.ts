/** What functions report, as lines of JSON with the two members that Lambda's JSON logs have: time and level. */
import type { Clock } from '../../ports/clock.ts';

type Line = Readonly<Record<string, string | number | boolean | undefined>>;

/**
 * @param write writes one line, its end included. In a function that is the process's own output: `console` would wrap
 * the line into another object.
 */
export const jsonReport =
  (clock: Clock, write: (line: string) => void) =>
  (line: Line): void =>
    write(`${JSON.stringify({ timestamp: new Date(clock.now() * 1000).toISOString(), level: 'INFO', ...line })}\n`);
