/** Tables with a header line, as the recorded CSV files are. */
import { parse } from 'csv-parse/sync';
import { CatalogueError, type CatalogueProblem, given } from '../problems.ts';

/** A line of a table; reading a cell that cannot be used notes a problem and gives undefined. */
export interface Row {
  /** Empty is unknown. */
  text(column: string): string | undefined;
  /** @param least smaller numbers cannot be used */
  number(column: string, least?: number): number | undefined;
}

type Cells = Readonly<Record<string, string>>;

const rowOf = (cells: Cells, line: number, problems: CatalogueProblem[]): Row => {
  const text = (column: string): string | undefined => cells[column]?.trim() || undefined;
  const number = (column: string, least = 0): number | undefined => {
    const cell = text(column);
    if (cell === undefined) return undefined;
    const value = Number(cell);
    if (Number.isFinite(value) && value >= least) return value;
    problems.push({
      path: [`line ${line}`, column],
      given: given(cell),
      expected: Number.isFinite(least) ? `a number of at least ${least}` : 'a number',
    });
    return undefined;
  };
  return { text, number };
};

interface Parsed {
  readonly record: Cells;
  readonly info: { readonly lines: number };
}

const cellsOf = (file: string, text: string): readonly Parsed[] => {
  try {
    // csv-parse types the answer by options it cannot see here.
    return parse(text, { columns: true, info: true, bom: true, skip_empty_lines: true }) as unknown as Parsed[];
  } catch (error) {
    throw new CatalogueError(file, [{ path: [], given: given((error as Error).message), expected: 'a CSV table' }]);
  }
};

/**
 * Reads every line of a table.
 * @param columns those that must be there
 * @throws CatalogueError with every cell that cannot be used, and every column that is missing
 */
export const readTable = <Value>(
  file: string,
  text: string,
  columns: readonly string[],
  read: (row: Row) => Value,
): readonly Value[] => {
  const parsed = cellsOf(file, text);
  const header = Object.keys(parsed[0]?.record ?? {});
  const missing = columns.filter((column) => !header.includes(column));
  const problems: CatalogueProblem[] = missing.map((column) => ({ path: ['line 1'], expected: `a column ${column}` }));
  const values = parsed.map(({ record, info }) => read(rowOf(record, info.lines, problems)));
  if (problems.length > 0) throw new CatalogueError(file, problems);
  return values;
};
