/**
 * Delimited text → rows that are read by column name. Nothing here throws for what stands in the text: every mistake
 * goes to the problem list, a stand-in takes the value's place, and the caller throws before it uses any row.
 */
import { CsvError, parse } from 'csv-parse/sync';
import type { Problem, ProblemList } from './errors.ts';

/** A file that has been read. */
export interface TextSource {
  /** Name for messages. */
  readonly file: string;
  readonly text: string;
}

/** What a table looks like. */
export interface TableShape {
  readonly delimiter: ',' | '\t';
  /** `named`: the first record names the columns, in any order. `fixed`: no header; the required columns in order. */
  readonly header: 'named' | 'fixed';
  readonly required: readonly string[];
  readonly optional: readonly string[];
  /** Columns that are neither required nor optional. */
  readonly others: 'refused' | 'ignored';
}

/** Which numbers a cell may hold. */
export interface NumberRule {
  readonly accepts: (value: number) => boolean;
  readonly expected: string;
}

export const POSITIVE: NumberRule = { accepts: (value) => value > 0, expected: 'a number > 0' };
export const NOT_NEGATIVE: NumberRule = { accepts: (value) => value >= 0, expected: 'a number ≥ 0' };
export const AT_LEAST_ONE: NumberRule = { accepts: (value) => value >= 1, expected: 'a number ≥ 1' };
export const SHARE: NumberRule = { accepts: (value) => value >= 0 && value <= 1, expected: 'a number from 0 to 1' };
export const COUNT: NumberRule = {
  accepts: (value) => Number.isSafeInteger(value) && value >= 1,
  expected: 'a whole number ≥ 1',
};

/** Decimal notation only: `Number` alone would also take '', '0x10' and 'Infinity'. */
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

const toNumber = (text: string): number => (DECIMAL.test(text) ? Number(text) : Number.NaN);

/** One record with its place in the file. */
export class TableRow {
  readonly line: number;
  readonly #file: string;
  readonly #cells: ReadonlyMap<string, string>;
  readonly #problems: ProblemList;

  constructor(file: string, line: number, cells: ReadonlyMap<string, string>, problems: ProblemList) {
    this.line = line;
    this.#file = file;
    this.#cells = cells;
    this.#problems = problems;
  }

  /** The cell without blanks around it; undefined when it is empty or its column is absent. */
  optionalText(column: string): string | undefined {
    return this.#cells.get(column)?.trim() || undefined;
  }

  /** The cell; '' stands in for a missing one. */
  text(column: string): string {
    const text = this.optionalText(column);
    if (text === undefined) this.refuse(`${column} is missing`, undefined, 'a value');
    return text ?? '';
  }

  /** The cell as a number; NaN stands in for one that the rule refuses; undefined when the cell is empty. */
  optionalNumber(column: string, rule: NumberRule): number | undefined {
    const text = this.optionalText(column);
    if (text === undefined) return undefined;
    const value = toNumber(text);
    if (Number.isFinite(value) && rule.accepts(value)) return value;
    this.refuse(`${column} cannot be used`, text, rule.expected);
    return Number.NaN;
  }

  /** The cell as a number; NaN stands in for one that is missing or refused. */
  number(column: string, rule: NumberRule): number {
    if (this.optionalText(column) === undefined) this.refuse(`${column} is missing`, undefined, rule.expected);
    return this.optionalNumber(column, rule) ?? Number.NaN;
  }

  /** Notes a mistake in this row. */
  refuse(what: string, given: string | undefined, expected: string): void {
    const value = given === undefined ? {} : { given };
    this.#problems.add({ file: this.#file, line: this.line, what, expected, ...value });
  }
}

const notWellFormed = (source: TextSource, error: unknown): Problem => {
  if (!(error instanceof CsvError)) throw error;
  const line: unknown = error['lines'];
  return {
    file: source.file,
    ...(typeof line === 'number' ? { line } : {}),
    what: `is not well-formed from here on (${error.message.split(':')[0]})`,
    expected: 'fields that are plain or wholly in double quotes',
  };
};

interface RawRecord {
  readonly cells: readonly string[];
  /** Line on which the record ends. */
  readonly line: number;
}

/** The records as far as the text is well-formed; after a stray quote nobody knows where the next record begins. */
const readRecords = (source: TextSource, shape: TableShape, problems: ProblemList): readonly RawRecord[] => {
  const records: RawRecord[] = [];
  try {
    // csv-parse counts CRLF inside quotes as two lines, so that line numbers would be wrong from there on.
    parse(source.text.replaceAll('\r\n', '\n'), {
      delimiter: shape.delimiter,
      bom: true,
      relax_column_count: true,
      skip_empty_lines: true,
      quote: shape.delimiter === ',' ? '"' : false,
      on_record: (cells: string[], { lines }) => {
        records.push({ cells, line: lines });
        return null;
      },
    });
  } catch (error) {
    problems.add(notWellFormed(source, error));
  }
  return records;
};

const checkHeader = (
  source: TextSource,
  line: number,
  names: readonly string[],
  shape: TableShape,
  problems: ProblemList,
): void => {
  const known = [...shape.required, ...shape.optional];
  const expected = `columns ${shape.required.join(', ')}${shape.optional.length > 0 ? `; and if you like ${shape.optional.join(', ')}` : ''}`;
  for (const name of shape.required.filter((required) => !names.includes(required)))
    problems.add({
      file: source.file,
      line,
      what: `has no column ${name}`,
      expected,
      remedy: 'add the column or name another file',
    });
  for (const name of new Set(names.filter((given, index) => names.indexOf(given) !== index)))
    problems.add({ file: source.file, line, what: 'has a column twice', given: name, expected: 'each column once' });
  if (shape.others === 'ignored') return;
  for (const name of new Set(names.filter((given) => !known.includes(given))))
    problems.add({
      file: source.file,
      line,
      what: 'has an unknown column',
      given: name,
      expected,
      remedy: 'remove or rename the column',
    });
};

/** The columns, and the records below them; undefined when the header cannot be used. */
const splitHeader = (
  source: TextSource,
  shape: TableShape,
  records: readonly RawRecord[],
  problems: ProblemList,
): { readonly names: readonly string[]; readonly body: readonly RawRecord[] } | undefined => {
  const [header, ...body] = records;
  if (header === undefined) {
    // Otherwise the header is not well-formed, and that has been said.
    if (source.text.trim() === '')
      problems.add({ file: source.file, what: 'holds no records', expected: `columns ${shape.required.join(', ')}` });
    return undefined;
  }
  if (shape.header === 'fixed') return { names: shape.required, body: records };
  const names = header.cells.map((name) => name.trim());
  checkHeader(source, header.line, names, shape, problems);
  return shape.required.every((name) => names.includes(name)) ? { names, body } : undefined;
};

/** Reads a table; quotes, CRLF and a byte order mark are understood in CSV. Records with too few or too many fields are left out and noted. */
export const readTable = (source: TextSource, shape: TableShape, problems: ProblemList): readonly TableRow[] => {
  const table = splitHeader(source, shape, readRecords(source, shape, problems), problems);
  if (table === undefined) return [];
  return table.body.flatMap(({ cells, line }) => {
    const byName = new Map(table.names.map((name, index) => [name, cells[index] ?? '']));
    const row = new TableRow(source.file, line, byName, problems);
    if (cells.length === table.names.length) return [row];
    row.refuse('has the wrong number of fields', `${cells.length} fields`, `${table.names.length} fields`);
    return [];
  });
};
