/** The processes of the load test: a coordinator under load, and an exporter that watches itself. Run from the project. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Engine } from '../exporters/history/fake-coordinator.ts';

export interface LoadChild {
  /** Where it listens. */
  readonly url: string;
  readonly child: ChildProcess;
}

/** What an exporter saw of itself. */
export interface Watched {
  /** Longest time in which nothing else could run; on a busy machine most of it may be others' doing. */
  readonly stallMilliseconds: number;
  readonly p99StallMilliseconds: number;
  /** Most processor time of all its threads between two turns of its event loop. */
  readonly busyMilliseconds: number;
  readonly mostRssMegabytes: number;
}

export interface Load {
  readonly engine: Engine;
  readonly live: number;
  /** Of the live ones; the others are queued. */
  readonly running: number;
  readonly remembered: number;
  readonly workers: number;
  readonly endingPerSecond: number;
  /** Of an ended query. */
  readonly sqlBytes: number;
  /** Of a live one; PrestoDB is not asked for it. */
  readonly liveSqlBytes: number;
}

/** What the exporter is asked to bear. */
export const REQUIRED_LOAD: Load = {
  engine: 'presto',
  live: 1_000,
  running: 200,
  remembered: 9_000,
  workers: 20,
  endingPerSecond: 10,
  sqlBytes: 2_048,
  liveSqlBytes: 2_048,
};

const startChild = async (file: string, ...given: readonly string[]): Promise<LoadChild> => {
  const child = fork(join('test', 'bench', file), [...given], {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  const [url] = (await once(lines, 'line')) as [string];
  return { child, url };
};

export const startEngine = (load: Load): Promise<LoadChild> =>
  startChild('exporter-load-engine.ts', JSON.stringify(load));

export interface ExporterTimes {
  /** From one reading of what lives to the next. */
  readonly live: number;
  /** The same of what has ended; undefined: it is not read. */
  readonly history: number | undefined;
  /** For one request; default: what is usual. */
  readonly patience?: number;
}

/** @param seconds of its readings */
export const startExporter = (engine: LoadChild, seconds: ExporterTimes): Promise<LoadChild> =>
  startChild('exporter-load-exporter.ts', JSON.stringify({ coordinator: engine.url, ...seconds }));

/** Ends the exporter and tells what it saw. */
export const watchedBy = async ({ child }: LoadChild): Promise<Watched> => {
  child.send('report');
  const [watched] = await once(child, 'message');
  return watched as Watched;
};

/** A metric without labels, or with these; NaN: it is not there. */
export const metricOf = (text: string, name: string): number => {
  const line = text.split('\n').find((one) => one.startsWith(`${name} `));
  return line === undefined ? Number.NaN : Number(line.slice(name.length + 1));
};
