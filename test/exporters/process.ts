/** The exporter as a process, from its sources or bundled, until a test ends it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

const ROOT = join(__dirname, '../..');

/** Runs TypeScript as it stands. */
export const FROM_SOURCES: readonly string[] = ['--import', 'tsx', join(ROOT, 'exporters/main.ts')];

export class ExporterProcess {
  readonly #child: ChildProcess;
  #told = '';

  /** @param program what Node runs; of the environment only PATH goes on beside what is given */
  constructor(program: readonly string[], args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    this.#child = spawn(process.execPath, [...program, ...args], {
      cwd: ROOT,
      env: { PATH: process.env['PATH'], NODE_NO_WARNINGS: '1', ...environment },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    (this.#child.stderr as Readable).on('data', (chunk: Buffer) => {
      this.#told += chunk.toString();
    });
  }

  /** What it has told people. */
  get told(): string {
    return this.#told;
  }

  /** Until it has told something. */
  async tells(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.#told);
      if (found !== null) return found;
      if (this.#child.exitCode !== null) throw new Error(`it ended (${this.#child.exitCode}): ${this.#told}`);
      await once(this.#child.stderr as Readable, 'data');
    }
  }

  async get(path: string): Promise<{ readonly status: number; readonly text: string }> {
    const [, url] = await this.tells(/(http:\S+)\/metrics/);
    const response = await fetch(`${url}${path}`);
    return { status: response.status, text: await response.text() };
  }

  /** @returns exit code and signal */
  async end(signal: NodeJS.Signals): Promise<unknown[]> {
    const exit = once(this.#child, 'exit');
    this.#child.kill(signal);
    return exit;
  }

  /** For the end of a test, however it went. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }
}
