/**
 * Picks a few values out of each object of a JSON list that arrives in chunks, however long the list is. What is not
 * wanted, such as the text of a query, is passed over byte by byte and never becomes a text; an object whose key is known
 * already is passed over as a whole. Bytes of structure and of strings are told apart; that the rest is JSON is checked
 * only where something is picked.
 */
import { NonsenseError } from '../engine/untrusted.ts';
import { CapturedBytes } from './captured-bytes.ts';
import { type PickNode, pickTree } from './pick-tree.ts';

/** Values by path; those that are absent or too long are absent. */
export type Picked = Readonly<Record<string, unknown>>;

export interface PickerOptions {
  /** Such as `session.user`. The first is the key of an object and stands in front of the others. */
  readonly paths: readonly [key: string, ...others: string[]];
  /** Whether the object with this key is worth reading. */
  readonly wants: (key: unknown) => boolean;
  readonly onElement: (picked: Picked) => void;
}

/** 10,000 characters, each of them escaped (`\u00e4`), with room. */
const LONGEST_VALUE_BYTES = 128 * 1024;
/** An answer of an engine has five. */
const DEEPEST = 64;

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

const isSpace = (byte: number): boolean => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);

/** The quote that ends a string whose content goes on at `from`, or -1; `escaped`: the chunk ends behind a backslash. */
const endOfString = (bytes: Buffer, from: number): { readonly at: number; readonly escaped: boolean } => {
  let start = from;
  for (;;) {
    const quote = bytes.indexOf(QUOTE, start);
    const end = quote === -1 ? bytes.length : quote;
    let backslashes = 0;
    while (end - backslashes > start && bytes[end - backslashes - 1] === BACKSLASH) backslashes += 1;
    const escaped = backslashes % 2 === 1;
    if (quote === -1 || !escaped) return { at: quote, escaped };
    start = quote + 1;
  }
};

export class ElementPicker {
  readonly #options: PickerOptions;
  readonly #root: PickNode;
  readonly #captured = new CapturedBytes(LONGEST_VALUE_BYTES);
  /** Open lists and objects by their first byte, and what is wanted of each. */
  readonly #open: number[] = [];
  readonly #nodes: (PickNode | undefined)[] = [];
  #mode: 'structure' | 'string' | 'literal' = 'structure';
  #escaped = false;
  #isKey = false;
  /** What is wanted of the next value. */
  #next: PickNode | undefined;
  /** The value being captured: its path and how many containers were open before it. */
  #capturing: { readonly path: string; readonly depth: number } | undefined;
  /** Where in this chunk the captured value goes on. */
  #from = 0;
  #picked: Record<string, unknown> = {};
  #skips = false;
  #ended = false;

  constructor(options: PickerOptions) {
    this.#options = options;
    this.#root = pickTree(options.paths);
  }

  /** @throws {NonsenseError} for what is no list of objects */
  push(bytes: Buffer): void {
    this.#from = 0;
    let at = 0;
    while (at < bytes.length) {
      if (this.#mode === 'string') at = this.#string(bytes, at);
      else if (this.#mode === 'literal') at = this.#literal(bytes, at);
      else at = this.#structure(bytes, at);
    }
    if (this.#capturing !== undefined) this.#captured.add(bytes.subarray(this.#from));
  }

  /** @throws {NonsenseError} if the list has not ended */
  end(): void {
    if (!this.#ended) throw new NonsenseError('a list of queries is cut off');
  }

  #string(bytes: Buffer, from: number): number {
    const start = this.#escaped ? from + 1 : from;
    const { at, escaped } = endOfString(bytes, start);
    this.#escaped = escaped;
    if (at === -1) return bytes.length;
    this.#mode = 'structure';
    if (this.#isKey) this.#endKey(bytes, at + 1);
    else this.#endValue(bytes, at + 1);
    return at + 1;
  }

  #literal(bytes: Buffer, from: number): number {
    for (let at = from; at < bytes.length; at += 1) {
      const byte = bytes[at] as number;
      if (byte === COMMA || byte === CLOSE_OBJECT || byte === CLOSE_LIST || isSpace(byte)) {
        this.#mode = 'structure';
        this.#endValue(bytes, at);
        return at;
      }
    }
    return bytes.length;
  }

  #structure(bytes: Buffer, at: number): number {
    const byte = bytes[at] as number;
    if (isSpace(byte)) return at + 1;
    if (this.#open.length === 0) this.#begin(byte);
    else if (byte === COMMA) this.#isKey = this.#open.at(-1) === OPEN_OBJECT;
    else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) this.#close(byte, bytes, at + 1);
    else if (byte !== COLON) this.#beginToken(byte, at);
    return at + 1;
  }

  #begin(byte: number): void {
    if (byte !== OPEN_LIST || this.#ended) throw new NonsenseError('a list of queries is no list');
    this.#enter(byte, undefined);
  }

  #enter(byte: number, node: PickNode | undefined): void {
    if (this.#open.length === DEEPEST) throw new NonsenseError('a list of queries is nested too deeply');
    this.#open.push(byte);
    this.#nodes.push(node);
    this.#isKey = byte === OPEN_OBJECT;
  }

  #beginToken(byte: number, at: number): void {
    if (this.#isKey) {
      if (byte !== QUOTE) throw new NonsenseError('a list of queries has a member without a name');
      this.#mode = 'string';
      if (this.#nodes.at(-1) !== undefined) this.#capture('', at);
      return;
    }
    const wanted = this.#wantedHere(byte);
    if (wanted?.path !== undefined) this.#capture(wanted.path, at);
    if (byte === OPEN_OBJECT) this.#enter(byte, wanted?.path === undefined ? wanted : undefined);
    else if (byte === OPEN_LIST) this.#enter(byte, undefined);
    else if (byte === QUOTE) this.#mode = 'string';
    else this.#mode = 'literal';
  }

  #wantedHere(byte: number): PickNode | undefined {
    if (this.#open.length > 1) {
      const wanted = this.#next;
      this.#next = undefined;
      return wanted;
    }
    if (byte !== OPEN_OBJECT) throw new NonsenseError('a list of queries has an element that is no object');
    return this.#root;
  }

  #capture(path: string, at: number): void {
    this.#capturing = { path, depth: this.#open.length };
    this.#from = at;
  }

  #captureEnds(bytes: Buffer, end: number): unknown {
    this.#capturing = undefined;
    try {
      return this.#captured.finish(bytes.subarray(this.#from, end));
    } catch {
      throw new NonsenseError('a list of queries has a value that is no JSON');
    }
  }

  #endKey(bytes: Buffer, end: number): void {
    this.#isKey = false;
    if (this.#capturing?.path !== '') return;
    const key = this.#captureEnds(bytes, end);
    this.#next = typeof key === 'string' ? this.#nodes.at(-1)?.children.get(key) : undefined;
  }

  #endValue(bytes: Buffer, end: number): void {
    const { path, depth } = this.#capturing ?? {};
    if (path === undefined || depth !== this.#open.length) return;
    const value = this.#captureEnds(bytes, end);
    this.#picked[path] = value;
    if (path !== this.#options.paths[0] || this.#options.wants(value)) return;
    this.#skips = true;
    this.#nodes.fill(undefined);
  }

  #close(byte: number, bytes: Buffer, end: number): void {
    const opened = this.#open.pop();
    this.#nodes.pop();
    this.#isKey = false;
    if (byte !== (opened === OPEN_LIST ? CLOSE_LIST : CLOSE_OBJECT)) {
      throw new NonsenseError('a list of queries has brackets that do not match');
    }
    this.#endValue(bytes, end);
    if (this.#open.length === 1) this.#endElement();
    if (this.#open.length === 0) this.#ended = true;
  }

  #endElement(): void {
    const picked = this.#picked;
    this.#picked = {};
    const skipped = this.#skips;
    this.#skips = false;
    if (!skipped) this.#options.onElement(picked);
  }
}
