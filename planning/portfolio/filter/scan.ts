/** From the text of a filter to its pieces: `key operator value`, with where each stands. */

export const OPERATORS = ['<=', '>=', '!=', '=', '<', '>'] as const;
export type Operator = (typeof OPERATORS)[number];

export interface Piece {
  /** As it was written, without spaces around it. */
  readonly text: string;
  /** First character, from 1. */
  readonly at: number;
  readonly key: string;
  readonly operator: Operator;
  /** What stands between the commas. */
  readonly values: readonly string[];
  /** First character of the value, from 1. */
  readonly valueAt: number;
}

/** A piece that is none. */
export interface BrokenPiece {
  readonly text: string;
  readonly at: number;
  readonly why: 'no-operator' | 'no-key' | 'no-value';
}

export type Scanned = Piece | BrokenPiece;

const OPERATOR = '<=|>=|!=|==|=|<|>';
/** A value ends at a space, unless a comma stands before or after it. */
const VALUE = '[^\\s,<>=!]+(?:\\s*,\\s*[^\\s,<>=!]+)*';
const WHOLE = new RegExp(`([a-z][\\w/-]*)\\s*(${OPERATOR})\\s*(${VALUE})(?=\\s|$)`, 'iy');
const WORD = /[^\s]+/y;
const SPACE = /\s*/y;

const matchAt = (pattern: RegExp, text: string, from: number): RegExpExecArray | null => {
  pattern.lastIndex = from;
  return pattern.exec(text);
};

const pieceOf = (found: RegExpExecArray): Piece => {
  const [text, key = '', operator = '=', value = ''] = found;
  return {
    text,
    at: found.index + 1,
    key,
    operator: (operator === '==' ? '=' : operator) as Operator,
    values: value.split(',').map((one) => one.trim()),
    valueAt: found.index + text.length - value.length + 1,
  };
};

const HAS_OPERATOR = new RegExp(OPERATOR);

const brokenAt = (text: string, from: number): BrokenPiece => {
  const word = matchAt(WORD, text, from)?.[0] ?? '';
  const operator = HAS_OPERATOR.exec(word)?.index;
  const why = operator === undefined ? 'no-operator' : operator === 0 ? 'no-key' : 'no-value';
  return { text: word, at: from + 1, why };
};

/** Every piece of a filter, in order; what cannot be read is a broken piece, and reading goes on behind it. */
export const scan = (text: string): readonly Scanned[] => {
  const pieces: Scanned[] = [];
  let from = matchAt(SPACE, text, 0)?.[0].length ?? 0;
  while (from < text.length) {
    const whole = matchAt(WHOLE, text, from);
    const piece = whole === null ? brokenAt(text, from) : pieceOf(whole);
    pieces.push(piece);
    from += piece.text.length;
    from += matchAt(SPACE, text, from)?.[0].length ?? 0;
  }
  return pieces;
};
