/**
 * Finds where a JSON value ends that arrives in chunks, without decoding it: a walk over its bytes, about a nanosecond for
 * each. Strings and matching brackets are told apart; whether the rest is JSON is not looked at.
 */
import { NonsenseError } from '../untrusted.ts';
import { BACKSLASH, CLOSE_LIST, CLOSE_OBJECT, COMMA, isSpace, OPEN_LIST, OPEN_OBJECT, QUOTE } from './bytes.ts';

/** An answer of an engine has seven. */
const DEEPEST = 64;

const [OTHER, TEXT, OPENS, CLOSES] = [0, 1, 2, 3] as const;
const KINDS = new Uint8Array(256).fill(OTHER);
KINDS[QUOTE] = TEXT;
KINDS[OPEN_LIST] = OPENS;
KINDS[OPEN_OBJECT] = OPENS;
KINDS[CLOSE_LIST] = CLOSES;
KINDS[CLOSE_OBJECT] = CLOSES;

const endOfLiteral = (bytes: Buffer, from: number): number => {
  for (let at = from; at < bytes.length; at += 1) {
    const byte = bytes[at] as number;
    if (byte === COMMA || KINDS[byte] === CLOSES || isSpace(byte)) return at;
  }
  return -1;
};

export class ValueEnd {
  readonly #where: string;
  /** The bytes that close the lists and objects that are open. */
  readonly #closing = new Uint8Array(DEEPEST);
  #depth = 0;
  #begun = false;
  #isLiteral = false;
  #inString = false;
  /** The chunk ended behind a backslash. */
  #escaped = false;

  /** @param where names the document in errors */
  constructor(where: string) {
    this.#where = where;
  }

  /** What comes next is the inside of an object, of which the end is wanted. */
  beginInside(): void {
    this.#begun = true;
    this.#isLiteral = false;
    this.#enter(OPEN_OBJECT);
  }

  /**
   * The index behind the value that begins, or goes on, at `from`; -1: it goes on in the next chunk.
   * @throws {NonsenseError} for brackets that do not match, and for more of them than an answer can have
   */
  find(bytes: Buffer, from: number): number {
    const at = this.#begun ? from : this.#begin(bytes[from] as number, from);
    const end = this.#isLiteral ? endOfLiteral(bytes, at) : this.#endOfRest(bytes, at);
    this.#begun = end === -1;
    return end;
  }

  #begin(byte: number, at: number): number {
    const kind = KINDS[byte];
    this.#isLiteral = kind === OTHER;
    this.#inString = kind === TEXT;
    if (kind === OPENS) this.#enter(byte);
    return this.#isLiteral ? at : at + 1;
  }

  #endOfRest(bytes: Buffer, from: number): number {
    const behind = this.#inString ? this.#endOfString(bytes, from) : from;
    return behind === -1 || this.#depth === 0 ? behind : this.#endOfBrackets(bytes, behind);
  }

  #endOfBrackets(bytes: Buffer, from: number): number {
    for (let at = from; at < bytes.length; at += 1) {
      const byte = bytes[at] as number;
      const kind = KINDS[byte];
      if (kind === OTHER) continue;
      if (kind === TEXT) {
        const end = this.#endOfString(bytes, at + 1);
        if (end === -1) return -1;
        at = end - 1;
      } else if (kind === OPENS) this.#enter(byte);
      else if (this.#leave(byte)) return at + 1;
    }
    return -1;
  }

  #endOfString(bytes: Buffer, from: number): number {
    let at = this.#escaped ? from + 1 : from;
    this.#escaped = false;
    while (at < bytes.length) {
      const byte = bytes[at];
      if (byte === QUOTE) {
        this.#inString = false;
        return at + 1;
      }
      at += byte === BACKSLASH ? 2 : 1;
    }
    this.#inString = true;
    this.#escaped = at > bytes.length;
    return -1;
  }

  #enter(byte: number): void {
    if (this.#depth === DEEPEST) throw new NonsenseError(`${this.#where} is nested too deeply`);
    this.#closing[this.#depth] = byte === OPEN_LIST ? CLOSE_LIST : CLOSE_OBJECT;
    this.#depth += 1;
  }

  /** Whether that was the last one. */
  #leave(byte: number): boolean {
    this.#depth -= 1;
    if (byte === this.#closing[this.#depth]) return this.#depth === 0;
    throw new NonsenseError(`${this.#where} has brackets that do not match`);
  }
}
