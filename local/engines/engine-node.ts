/** One node of an engine as a process of this machine. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineHome } from './jars.ts';
import type { Jdk } from './java.ts';
import { type NodeSettings, writeNodeFiles } from './node-files.ts';
import type { EngineVersion } from './versions.ts';

export interface NodeOptions {
  readonly engine: EngineVersion;
  readonly home: EngineHome;
  readonly jdk: Jdk;
  /** The node's own folder; emptied at the start. */
  readonly folder: string;
  readonly heapMegabytes: number;
  readonly settings: NodeSettings;
  /** More flags for the JVM, such as a Java agent. */
  readonly jvmFlags?: readonly string[];
}

const HOST = '127.0.0.1';
const ASK_MILLISECONDS = 2000;
const SHOWN_LOG_CHARACTERS = 2000;

const jvmFlags = ({ engine, heapMegabytes, jvmFlags: more = [] }: NodeOptions): readonly string[] => [
  `-Xmx${heapMegabytes}m`,
  '-Xms64m',
  '-XX:+UseG1GC',
  '-XX:+ExitOnOutOfMemoryError',
  // Several nodes share few cores while they start: the first compiler is enough, and saves half of the start.
  '-XX:TieredStopAtLevel=1',
  '-Djdk.attach.allowAttachSelf=true',
  ...engine.jvmFlags,
  ...more,
];

/** Starts at once; `ready` tells when it answers. */
export class EngineNode {
  readonly name: string;
  readonly url: string;
  /** Resolves when the process has ended, however. */
  readonly ended: Promise<void>;
  readonly #process: ChildProcess;
  readonly #logFile: string;
  #hasEnded = false;

  constructor(options: NodeOptions) {
    const { engine, home, jdk, folder, settings } = options;
    const properties = writeNodeFiles(engine, settings, folder, home.pluginFolder);
    this.name = settings.name;
    this.url = `http://${HOST}:${settings.port}`;
    this.#logFile = join(folder, 'server.log');
    const log = openSync(this.#logFile, 'w');
    const args = [...jvmFlags(options), ...properties, '-cp', home.classPath, engine.mainClass];
    this.#process = spawn(join(jdk.home, 'bin', 'java'), args, { cwd: folder, stdio: ['ignore', log, log] });
    closeSync(log);
    this.ended = new Promise((resolve) => {
      const done = (): void => {
        this.#hasEnded = true;
        resolve();
      };
      this.#process.once('exit', done);
      this.#process.once('error', done);
    });
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Does nothing to a process that has ended. */
  kill(signal: 'SIGTERM' | 'SIGKILL'): void {
    if (!this.#hasEnded) this.#process.kill(signal);
  }

  /** Whether it answers and says that it has started. */
  async answers(): Promise<boolean> {
    try {
      const response = await fetch(`${this.url}/v1/info`, { signal: AbortSignal.timeout(ASK_MILLISECONDS) });
      const info = (await response.json()) as { readonly starting?: boolean };
      return info.starting === false;
    } catch {
      return false;
    }
  }

  /** What the node says of itself, such as ACTIVE or DRAINED; undefined: it does not answer. */
  async state(timeoutMilliseconds: number): Promise<string | undefined> {
    try {
      const signal = AbortSignal.timeout(timeoutMilliseconds);
      return String(await (await fetch(`${this.url}/v1/info/state`, { signal })).json());
    } catch {
      return undefined;
    }
  }

  /** The end of its log, for an error. */
  log(): string {
    return readFileSync(this.#logFile, 'utf8').slice(-SHOWN_LOG_CHARACTERS);
  }

  /**
   * Waits until it answers.
   * @throws Error with the end of its log when it ends before, or takes longer
   */
  async ready(timeoutSeconds: number): Promise<void> {
    const until = performance.now() + timeoutSeconds * 1000;
    while (!(await this.answers())) {
      const why = this.#hasEnded ? 'ended' : performance.now() > until ? `did not start in ${timeoutSeconds} s` : '';
      if (why !== '') throw new Error(`${this.name} ${why}:\n${this.log()}`);
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
}
