/** The name of a hold, as `hold set` and `hold release` take it. */
import type { Parsed } from '../arguments.ts';

const LONGEST = 128;

/** A key that can be typed, shown on one line, and kept in a key of the table. */
export const holdKey = (text: string): Parsed<string> =>
  text.length <= LONGEST && /^[\p{L}\p{N}][\p{L}\p{N}._:/ -]*$/u.test(text)
    ? { value: text }
    : { expected: `a name of letters, digits, and . _ : / - , at most ${LONGEST} characters` };
