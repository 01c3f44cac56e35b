/**
 * As much of PromQL as the product asks in: selectors, `timestamp`, `label_replace` that only adds a label, `or`, `sum`,
 * `min`. Checked against a real Prometheus in `test/lambdas/adapters/samples/real-prometheus.test.ts`.
 */

export interface VectorElement {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** When the value was scraped, where the expression is a plain selector; else when it was computed. */
  readonly at: number;
}

export type Matches = (labels: Readonly<Record<string, string>>) => boolean;

export interface SeriesStore {
  readonly now: number;
  /** The newest value of every series that is not stale and not older than the lookback. */
  select(matches: Matches): readonly VectorElement[];
}

/** As Prometheus refuses: kind and sentence. */
export class PromqlError extends Error {
  readonly kind: 'bad_data' | 'execution';

  constructor(kind: 'bad_data' | 'execution', message: string) {
    super(message);
    this.kind = kind;
  }
}

interface Token {
  readonly text: string;
  readonly kind: 'name' | 'string' | 'number' | 'sign' | 'end';
  readonly at: number;
}

const TOKEN =
  /(?<space>(?:\s|#[^\n]*)+)|(?<name>[a-zA-Z_:][\w:]*)|(?<number>\d+(?:\.\d+)?)|(?<string>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|(?<sign>=~|!~|!=|[(){},=])/y;

const parseError = (query: string, at: number, what: string): PromqlError => {
  const before = query.slice(0, at).split('\n');
  const place = `${before.length}:${(before.at(-1) ?? '').length + 1}`;
  return new PromqlError('bad_data', `invalid parameter "query": ${place}: parse error: ${what}`);
};

const tokensOf = (query: string): readonly Token[] => {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < query.length) {
    const at = TOKEN.lastIndex;
    const groups = TOKEN.exec(query)?.groups;
    if (groups === undefined) throw parseError(query, at, `unexpected character: '${query[at]}'`);
    for (const kind of ['name', 'number', 'string', 'sign'] as const) {
      if (groups[kind] !== undefined) tokens.push({ kind, text: groups[kind] as string, at });
    }
  }
  return [...tokens, { kind: 'end', text: 'end of input', at: query.length }];
};

const MATCHERS: Readonly<Record<string, (given: string) => (value: string) => boolean>> = {
  '=': (given) => (value) => value === given,
  '!=': (given) => (value) => value !== given,
  '=~': (given) => (value) => new RegExp(`^(?:${given})$`, 's').test(value),
  '!~': (given) => (value) => !new RegExp(`^(?:${given})$`, 's').test(value),
};

const withoutName = ({ __name__: _, ...labels }: Readonly<Record<string, string>>) => labels;

const keyOf = (labels: Readonly<Record<string, string>>): string =>
  JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)));

class Evaluation {
  readonly #query: string;
  readonly #store: SeriesStore;
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(query: string, store: SeriesStore) {
    this.#query = query;
    this.#store = store;
    this.#tokens = tokensOf(query);
  }

  whole(): readonly VectorElement[] {
    const vector = this.#union();
    if (this.#token.kind !== 'end') throw this.#unexpected();
    return vector;
  }

  get #token(): Token {
    return this.#tokens[this.#next] as Token;
  }

  #unexpected(): PromqlError {
    const { kind, text, at } = this.#token;
    return parseError(this.#query, at, kind === 'end' ? 'unexpected end of input' : `unexpected "${text}"`);
  }

  #take(kind: Token['kind'], text?: string): string {
    const token = this.#token;
    if (token.kind !== kind || (text !== undefined && token.text !== text)) throw this.#unexpected();
    this.#next += 1;
    return token.text;
  }

  #string(): string {
    return JSON.parse(`"${this.#take('string').slice(1, -1)}"`) as string;
  }

  #union(): readonly VectorElement[] {
    let left = this.#primary();
    while (this.#token.text === 'or') {
      this.#next += 1;
      const known = new Set(left.map(({ labels }) => keyOf(withoutName(labels))));
      left = [...left, ...this.#primary().filter(({ labels }) => !known.has(keyOf(withoutName(labels))))];
    }
    return left;
  }

  #primary(): readonly VectorElement[] {
    const { kind, text } = this.#token;
    if (text === '(') return this.#inParentheses();
    const isCall = kind === 'name' && this.#tokens[this.#next + 1]?.text === '(';
    return isCall ? this.#call(this.#take('name')) : this.#selector();
  }

  #inParentheses(): readonly VectorElement[] {
    this.#take('sign', '(');
    const inner = this.#union();
    this.#take('sign', ')');
    return inner;
  }

  #call(name: string): readonly VectorElement[] {
    if (name === 'label_replace') return this.#labelReplace();
    const { now } = this.#store;
    const elements = this.#inParentheses();
    if (name === 'timestamp')
      return elements.map(({ labels, at }) => ({ labels: withoutName(labels), value: at, at: now }));
    const values = elements.map(({ value }) => value);
    if (elements.length === 0) return [];
    if (name === 'sum') return [{ labels: {}, value: values.reduce((sum, value) => sum + value, 0), at: now }];
    if (name === 'min') return [{ labels: {}, value: Math.min(...values), at: now }];
    throw new PromqlError('bad_data', `unknown function with name "${name}"`);
  }

  #labelReplace(): readonly VectorElement[] {
    this.#take('sign', '(');
    const elements = this.#union();
    const [label, text, from, pattern] = [1, 2, 3, 4].map(() => {
      this.#take('sign', ',');
      return this.#string();
    });
    this.#take('sign', ')');
    if (from !== '' || pattern !== '') throw new PromqlError('execution', 'this label_replace only adds labels');
    return elements.map((one) => ({ ...one, labels: { ...one.labels, [label as string]: text as string } }));
  }

  #selector(): readonly VectorElement[] {
    const matchers: [string, (value: string) => boolean][] = [];
    if (this.#token.kind === 'name') matchers.push(['__name__', MATCHERS['=']?.(this.#take('name')) as never]);
    else if (this.#token.text !== '{') throw this.#unexpected();
    if (this.#token.text === '{') matchers.push(...this.#matchers());
    return this.#store.select((labels) => matchers.every(([name, matches]) => matches(labels[name] ?? '')));
  }

  #matchers(): [string, (value: string) => boolean][] {
    const found: [string, (value: string) => boolean][] = [];
    this.#take('sign', '{');
    while (this.#token.text !== '}') {
      const label = this.#take('name');
      const matcher = MATCHERS[this.#take('sign')];
      if (matcher === undefined) throw this.#unexpected();
      found.push([label, matcher(this.#string())]);
      if (this.#token.text !== '}') this.#take('sign', ',');
    }
    this.#take('sign', '}');
    return found;
  }
}

/** @throws {PromqlError} */
export const evaluate = (query: string, store: SeriesStore): readonly VectorElement[] =>
  new Evaluation(query, store).whole();
