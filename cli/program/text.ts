/** Tables, colours and times as people read them. */
import type { Io } from './io.ts';

const CODES = { red: 31, green: 32, yellow: 33, cyan: 36, bold: 1, dim: 2 } as const;

export type Colour = keyof typeof CODES;

/** Colours a text, on a terminal that wants it. */
export const painted = ({ colours }: Pick<Io, 'colours'>, colour: Colour, text: string): string =>
  colours ? `\u001b[${CODES[colour]}m${text}\u001b[0m` : text;

/** What an answer for another program looks like. */
export const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;

/** A number for people; unknown is a dash. */
export const shown = (value: number | null | undefined): string =>
  value === null || value === undefined ? '–' : String(Math.round(value * 10) / 10);

/** A time in UTC, to the second. */
export const timeText = (at: number): string =>
  new Date(at * 1000)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z/, 'Z');

const STEPS = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
  ['s', 1],
] as const;

/** A span in at most two units: `5 h 12 min`, `40 s`. */
export const spanText = (seconds: number): string => {
  let left = Math.max(0, Math.round(seconds));
  const first = STEPS.findIndex(([, size]) => left >= size);
  if (first < 0) return '0 s';
  const parts = STEPS.slice(first, first + 2).map(([unit, size]) => {
    const count = Math.floor(left / size);
    left -= count * size;
    return { count, unit };
  });
  return parts
    .filter(({ count }) => count > 0)
    .map(({ count, unit }) => `${count} ${unit}`)
    .join(' ');
};

const cut = (text: string, width: number): string =>
  text.length <= width ? text : `${text.slice(0, Math.max(1, width - 1))}…`;

/** A cell: its text, and how it is painted once it has its width. */
export interface Cell {
  readonly text: string;
  readonly colour?: Colour;
}

const LEAST_LAST_COLUMN = 24;

/**
 * A table as wide as the terminal: every column is as wide as it needs, the last one takes what is left and is cut. Where
 * that would be next to nothing, lines run on.
 */
export const tableText = (io: Pick<Io, 'columns' | 'colours'>, rows: readonly (readonly Cell[])[]): string => {
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, index) =>
    Math.max(...rows.map((row) => row[index]?.text.length ?? 0)),
  );
  const before = widths.slice(0, -1).reduce((sum, width) => sum + width + 2, 0);
  const left = io.columns - before;
  const last = left < LEAST_LAST_COLUMN ? Number.POSITIVE_INFINITY : left;
  const cellText = ({ text, colour }: Cell, index: number): string => {
    const isLast = index === columns - 1;
    const fitted = isLast ? cut(text, last) : text.padEnd(widths[index] ?? 0);
    return colour === undefined ? fitted : painted(io, colour, fitted);
  };
  return rows.map((row) => `${row.map(cellText).join('  ').trimEnd()}\n`).join('');
};
