/** A server of another make as a child process: started, waited for, and ended by its id. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';

export interface ServerOptions {
  readonly program: string;
  readonly args: readonly string[];
  /** All that it sees of the environment. */
  readonly environment: NodeJS.ProcessEnv;
  /** What it writes goes there. */
  readonly logFile: string;
  readonly folder: string;
  /** Whether it answers by now. */
  readonly answers: () => Promise<boolean>;
}

const START_SECONDS = 90;
const END_SECONDS = 10;
const SHOWN_LOG_CHARACTERS = 3000;

const later = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

export class ServerProcess {
  readonly #process: ChildProcess;
  readonly #logFile: string;

  private constructor(process: ChildProcess, logFile: string) {
    this.#process = process;
    this.#logFile = logFile;
  }

  /** @throws Error with the end of its log when it ends at once or does not answer in time */
  static async start(options: ServerOptions): Promise<ServerProcess> {
    const { program, args, environment, logFile, folder } = options;
    const log = openSync(logFile, 'a');
    const child = spawn(program, args, { cwd: folder, env: environment, stdio: ['ignore', log, log] });
    closeSync(log);
    const failed = new Promise<never>((_resolve, reject) => child.once('error', reject));
    const server = new ServerProcess(child, logFile);
    try {
      await Promise.race([failed, server.#ready(options.answers)]);
    } catch (error) {
      await server.close();
      throw error;
    }
    return server;
  }

  get pid(): number {
    return this.#process.pid ?? Number.NaN;
  }

  /** Asks it to end, and makes it end if it does not. */
  async close(): Promise<void> {
    if (this.#process.pid === undefined || this.#hasEnded()) return;
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGTERM');
    const force = setTimeout(() => this.#process.kill('SIGKILL'), END_SECONDS * 1000);
    await ended;
    clearTimeout(force);
  }

  #hasEnded(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null;
  }

  async #ready(answers: () => Promise<boolean>): Promise<void> {
    const until = performance.now() + START_SECONDS * 1000;
    while (!(await answers())) {
      const why = this.#hasEnded() ? 'ended' : performance.now() > until ? `did not answer in ${START_SECONDS} s` : '';
      if (why !== '') throw new Error(`${this.#process.spawnfile} ${why}:\n${this.#log()}`);
      await later(100);
    }
  }

  #log(): string {
    return readFileSync(this.#logFile, 'utf8').slice(-SHOWN_LOG_CHARACTERS);
  }
}
