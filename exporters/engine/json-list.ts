/**
 * A long JSON list read one element after the other, with the event loop free in between: 1,000 live queries with their
 * texts are megabytes, and parsing them at once would keep scrapes waiting for longer than they may.
 */
import { setImmediate as otherWork } from 'node:timers/promises';
import { NonsenseError, parseJson } from './untrusted.ts';

/** Work in one go; one element may take longer. */
const SLICE_MILLISECONDS = 10;

const STRUCTURE = /["[\]{},]/g;

/** The index behind the string that begins at `quote`; -1: it does not end. */
const behindString = (text: string, quote: number): number => {
  for (let end = text.indexOf('"', quote + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text[end - backslashes - 1] === '\\') backslashes += 1;
    if (backslashes % 2 === 0) return end + 1;
  }
  return -1;
};

/** The index of the comma or bracket that ends the element that begins at `from`; -1: there is none. */
const endOfElement = (text: string, from: number): number => {
  let depth = 0;
  STRUCTURE.lastIndex = from;
  for (let found = STRUCTURE.exec(text); found !== null; found = STRUCTURE.exec(text)) {
    const [mark] = found;
    if (mark === '"') {
      const behind = behindString(text, found.index);
      if (behind === -1) return -1;
      STRUCTURE.lastIndex = behind;
    } else if (mark === '{' || mark === '[') depth += 1;
    else if (depth === 0) return found.index;
    else if (mark !== ',') depth -= 1;
  }
  return -1;
};

/** The texts of a list's elements. */
function* elementsOf(text: string, where: string): Generator<string> {
  const whole = text.trim();
  if (!whole.startsWith('[')) throw new NonsenseError(`${where} is no JSON list (${text.length} characters)`);
  if (whole.endsWith(']') && whole.slice(1, -1).trim() === '') return;
  for (let from = 1; ; ) {
    const end = endOfElement(whole, from);
    if (end === -1) throw new NonsenseError(`${where} is cut off (${text.length} characters)`);
    yield whole.slice(from, end);
    if (whole[end] !== ',') {
      if (whole[end] === ']' && end === whole.length - 1) return;
      throw new NonsenseError(`${where} goes on behind its end (${text.length} characters)`);
    }
    from = end + 1;
  }
}

/**
 * What `read` makes of each element of a list, in order; what it makes undefined of is left out.
 * @param where names the list in errors
 * @throws {NonsenseError} if it is no JSON list, and whatever `read` throws
 */
export const readList = async <Item>(
  body: string,
  where: string,
  read: (element: unknown) => Item | undefined,
): Promise<readonly Item[]> => {
  const items: Item[] = [];
  let began = performance.now();
  for (const text of elementsOf(body, where)) {
    const item = read(parseJson(text, `${where}[]`));
    if (item !== undefined) items.push(item);
    if (performance.now() - began < SLICE_MILLISECONDS) continue;
    await otherWork();
    began = performance.now();
  }
  return items;
};
