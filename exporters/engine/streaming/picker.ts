/**
 * Picks a few values out of a JSON document that arrives in chunks, however long it is: out of each object of a list, out
 * of each of a map, or out of one object. What is not wanted, such as the text of a query, is passed over byte by byte and
 * never becomes a text; an object whose key is known already is passed over as a whole. What is wanted, and the way to it,
 * must be JSON; of the rest only strings and brackets are looked at.
 */
import { NonsenseError } from '../untrusted.ts';
import { CLOSE_LIST, CLOSE_OBJECT, COLON, COMMA, isSpace, OPEN_LIST, OPEN_OBJECT, QUOTE } from './bytes.ts';
import { CapturedBytes } from './captured-bytes.ts';
import { isWhole, type PickNode, pickTree } from './pick-tree.ts';
import { ValueEnd } from './value-end.ts';

/** `one`: the document is the object itself. */
export type PickForm = 'list' | 'map' | 'one';

export interface PickerOptions {
  /** Names the document in errors. */
  readonly where: string;
  readonly form: PickForm;
  /** Of an element: such as `session.user`, or `pools.*.maxBytes` for members of any name. */
  readonly paths: readonly string[];
  /** A member that is among the paths, best in front: whether an element with this one is worth reading. */
  readonly key?: { readonly path: string; readonly wants: (key: unknown) => boolean };
  /**
   * @param element an object of what was picked; in the place of an object that is none, there or in it, stands what is
   * there. A value of more than {@link LONGEST_VALUE_BYTES} is undefined.
   * @param name of an element of a map
   */
  readonly onElement: (element: unknown, name: string) => void;
}

/** 10,000 characters, each of them escaped (`\u00e4`), with room. */
const LONGEST_VALUE_BYTES = 128 * 1024;

type Members = Record<string, unknown>;

/** A list or an object that is open, on the way to what is wanted. */
interface Frame {
  readonly node: PickNode;
  readonly closes: number;
  /** What was picked of it; undefined: it is what holds the elements. */
  readonly into: Members | undefined;
  /** Under which it stands in the one around it. */
  readonly name: string;
}

/** What the value is for that is being passed over: to be decoded, or not. */
type Passing = 'name' | 'picked' | 'unwanted' | 'restOfElement';
type Expected = 'root' | 'value' | 'firstValue' | 'name' | 'firstName' | 'colon' | 'separator' | 'nothing';

const isValue = (byte: number): boolean =>
  byte !== COMMA && byte !== COLON && byte !== CLOSE_LIST && byte !== CLOSE_OBJECT;

/** Without a prototype, so that a member may have any name. */
const noMembers = (): Members => Object.create(null) as Members;

export class Picker {
  readonly #options: PickerOptions;
  readonly #tree: PickNode;
  readonly #captured = new CapturedBytes(LONGEST_VALUE_BYTES);
  readonly #valueEnd: ValueEnd;
  readonly #frames: Frame[] = [];
  #expected: Expected = 'root';
  #passing: Passing | undefined;
  /** Of the next value, and what is wanted of it. */
  #name = '';
  #wanted: PickNode | undefined;

  constructor(options: PickerOptions) {
    this.#options = options;
    this.#tree = pickTree(options.paths);
    this.#valueEnd = new ValueEnd(options.where);
  }

  /** @throws {NonsenseError} for what is no such document; what `wants` and `onElement` throw */
  push(bytes: Buffer): void {
    let at = 0;
    while (at < bytes.length) {
      at =
        this.#passing === undefined ? this.#structure(bytes[at] as number, at) : this.#pass(this.#passing, bytes, at);
    }
  }

  /** @throws {NonsenseError} if the document has not ended */
  end(): void {
    if (this.#expected !== 'nothing') throw this.#nonsense(this.#expected === 'root' ? 'is empty' : 'is cut off');
  }

  #nonsense(what: string): NonsenseError {
    return new NonsenseError(`${this.#options.where} ${what}`);
  }

  /** Gives where to go on. */
  #structure(byte: number, at: number): number {
    if (isSpace(byte)) return at + 1;
    if (this.#expected === 'root') this.#beginRoot(byte);
    else if (this.#expected === 'nothing') throw this.#nonsense('goes on behind its end');
    else if (byte === this.#frames.at(-1)?.closes) this.#close();
    else if (this.#expected === 'separator') this.#separate(byte);
    else if (this.#expected === 'colon') this.#colon(byte);
    else return this.#begin(byte, at);
    return at + 1;
  }

  #beginRoot(byte: number): void {
    const { form } = this.#options;
    if (byte !== (form === 'list' ? OPEN_LIST : OPEN_OBJECT)) {
      throw this.#nonsense(form === 'list' ? 'is no list' : 'is no object');
    }
    if (form === 'one') this.#enter(this.#tree, noMembers());
    else this.#enter({ children: new Map(), any: this.#tree }, undefined);
  }

  #enter(node: PickNode, into: Members | undefined): void {
    const isList = into === undefined && this.#options.form === 'list';
    this.#frames.push({ node, into, name: this.#name, closes: isList ? CLOSE_LIST : CLOSE_OBJECT });
    this.#expected = isList ? 'firstValue' : 'firstName';
    this.#wanted = isList ? node.any : undefined;
  }

  #close(): void {
    if (this.#expected === 'name' || this.#expected === 'value' || this.#expected === 'colon') {
      throw this.#nonsense('ends where something was to come');
    }
    const { into, name } = this.#frames.pop() as Frame;
    this.#name = name;
    if (into === undefined) this.#expected = 'nothing';
    else this.#give(into);
  }

  #separate(byte: number): void {
    if (byte !== COMMA) throw this.#nonsense('has something else where a comma or an end was to come');
    const { node, closes } = this.#frames.at(-1) as Frame;
    this.#expected = closes === CLOSE_LIST ? 'value' : 'name';
    if (closes === CLOSE_LIST) this.#wanted = node.any;
  }

  #colon(byte: number): void {
    if (byte !== COLON) throw this.#nonsense('has a name without a value');
    this.#expected = 'value';
  }

  #begin(byte: number, at: number): number {
    const wanted = this.#wanted;
    if (this.#expected === 'name' || this.#expected === 'firstName') {
      if (byte !== QUOTE) throw this.#nonsense('has a member without a name');
      this.#passing = 'name';
    } else if (!isValue(byte)) throw this.#nonsense('has no value where one was to come');
    else if (wanted !== undefined && byte === OPEN_OBJECT && !isWhole(wanted)) {
      this.#enter(wanted, noMembers());
      return at + 1;
    } else this.#passing = wanted === undefined ? 'unwanted' : 'picked';
    return at;
  }

  #pass(passing: Passing, bytes: Buffer, from: number): number {
    const end = this.#valueEnd.find(bytes, from);
    const isDecoded = passing === 'name' || passing === 'picked';
    if (end === -1) {
      if (isDecoded) this.#captured.add(bytes.subarray(from));
      return bytes.length;
    }
    this.#passing = undefined;
    const value = isDecoded ? this.#decode(bytes.subarray(from, end)) : undefined;
    if (passing === 'name') this.#endName(value);
    else if (passing === 'picked') this.#give(value);
    else this.#endUnwanted(passing);
    return end;
  }

  #decode(last: Buffer): unknown {
    try {
      return this.#captured.finish(last);
    } catch {
      throw this.#nonsense('has a value that is no JSON');
    }
  }

  #endName(name: unknown): void {
    if (typeof name !== 'string') throw this.#nonsense('has a name that is too long');
    const { node } = this.#frames.at(-1) as Frame;
    this.#name = name;
    this.#wanted = node.children.get(name) ?? node.any;
    this.#expected = 'colon';
  }

  #endUnwanted(passing: Passing): void {
    if (passing === 'restOfElement') this.#frames.pop();
    this.#expected = 'separator';
  }

  /** A value that was picked, or the object of those. */
  #give(value: unknown): void {
    const { key, onElement } = this.#options;
    const around = this.#frames.at(-1);
    this.#expected = around === undefined ? 'nothing' : 'separator';
    if (around?.into === undefined) {
      onElement(value, this.#name);
      return;
    }
    around.into[this.#name] = value;
    if (key === undefined || this.#name !== key.path || !this.#isElement(around) || key.wants(value)) return;
    this.#passing = 'restOfElement';
    this.#valueEnd.beginInside();
  }

  #isElement(frame: Frame): boolean {
    return frame === this.#frames[1];
  }
}
