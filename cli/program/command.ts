/** One command: its flags, its help, and its work. */
import { helpText, type Option, parseArguments, UsageError, type Values } from '../arguments.ts';
import { EXIT, type ExitCode } from './exit.ts';
import type { Io } from './io.ts';

/** What `run` is called with. */
export interface Given<Table extends readonly Option[]> {
  readonly values: Values<Table>;
  /** Arguments without a flag, in order. */
  readonly loose: readonly string[];
  readonly io: Io;
}

export interface CommandDefinition<Table extends readonly Option[]> {
  /** After the program and the command's name, e.g. `[CLUSTER] [flags]`. */
  readonly usage: string;
  /** One or two sentences. */
  readonly purpose: string;
  readonly options: Table;
  /** Arguments that may stand without a flag. */
  readonly mostLoose: number;
  run(given: Given<Table>): Promise<ExitCode>;
}

/** A command as the table knows it. */
export interface Command {
  /** The text for `--help`. */
  help(name: string): string;
  /** @throws UsageError for a command line that cannot be used; what the work throws */
  run(name: string, args: readonly string[], io: Io): Promise<ExitCode>;
}

const withHelp = (error: UsageError, name: string): UsageError =>
  new UsageError(error.mistakes, `prestoscale ${name} --help tells its flags.`);

/** Makes a command of its definition: help, and mistakes of the command line that name the command. */
export const defineCommand = <const Table extends readonly Option[]>(definition: CommandDefinition<Table>): Command => {
  const { usage, purpose, options, mostLoose } = definition;
  const help = (name: string): string => helpText(`prestoscale ${name} ${usage}`, purpose, options);
  const work = async (name: string, args: readonly string[], io: Io): Promise<ExitCode> => {
    const parsed = parseArguments(args, options, mostLoose);
    if (parsed.kind === 'values') return definition.run({ ...parsed, io });
    io.out(help(name));
    return EXIT.ok;
  };
  return {
    help,
    run: async (name, args, io) => {
      try {
        return await work(name, args, io);
      } catch (error) {
        throw error instanceof UsageError ? withHelp(error, name) : error;
      }
    },
  };
};
