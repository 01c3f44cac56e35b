/** From the text of a filter to its conditions, or to everything that is wrong with it. */
import { distance } from 'fastest-levenshtein';
import type { PlanProblem } from '../model.ts';
import { type Condition, numberCondition, type Range, textCondition } from './conditions.ts';
import { FILTER_KEYS, filterKey, type NumberKey, type TextKey } from './keys.ts';
import { type BrokenPiece, OPERATORS, type Piece, scan } from './scan.ts';

export type ParsedFilter =
  | { readonly conditions: readonly Condition[]; readonly problems?: undefined }
  | { readonly conditions?: undefined; readonly problems: readonly PlanProblem[] };

const MOST_NEAR = 3;

/** The words written most like the one given, the nearest first. */
export const nearestWords = (given: string, words: readonly string[]): readonly string[] =>
  words
    .map((word) => ({ word, edits: distance(given.toLowerCase(), word) }))
    .toSorted((first, second) => first.edits - second.edits || (first.word < second.word ? -1 : 1))
    .slice(0, MOST_NEAR)
    .map(({ word }) => word);

const filterProblem = (at: number, given: string, expected: string, nearest: readonly string[] = []): PlanProblem => ({
  where: 'filter',
  at,
  given,
  expected,
  nearest,
});

const KEY_NAMES = FILTER_KEYS.map((key) => key.name);

const EXPECTED_PIECE: Readonly<Record<BrokenPiece['why'], string>> = {
  'no-operator': `a condition: a key, one of ${OPERATORS.join(' ')}, a value. Conditions are joined by a space, words of one by a comma`,
  'no-key': `a key before the operator: ${KEY_NAMES.join(', ')}`,
  'no-value': 'a value after the operator, words joined by a comma and none of them empty',
};

/** What somebody may have meant who wrote a bare word. */
const meant = ({ text, why }: BrokenPiece): readonly string[] => {
  if (why !== 'no-operator') return [];
  if (/^[a-z]+\d+[a-z-]*\.[\w*]+$/i.test(text)) return [`type=${text.toLowerCase()}`];
  if (/^[a-z]+\d[a-z\d*-]*$/i.test(text)) return [`family=${text.toLowerCase()}`];
  return [];
};

const NUMBER = /^([$]?)(\d+(?:\.\d+)?|\.\d+)\s*([a-z%$]*)$/i;

/** A number with its unit, in the key's own; `undefined` where it is none. */
const numberOf = (text: string, key: NumberKey): number | undefined => {
  const found = NUMBER.exec(text);
  if (found === null) return undefined;
  const [, prefix = '', digits = '', suffix = ''] = found;
  if (prefix !== '' && suffix !== '') return undefined;
  const factor = key.units[(prefix + suffix).toLowerCase()];
  return factor === undefined ? undefined : Number(digits) * factor;
};

const rangeOf = (text: string, key: NumberKey): Range | undefined => {
  const [from = '', to, ...more] = text.split('..');
  if (more.length > 0 || (to === '' && from === '')) return undefined;
  const low = from === '' ? Number.NEGATIVE_INFINITY : numberOf(from, key);
  const high = to === undefined ? low : to === '' ? Number.POSITIVE_INFINITY : numberOf(to, key);
  return low === undefined || high === undefined || !(low <= high) ? undefined : { from: low, to: high };
};

const unitsOf = (key: NumberKey): string => {
  const units = Object.keys(key.units).filter((unit) => unit !== '');
  return units.length === 0 ? '' : `, with or without one of ${units.join(' ')}`;
};

const expectedNumber = (piece: Piece, key: NumberKey): string =>
  piece.operator === '=' || piece.operator === '!='
    ? `numbers or ranges such as 8..32 (${key.means}${unitsOf(key)})`
    : `one number (${key.means}${unitsOf(key)})`;

interface Read {
  readonly condition?: Condition;
  readonly problems: readonly PlanProblem[];
}

const readNumbers = (piece: Piece, key: NumberKey): Read => {
  const orders = piece.operator !== '=' && piece.operator !== '!=';
  const fails = (given: string): PlanProblem => filterProblem(piece.valueAt, given, expectedNumber(piece, key));
  if (orders && piece.values.length > 1) {
    const nearest = [`${piece.key}=${piece.values.join(',')}`];
    return { problems: [filterProblem(piece.at, piece.text, expectedNumber(piece, key), nearest)] };
  }
  const ranges = piece.values.map((text) => ({
    text,
    range: orders && text.includes('..') ? undefined : rangeOf(text, key),
  }));
  const problems = ranges.flatMap(({ text, range }) => (range === undefined ? [fails(text)] : []));
  const found = ranges.flatMap(({ range }) => range ?? []);
  return problems.length > 0 ? { problems } : { condition: numberCondition(piece, key, found), problems };
};

const knownWord = (word: string, { words, aliases }: TextKey): string | undefined => {
  const name = aliases?.[word] ?? word;
  return words === undefined || words.includes(name) || name.includes('*') ? name : undefined;
};

/** Words have no order; who orders generations means the number in a family's name. */
const unordered = (piece: Piece, key: TextKey): PlanProblem => {
  const values = piece.values.join(',');
  const counts = key.name === 'generation' && piece.values.every((value) => NUMBER.test(value));
  const nearest = counts ? `family-number${piece.operator}${values}` : `${piece.key}=${values}`;
  return filterProblem(piece.at, piece.text, `= or != with ${key.means}: words have no order`, [nearest]);
};

const readWords = (piece: Piece, key: TextKey): Read => {
  if (piece.operator !== '=' && piece.operator !== '!=') return { problems: [unordered(piece, key)] };
  const words = piece.values.map((given) => ({ given, word: knownWord(given.toLowerCase(), key) }));
  const problems = words.flatMap(({ given, word }) =>
    word === undefined
      ? [filterProblem(piece.valueAt, given, key.means, nearestWords(given, key.words ?? []).slice(0, 1))]
      : [],
  );
  const found = words.flatMap(({ word }) => word ?? []);
  return problems.length > 0 ? { problems } : { condition: textCondition(piece, key, found), problems };
};

const readPiece = (piece: Piece): Read => {
  const key = filterKey(piece.key);
  if (key === undefined) {
    const nearest = nearestWords(piece.key, KEY_NAMES).slice(0, 1);
    return { problems: [filterProblem(piece.at, piece.key, `one of ${KEY_NAMES.join(', ')}`, nearest)] };
  }
  return key.kind === 'number' ? readNumbers(piece, key) : readWords(piece, key);
};

/**
 * Reads a filter: conditions joined by spaces, all of which must hold; words and ranges of one condition joined by
 * commas, one of which must; `*` for any letters; `8..32` for from and to. Gives every problem at once. Never throws. An
 * empty filter leaves every type.
 */
export const parseFilter = (text: string): ParsedFilter => {
  const read = scan(text).map((piece) =>
    'why' in piece
      ? { problems: [filterProblem(piece.at, piece.text, EXPECTED_PIECE[piece.why], meant(piece))] }
      : readPiece(piece),
  );
  const problems = read.flatMap((one) => one.problems);
  return problems.length > 0 ? { problems } : { conditions: read.flatMap((one: Read) => one.condition ?? []) };
};
