/** The exporter as a process: `tsx exporters/main.ts --coordinator http://127.0.0.1:8889`. Ends with SIGTERM or SIGINT. */
import { helpText, readOptions, UsageError } from './options.ts';
import { startExporter } from './wire.ts';

/** Exit code for a command line or an address that cannot be used. */
const EXIT_INPUT = 2;

const tell = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

const run = async (args: readonly string[]): Promise<void> => {
  const options = readOptions(args);
  if (options === undefined) {
    process.stdout.write(helpText());
    return;
  }
  const exporter = await startExporter(options, tell);
  // A list of queries may be under way that nobody waits for any more.
  const stop = (): void => void exporter.stop().finally(() => process.exit(0));
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
};

try {
  await run(process.argv.slice(2));
} catch (error) {
  const { code, message } = error as NodeJS.ErrnoException;
  const unusable =
    error instanceof UsageError || code === 'EADDRINUSE' || code === 'EADDRNOTAVAIL' || code === 'EACCES';
  if (!unusable) throw error;
  tell(message);
  process.exitCode = EXIT_INPUT;
}
