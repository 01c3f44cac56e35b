/**
 * DynamoDB's expressions, as far as our adapters write them: conditions (comparisons, BETWEEN, begins_with,
 * attribute_exists, attribute_not_exists, AND, OR, brackets) and updates (SET with one + or -, REMOVE). Anything else is
 * refused loudly. The contracts of the adapters hold this against servers that speak DynamoDB.
 */
import type { Item } from '../../lambdas/adapters/dynamo/table.ts';

/** What placeholders stand for, and the item that is looked at. */
export interface Scope {
  readonly item: Item;
  readonly names: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, unknown>>;
}

export type Condition = (scope: Scope) => boolean;
/** Gives the attributes that are set; those that are removed are undefined in it. */
export type ItemUpdate = (scope: Scope) => Item;

type Operand = (scope: Scope) => unknown;

const TOKEN = /\s*(#\w+|:\w+|[A-Za-z_]+|<=|>=|<>|[=<>().,+-])/y;

class Tokens {
  readonly #text: string;
  readonly #tokens: string[] = [];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    TOKEN.lastIndex = 0;
    while (TOKEN.lastIndex < text.trimEnd().length) {
      const from = TOKEN.lastIndex;
      const [, token] = TOKEN.exec(text) ?? [];
      if (token === undefined) throw new Error(`the expression "${text}" cannot be read from character ${from}`);
      this.#tokens.push(token);
    }
  }

  get next(): string | undefined {
    return this.#tokens[this.#at];
  }

  take(): string {
    const { next } = this;
    if (next === undefined) throw new Error(`the expression "${this.#text}" ends too early`);
    this.#at += 1;
    return next;
  }

  /** Takes the next token if it is this one. */
  skip(token: string): boolean {
    if (this.next?.toUpperCase() !== token) return false;
    this.#at += 1;
    return true;
  }

  expect(token: string): void {
    if (!this.skip(token)) {
      throw new Error(`the expression "${this.#text}" has ${this.next ?? 'its end'}, expected ${token}`);
    }
  }
}

const nameIn = ({ names }: Scope, placeholder: string): string => {
  const name = names[placeholder];
  if (name === undefined) throw new Error(`the name ${placeholder} stands for nothing`);
  return name;
};

const pathOf = (tokens: Tokens, first: string): Operand => {
  const parts = [first];
  while (tokens.skip('.')) parts.push(tokens.take());
  return (scope) =>
    parts.reduce<unknown>((value, part) => (value as Item | undefined)?.[nameIn(scope, part)], scope.item);
};

const operandOf = (tokens: Tokens): Operand => {
  const token = tokens.take();
  if (token.startsWith('#')) return pathOf(tokens, token);
  if (!token.startsWith(':')) throw new Error(`${token} is no operand that is served here`);
  return ({ values }) => {
    if (!(token in values)) throw new Error(`the value ${token} stands for nothing`);
    return values[token];
  };
};

/** Undefined: they are of different types, or one is absent, and no comparison holds. */
const order = (first: unknown, second: unknown): number | undefined => {
  if (typeof first === 'number' && typeof second === 'number') return first - second;
  if (typeof first === 'string' && typeof second === 'string') {
    return Buffer.compare(Buffer.from(first), Buffer.from(second));
  }
  return undefined;
};

const COMPARISONS: Readonly<Record<string, (order: number) => boolean>> = {
  '=': (sign) => sign === 0,
  '<': (sign) => sign < 0,
  '<=': (sign) => sign <= 0,
  '>': (sign) => sign > 0,
  '>=': (sign) => sign >= 0,
};

const isBetween = (value: unknown, low: unknown, high: unknown): boolean =>
  (order(value, low) ?? -1) >= 0 && (order(value, high) ?? 1) <= 0;

const comparison = (tokens: Tokens): Condition => {
  const left = operandOf(tokens);
  if (tokens.skip('BETWEEN')) {
    const low = operandOf(tokens);
    tokens.expect('AND');
    const high = operandOf(tokens);
    return (scope) => isBetween(left(scope), low(scope), high(scope));
  }
  const sign = tokens.take();
  const holds = COMPARISONS[sign];
  if (holds === undefined) throw new Error(`${sign} is no comparison that is served here`);
  const right = operandOf(tokens);
  return (scope) => {
    const found = order(left(scope), right(scope));
    return found !== undefined && holds(found);
  };
};

const FUNCTIONS: Readonly<Record<string, (value: unknown, prefix: unknown) => boolean>> = {
  attribute_exists: (value) => value !== undefined,
  attribute_not_exists: (value) => value === undefined,
  begins_with: (value, prefix) => typeof value === 'string' && value.startsWith(String(prefix)),
};

const called = (tokens: Tokens): Condition | undefined => {
  const check = FUNCTIONS[tokens.next ?? ''];
  if (check === undefined) return undefined;
  tokens.take();
  tokens.expect('(');
  const subject = operandOf(tokens);
  const prefix = tokens.skip(',') ? operandOf(tokens) : () => undefined;
  tokens.expect(')');
  return (scope) => check(subject(scope), prefix(scope));
};

const single = (tokens: Tokens): Condition => {
  if (!tokens.skip('(')) return called(tokens) ?? comparison(tokens);
  const inner = either(tokens);
  tokens.expect(')');
  return inner;
};

const both = (tokens: Tokens): Condition => {
  const parts = [single(tokens)];
  while (tokens.skip('AND')) parts.push(single(tokens));
  return (scope) => parts.every((part) => part(scope));
};

function either(tokens: Tokens): Condition {
  const parts = [both(tokens)];
  while (tokens.skip('OR')) parts.push(both(tokens));
  return (scope) => parts.some((part) => part(scope));
}

const readCondition = (text: string): Condition => {
  const tokens = new Tokens(text);
  const condition = either(tokens);
  if (tokens.next !== undefined) throw new Error(`the expression "${text}" goes on with ${tokens.next}`);
  return condition;
};

type Assignment = (scope: Scope) => readonly [name: string, value: unknown];

const assignment = (tokens: Tokens): Assignment => {
  const target = tokens.take();
  tokens.expect('=');
  const first = operandOf(tokens);
  const sign = tokens.skip('+') ? 1 : tokens.skip('-') ? -1 : 0;
  const second = sign === 0 ? undefined : operandOf(tokens);
  return (scope) => {
    const value = first(scope);
    const result = second === undefined ? value : (value as number) + sign * (second(scope) as number);
    if (result === undefined || Number.isNaN(result)) throw new Error(`${target} would get no value`);
    return [nameIn(scope, target), result];
  };
};

const removal = (tokens: Tokens): Assignment => {
  const target = tokens.take();
  return (scope) => [nameIn(scope, target), undefined];
};

const readUpdate = (text: string): ItemUpdate => {
  const tokens = new Tokens(text);
  const changes: Assignment[] = [];
  while (tokens.next !== undefined) {
    const one = tokens.skip('SET') ? assignment : removal;
    if (one === removal) tokens.expect('REMOVE');
    do changes.push(one(tokens));
    while (tokens.skip(','));
  }
  return (scope) => Object.fromEntries(changes.map((change) => change(scope)));
};

/** Texts come again and again: each is read once. */
const remembered = <Read>(read: (text: string) => Read): ((text: string) => Read) => {
  const known = new Map<string, Read>();
  return (text) => {
    const found = known.get(text) ?? read(text);
    known.set(text, found);
    return found;
  };
};

/** @throws Error for an expression that is not served here */
export const conditionOf = remembered(readCondition);
/** @throws Error for an expression that is not served here */
export const updateOf = remembered(readUpdate);
