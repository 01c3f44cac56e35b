/**
 * Reading JSON that nobody has checked: what is not what it should be is a {@link NonsenseError}, so that a source that
 * answers nonsense fails as a whole instead of giving zeros.
 */

/** An answer that cannot be meant. The message says where in it and what was expected; it never quotes a text of any length. */
export class NonsenseError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'NonsenseError';
  }
}

/** A text may be part of a query, so only what looks like a word or a number is shown. */
const shown = (value: unknown): string => {
  if (typeof value === 'string')
    return /^[\w.+-]{1,20}$/.test(value) ? `"${value}"` : `a text of ${value.length} characters`;
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  return String(value);
};

const expected = (where: string, what: string, value: unknown): NonsenseError =>
  new NonsenseError(`${where} is ${shown(value)}, expected ${what}`);

/** A count or a quantity: finite and not negative. */
export const quantity = (value: unknown, where: string): number => {
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
  throw expected(where, 'a number of 0 or more', value);
};

export const textOf = (value: unknown, where: string): string => {
  if (typeof value === 'string') return value;
  throw expected(where, 'a text', value);
};

export const listOf = (value: unknown, where: string): readonly unknown[] => {
  if (Array.isArray(value)) return value;
  throw expected(where, 'a list', value);
};

/** The named members of an object. */
export const membersOf = (value: unknown, where: string): Readonly<Record<string, unknown>> => {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw expected(where, 'an object', value);
};

/** An object's fields; a field that is absent or null is absent. */
export class Fields {
  readonly #members: Readonly<Record<string, unknown>>;
  readonly #where: string;

  /** @throws {NonsenseError} if it is no object; so do all methods for fields of a wrong form */
  constructor(value: unknown, where: string) {
    this.#members = membersOf(value, where);
    this.#where = where;
  }

  /** All of them. */
  get members(): Readonly<Record<string, unknown>> {
    return this.#members;
  }

  has(name: string): boolean {
    return this.#members[name] !== undefined && this.#members[name] !== null;
  }

  number(name: string): number {
    return quantity(this.#members[name], this.#path(name));
  }

  numberIfAny(name: string): number | undefined {
    return this.has(name) ? this.number(name) : undefined;
  }

  text(name: string): string {
    return textOf(this.#members[name], this.#path(name));
  }

  textIfAny(name: string): string | undefined {
    return this.has(name) ? this.text(name) : undefined;
  }

  flag(name: string): boolean {
    const value = this.#members[name];
    if (typeof value === 'boolean') return value;
    throw expected(this.#path(name), 'true or false', value);
  }

  textsIfAny(name: string): readonly string[] {
    if (!this.has(name)) return [];
    return listOf(this.#members[name], this.#path(name)).map((one) => textOf(one, this.#path(name)));
  }

  fields(name: string): Fields {
    return new Fields(this.#members[name], this.#path(name));
  }

  /** Without members where it is absent. */
  fieldsIfAny(name: string): Fields {
    return this.has(name) ? this.fields(name) : new Fields({}, this.#path(name));
  }

  list(name: string): readonly unknown[] {
    return listOf(this.#members[name], this.#path(name));
  }

  #path(name: string): string {
    return `${this.#where}.${name}`;
  }
}

/** @throws {NonsenseError} if it is no JSON: HTML, or cut off */
export const parseJson = (body: string, where: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    throw new NonsenseError(`${where} is no JSON (${body.length} characters)`);
  }
};
