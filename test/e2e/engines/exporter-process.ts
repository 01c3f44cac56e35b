/** The exporter as its users run it: a process of its own beside a coordinator. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import parsePrometheusTextFormat from 'parse-prometheus-text-format';

export interface ExporterProcess {
  /** Every series of a metric; empty: it has none. */
  series(
    name: string,
  ): Promise<readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[]>;
  /** The only series of a metric; undefined: it has none. */
  value(name: string): Promise<number | undefined>;
  /** What it told people, one line each. */
  readonly lines: readonly string[];
  close(): Promise<void>;
}

const ADDRESS = /(http:\/\/127\.0\.0\.1:\d+)\/metrics/;

const addressOf = async (child: ChildProcess, lines: string[]): Promise<string> => {
  if (child.stderr === null) throw new Error('the exporter has no stderr');
  const reader = createInterface({ input: child.stderr });
  return new Promise((resolve, reject) => {
    reader.on('line', (line) => {
      lines.push(line);
      const address = ADDRESS.exec(line)?.[1];
      if (address !== undefined) resolve(address);
    });
    reader.once('close', () => reject(new Error(`the exporter ended:\n${lines.join('\n')}`)));
  });
};

/** @param args beside the port, which is a free one */
export const startExporterProcess = async (args: readonly string[]): Promise<ExporterProcess> => {
  const command = ['--import', 'tsx', 'exporters/main.ts', '--port', '0', ...args];
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'ignore', 'pipe'] });
  const lines: string[] = [];
  const url = await addressOf(child, lines);
  const series: ExporterProcess['series'] = async (name) => {
    const text = await (await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(10_000) })).text();
    const family = parsePrometheusTextFormat(text).find((one) => one.name === name);
    return (family?.metrics ?? []).map(({ labels = {}, value }) => ({ labels, value: Number(value) }));
  };
  return {
    series,
    value: async (name) => (await series(name))[0]?.value,
    lines,
    close: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
};
