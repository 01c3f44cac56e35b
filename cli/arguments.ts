/**
 * Command-line flags from a declared table. All mistakes are told at once; `parseArgs` of Node does the tokens only,
 * because its strict mode stops at the first mistake.
 */
import { parseArgs } from 'node:util';
import { nearestName } from '../lambdas/core/policy/nearest.ts';

/** What a parser makes of a text: a value, or what was expected instead. */
export type Parsed<Value> = { readonly value: Value } | { readonly expected: string };

/** A flag that takes a value: `--name value` or `--name=value`. */
export interface StringOption<Name extends string = string, Value = unknown> {
  /** Without the dashes. */
  readonly name: Name;
  readonly type: 'string';
  /** One sentence for `--help`. */
  readonly help: string;
  /** What stands for the value in `--help`; default `value`. */
  readonly placeholder?: string;
  readonly parse: (text: string) => Parsed<Value>;
  /** Used, as if it had been typed, where the flag is absent. */
  readonly default?: string;
  /** What the flag alone stands for: its value then comes only after `=`, and never from the next argument. */
  readonly bare?: string;
  readonly required?: boolean;
}

/** A flag without a value: false unless it is given. */
export interface BooleanOption<Name extends string = string> {
  readonly name: Name;
  readonly type: 'boolean';
  readonly help: string;
}

export type Option = StringOption | BooleanOption;

type ParsedValue<O extends StringOption> = Extract<ReturnType<O['parse']>, { readonly value: unknown }>['value'];

type ValueOf<O extends Option> = O extends StringOption
  ? O extends { readonly default: string } | { readonly required: true }
    ? ParsedValue<O>
    : ParsedValue<O> | undefined
  : boolean;

/** Values by flag name; a flag that is absent and has no default is undefined. */
export type Values<Table extends readonly Option[]> = { readonly [O in Table[number] as O['name']]: ValueOf<O> };

/** Either help was asked for, in which case nothing else was looked at, or there are values. */
export type ParsedArguments<Table extends readonly Option[]> =
  | { readonly kind: 'help' }
  | {
      readonly kind: 'values';
      readonly values: Values<Table>;
      /** Arguments that belong to no flag, in order; at most as many as were allowed. */
      readonly loose: readonly string[];
    };

/** The command line cannot be used. Carries every mistake, one sentence each. */
export class UsageError extends Error {
  readonly mistakes: readonly string[];

  /** @param hint where to read more; the last line of the message */
  constructor(mistakes: readonly string[], hint = 'Run with --help for the flags.') {
    super([...mistakes, hint].join('\n'));
    this.name = 'UsageError';
    this.mistakes = mistakes;
  }
}

/** A known flag as it was typed; `text` is undefined where no value followed. */
interface Given {
  readonly option: Option;
  readonly text: string | undefined;
  readonly inline: boolean;
}

/** A negative number is a value although it begins with a dash. */
const looksLikeValue = (text: string): boolean => !text.startsWith('-') || text === '-' || /^-[\d.]/.test(text);

/** The next argument, if it is the value of the flag before it; what follows an unknown flag most likely is. */
const valueAfter = (next: string | undefined, option: Option | undefined): string | undefined => {
  const takesNext = option === undefined || (option.type === 'string' && option.bare === undefined);
  return next !== undefined && takesNext && looksLikeValue(next) ? next : undefined;
};

const unknownFlag = (flag: string, table: readonly Option[]): string => {
  const near = nearestName(flag.replace(/^-+/, ''), ['help', ...table.map((option) => option.name)]);
  return `Unknown flag ${flag}${near === undefined ? '.' : `: did you mean --${near}?`}`;
};

/** Declared as booleans, flags never swallow the next argument; which of them takes it is decided here. */
const tokensOf = (args: readonly string[], table: readonly Option[]) => {
  const options = Object.fromEntries(table.map((option) => [option.name, { type: 'boolean' as const }]));
  return parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true }).tokens;
};

interface Collected {
  readonly given: readonly Given[];
  readonly loose: readonly string[];
}

const addLoose = (loose: string[], argument: string, mostLoose: number, mistakes: string[]): void => {
  loose.push(argument);
  if (loose.length <= mostLoose) return;
  const expected = mostLoose === 0 ? 'every value belongs to a flag' : `at most ${mostLoose} may stand without a flag`;
  mistakes.push(`Unexpected argument "${argument}": ${expected}.`);
};

const collect = (
  args: readonly string[],
  table: readonly Option[],
  mostLoose: number,
  mistakes: string[],
): Collected => {
  const given: Given[] = [];
  const loose: string[] = [];
  const claimed = new Set<number>();
  for (const token of tokensOf(args, table)) {
    if (token.kind === 'option-terminator' || claimed.has(token.index)) continue;
    if (token.kind === 'positional') {
      addLoose(loose, token.value, mostLoose, mistakes);
      continue;
    }
    const option = table.find(({ name }) => token.rawName === `--${name}`);
    const value = token.inlineValue === true ? token.value : valueAfter(args[token.index + 1], option);
    // A bundle of short flags is several tokens at one place, and one mistake.
    claimed.add(token.index);
    if (value !== undefined && token.inlineValue !== true) claimed.add(token.index + 1);
    if (option !== undefined) given.push({ option, text: value, inline: token.inlineValue === true });
    else mistakes.push(unknownFlag(String(args[token.index]).replace(/=.*/s, ''), table));
  }
  return { given, loose };
};

const parseString = (option: StringOption, given: string | undefined, mistakes: string[]): unknown => {
  const text = given ?? option.bare;
  if (text === undefined || text === '') {
    const parsed = option.parse('');
    mistakes.push(`--${option.name} needs a value${'expected' in parsed ? `: ${parsed.expected}` : ''}.`);
    return undefined;
  }
  const parsed = option.parse(text);
  if ('value' in parsed) return parsed.value;
  mistakes.push(`--${option.name} cannot be "${text}": expected ${parsed.expected}.`);
  return undefined;
};

const absentValue = (option: StringOption, mistakes: string[]): unknown => {
  if (option.default !== undefined) return parseString(option, option.default, mistakes);
  if (option.required === true) mistakes.push(`--${option.name} is required: ${option.help}`);
  return undefined;
};

const readOption = (option: Option, given: readonly Given[], mistakes: string[]): unknown => {
  const [first, ...others] = given.filter((one) => one.option === option);
  if (others.length > 0) mistakes.push(`--${option.name} is given ${others.length + 1} times: give it once.`);
  if (option.type === 'string')
    return first === undefined ? absentValue(option, mistakes) : parseString(option, first.text, mistakes);
  if (first?.inline === true) mistakes.push(`--${option.name} takes no value: give it alone, or leave it out.`);
  return first !== undefined;
};

/** Flags before a lone `--` ask for help; after it they are no flags. */
const asksForHelp = (args: readonly string[]): boolean => {
  const end = args.indexOf('--');
  return (end < 0 ? args : args.slice(0, end)).some((argument) => argument === '--help' || argument === '-h');
};

/**
 * Reads a command line.
 * @param args - without the program and the command.
 * @param mostLoose so many arguments may stand without a flag
 * @throws {UsageError} with every mistake: unknown flags, missing or bad values, loose arguments, duplicates.
 */
export const parseArguments = <const Table extends readonly Option[]>(
  args: readonly string[],
  table: Table,
  mostLoose = 0,
): ParsedArguments<Table> => {
  if (asksForHelp(args)) return { kind: 'help' };
  const mistakes: string[] = [];
  const { given, loose } = collect(args, table, mostLoose, mistakes);
  const values = Object.fromEntries(table.map((option) => [option.name, readOption(option, given, mistakes)]));
  if (mistakes.length > 0) throw new UsageError(mistakes);
  return { kind: 'values', values: values as Values<Table>, loose };
};

const helpLine = (option: Option): readonly [flag: string, help: string] => {
  if (option.type === 'boolean') return [`--${option.name}`, option.help];
  const extra =
    option.default !== undefined ? ` Default: ${option.default}.` : option.required === true ? ' Required.' : '';
  const value = `<${option.placeholder ?? 'value'}>`;
  const flag = option.bare === undefined ? `--${option.name} ${value}` : `--${option.name}[=${value}]`;
  return [flag, `${option.help}${extra}`];
};

/** The text for `--help`: usage, one line of purpose, and the flags of the table. */
export const helpText = (usage: string, purpose: string, table: readonly Option[]): string => {
  const lines = [...table.map(helpLine), ['--help, -h', 'Print this text.'] as const];
  const width = Math.max(...lines.map(([flag]) => flag.length));
  return [
    `Usage: ${usage}`,
    '',
    purpose,
    '',
    'Flags:',
    ...lines.map(([flag, help]) => `  ${flag.padEnd(width)}  ${help}`),
    '',
  ].join('\n');
};

const DECIMAL = /^\d+\.?\d*$|^\.\d+$/;

/** A positive number in decimal notation, such as `200` or `0.5`. */
export const positiveNumber = (text: string): Parsed<number> => {
  const value = DECIMAL.test(text) ? Number(text) : Number.NaN;
  return value > 0 && Number.isFinite(value) ? { value } : { expected: 'a number > 0, such as 200 or 0.5' };
};

/** A whole number, 0 or more. */
export const wholeNumber = (text: string): Parsed<number> => {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value) ? { value } : { expected: 'a whole number, such as 0 or 42' };
};

const SECONDS_PER: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** A duration with its unit (`3600s`, `90m`, `24h`, `7d`), in seconds; more than nothing. */
export const durationSeconds = (text: string): Parsed<number> => {
  const seconds = SECONDS_PER[text.slice(-1)];
  const amount = positiveNumber(text.slice(0, -1));
  return seconds !== undefined && 'value' in amount
    ? { value: amount.value * seconds }
    : { expected: 'a duration with its unit, such as 3600s, 90m, 24h or 7d' };
};

/** Any text. */
export const anyText = (given: string): Parsed<string> => ({ value: given });

/** Texts between commas; blanks around them do not count, and none may be empty. */
export const list = (given: string): Parsed<readonly string[]> => {
  const value = given.split(',').map((item) => item.trim());
  return value.every((item) => item !== '') ? { value } : { expected: 'one or more names between commas' };
};

/** One of the given words. */
export const oneOf =
  <const Word extends string>(words: readonly Word[]) =>
  (given: string): Parsed<Word> => {
    const value = words.find((word) => word === given);
    if (value !== undefined) return { value };
    const near = nearestName(given, words);
    return { expected: `one of ${words.join(', ')}${near === undefined ? '' : ` (did you mean ${near}?)`}` };
  };
