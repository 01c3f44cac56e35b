/** The exporter as a process: `tsx exporters/main.ts --coordinator http://127.0.0.1:8889`. Ends with SIGTERM or SIGINT. */
import { epochSeconds } from '../lambdas/core/quantities.ts';
import { PrestoClient } from './engine/presto-client.ts';
import type { Source, SourceReport } from './engine/reading.ts';
import { Exporter } from './exporter.ts';
import { helpText, type MainOptions, readOptions, UsageError } from './options.ts';
import { serve } from './server.ts';

/** Exit code for a command line or an address that cannot be used. */
const EXIT_INPUT = 2;

const now = () => epochSeconds(Date.now() / 1000);

const tell = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

/** One after the other at equal distances; a slow one makes the next one late, never two at once. */
const repeat = (exporter: Exporter, everySeconds: number): NodeJS.Timeout => {
  void exporter.collect();
  return setInterval(() => void exporter.collect(), everySeconds * 1000);
};

/** A fault that lasts is told once. */
const faultTeller = (): ((report: SourceReport) => void) => {
  const told = new Map<Source, string>();
  return ({ source, error }) => {
    const message = error?.message ?? '';
    if (told.get(source) !== message) tell(`${source}: ${message}`);
    told.set(source, message);
  };
};

const run = async (options: MainOptions): Promise<void> => {
  const { coordinator, timeoutSeconds, requiredWorkers } = options;
  const reader = new PrestoClient({ coordinator, now, timeoutMilliseconds: timeoutSeconds * 1000 });
  const exporter = new Exporter({ reader, now, requiredWorkers, onFault: faultTeller() });
  const server = await serve(exporter, options);
  tell(`reading ${new URL(coordinator).origin} every ${options.everySeconds} s, ${server.url}/metrics`);
  const timer = repeat(exporter, options.everySeconds);
  const stop = (): void => {
    clearInterval(timer);
    void server.close();
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
};

try {
  const options = readOptions(process.argv.slice(2));
  if (options === undefined) process.stdout.write(helpText());
  else await run(options);
} catch (error) {
  const { code, message } = error as NodeJS.ErrnoException;
  const unusable =
    error instanceof UsageError || code === 'EADDRINUSE' || code === 'EADDRNOTAVAIL' || code === 'EACCES';
  if (!unusable) throw error;
  tell(message);
  process.exitCode = EXIT_INPUT;
}
