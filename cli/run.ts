/** What every command does around its work: help, mistakes of whoever called it (exit 2), and failures (exit 1). */
import { InputError } from '../simulator/workload/errors.ts';
import { UsageError } from './arguments.ts';

/** Exit code for input that cannot be used. */
export const EXIT_INPUT = 2;

/** Runs a command's work; an error that the caller can correct is printed without a stack. */
export const runCommand = async (work: () => Promise<void>): Promise<void> => {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof InputError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = EXIT_INPUT;
  }
};
