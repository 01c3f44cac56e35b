/** What a piece of a filter asks of a type. */
import type { CatalogueType } from '../../catalogue/model.ts';
import type { NumberKey, TextKey } from './keys.ts';
import type { Operator, Piece } from './scan.ts';

/** One condition; all of a filter's must hold. */
export interface Condition {
  readonly piece: Piece;
  readonly key: NumberKey | TextKey;
  /** Whether the type has what is asked; `undefined`: that cannot be known. */
  readonly admits: (type: CatalogueType) => boolean | undefined;
  /** How far a type is from being admitted: 0 as near as can be. */
  readonly distance: (type: CatalogueType) => number;
  /** The condition as it would have to read to admit the type too; `undefined`: it would have to go. */
  readonly loosened: (type: CatalogueType) => string | undefined;
}

export interface Range {
  readonly from: number;
  readonly to: number;
}

const HOLDS: Readonly<Record<Exclude<Operator, '=' | '!='>, (value: number, bound: number) => boolean>> = {
  '<=': (value, bound) => value <= bound,
  '>=': (value, bound) => value >= bound,
  '<': (value, bound) => value < bound,
  '>': (value, bound) => value > bound,
};

/** Prices and GiB per vCPU are quotients: what is written with four digits means them. */
const NEAR = 1e-4;
const inRange = (value: number, { from, to }: Range): boolean =>
  value >= from - Math.abs(from) * NEAR && value <= to + Math.abs(to) * NEAR;

const tidy = (value: number): string => String(Number(value.toPrecision(6)));

const ratio = (value: number, bound: number): number =>
  value > 0 && bound > 0 ? Math.abs(Math.log(value / bound)) : Math.abs(value - bound);

const rangeText = ({ from, to }: Range): string => {
  if (from === to) return tidy(from);
  return `${Number.isFinite(from) ? tidy(from) : ''}..${Number.isFinite(to) ? tidy(to) : ''}`;
};

const distanceTo = (value: number, { from, to }: Range): number =>
  value < from ? ratio(value, from) : value > to ? ratio(value, to) : 0;

const nearestRange = (value: number, ranges: readonly Range[]): Range | undefined =>
  ranges.toSorted((first, second) => distanceTo(value, first) - distanceTo(value, second))[0];

const widened = (value: number, ranges: readonly Range[]): string => {
  const nearest = nearestRange(value, ranges);
  const wider = ranges.map((range) =>
    range === nearest ? { from: Math.min(range.from, value), to: Math.max(range.to, value) } : range,
  );
  return wider.map(rangeText).join(',');
};

/** `vcpu=8..32`, `vcpu!=96`. */
const byRanges = (piece: Piece, key: NumberKey, ranges: readonly Range[]): Condition => ({
  piece,
  key,
  admits: (type) => {
    const value = key.read(type);
    if (value === undefined) return undefined;
    return ranges.some((range) => inRange(value, range)) === (piece.operator === '=');
  },
  distance: (type) => {
    const value = key.read(type);
    if (value === undefined || piece.operator === '!=') return Number.POSITIVE_INFINITY;
    return Math.min(...ranges.map((range) => distanceTo(value, range)));
  },
  loosened: (type) => {
    const value = key.read(type);
    return value === undefined || piece.operator === '!=' ? undefined : `${key.name}=${widened(value, ranges)}`;
  },
});

/** `vcpu>=8`. */
const byBound = (piece: Piece, key: NumberKey, operator: keyof typeof HOLDS, bound: number): Condition => ({
  piece,
  key,
  admits: (type) => {
    const value = key.read(type);
    return value === undefined ? undefined : HOLDS[operator](value, bound);
  },
  distance: (type) => {
    const value = key.read(type);
    return value === undefined ? Number.POSITIVE_INFINITY : ratio(value, bound);
  },
  loosened: (type) => {
    const value = key.read(type);
    return value === undefined ? undefined : `${key.name}${operator[0]}=${roundedFor(operator, value)}`;
  },
});

/** Rounded so that the value itself still passes. */
const roundedFor = (operator: keyof typeof HOLDS, value: number): string => {
  const step = 10 ** (Math.floor(Math.log10(Math.abs(value) || 1)) - 5);
  const round = operator.startsWith('>') ? Math.floor : Math.ceil;
  return tidy(Number.isInteger(value) ? value : round(value / step) * step);
};

/** A condition on a number. `ranges` has a range from and to the bound where the operator orders. */
export const numberCondition = (piece: Piece, key: NumberKey, ranges: readonly Range[]): Condition => {
  const { operator } = piece;
  if (operator === '=' || operator === '!=') return byRanges(piece, key, ranges);
  return byBound(piece, key, operator, ranges[0]?.from ?? Number.NaN);
};

/** Whoever names a family or an architecture means it: a bound sixteen times as large is as far. */
const ANOTHER_WORD = Math.log(16);
const ESCAPED = /[.+?^${}()|[\]\\]/g;

/** `r6*` as a pattern for the whole word. */
export const globPattern = (glob: string): RegExp =>
  new RegExp(`^${glob.replace(ESCAPED, '\\$&').replaceAll('*', '.*')}$`);

/** A condition on a word: `family!=t*`. */
export const textCondition = (piece: Piece, key: TextKey, globs: readonly string[]): Condition => {
  const patterns = globs.map(globPattern);
  return {
    piece,
    key,
    admits: (type) => {
      const value = key.read(type);
      if (value === undefined) return undefined;
      return patterns.some((pattern) => pattern.test(value)) === (piece.operator === '=');
    },
    distance: (type) => (key.read(type) === undefined ? Number.POSITIVE_INFINITY : ANOTHER_WORD),
    loosened: (type) => {
      const value = key.read(type);
      return value === undefined || piece.operator === '!=' ? undefined : `${key.name}=${[...globs, value].join(',')}`;
    },
  };
};
