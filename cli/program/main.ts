/** Finds the command, runs it, and turns every failure into a sentence and an exit code. */
import { nearestName } from '../../lambdas/core/policy/nearest.ts';
import { UsageError } from '../arguments.ts';
import { EXIT, type ExitCode, failureOf } from './exit.ts';
import type { Io } from './io.ts';
import { COMMANDS, type CommandEntry } from './table.ts';

interface Found {
  readonly entry: CommandEntry;
  readonly args: readonly string[];
}

const wordsOf = (args: readonly string[]): readonly string[] => {
  const end = args.findIndex((argument) => argument.startsWith('-'));
  return end < 0 ? args : args.slice(0, end);
};

const atNames = (words: readonly string[], args: readonly string[]): Found | undefined => {
  for (const length of [2, 1]) {
    const name = words.slice(0, length).join(' ');
    const entry = COMMANDS.find((one) => one.name === name || one.short === name);
    if (words.length >= length && entry !== undefined) return { entry, args: args.slice(length) };
  }
  return undefined;
};

const HINT = 'prestoscale --help lists the commands.';

const unknown = (words: readonly string[]): UsageError => {
  const [first = '', second] = words;
  const group = COMMANDS.filter(({ name }) => name.startsWith(`${first} `)).map(({ name }) => name);
  if (group.length > 0 && second === undefined)
    return new UsageError([`"${first}" needs one more word: ${group.join(', ')}.`], HINT);
  const names =
    group.length > 0 ? group : [...new Set(COMMANDS.flatMap(({ name }) => [name, name.split(' ')[0] ?? '']))];
  const given = group.length > 0 ? `${first} ${second}` : first;
  const near = nearestName(given, names);
  return new UsageError([`Unknown command "${given}"${near === undefined ? '.' : `: did you mean ${near}?`}`], HINT);
};

const width = Math.max(...COMMANDS.map(({ name }) => name.length));

/** The list of commands. */
export const overview = (): string =>
  [
    'Usage: prestoscale COMMAND [flags]',
    '',
    'Commands:',
    ...COMMANDS.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    'Commands about clusters look at --env NAME (with your own AWS credentials) or --local (npm start).',
    'prestoscale COMMAND --help tells its flags; docs/cli.md tells the rest.',
    'Exit codes: 0 well, 1 something is wrong as told, 2 the command line cannot be used, 3 not to be reached.',
    '',
  ].join('\n');

const dispatch = async (args: readonly string[], io: Io): Promise<ExitCode> => {
  const words = wordsOf(args);
  const found = atNames(words, args);
  if (found !== undefined) return (await found.entry.load()).run(found.entry.name, found.args, io);
  if (words.length > 0 && words[0] !== 'help') throw unknown(words);
  io.out(overview());
  // Who types nothing, or flags alone, has not said what is wanted.
  return args.some((argument) => ['help', '--help', '-h'].includes(argument)) ? EXIT.ok : EXIT.usage;
};

/** Runs one command line to its exit code. Never throws. */
export const runProgram = async (args: readonly string[], io: Io): Promise<ExitCode> => {
  try {
    return await dispatch(args, io);
  } catch (error) {
    const { code, text } = failureOf(error);
    io.err(`${text}\n`);
    return code;
  }
};
