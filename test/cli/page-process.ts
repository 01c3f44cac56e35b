/** `npm start` as a real process, for the tests of its page. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { ConsoleState } from '../../console/protocol.ts';

const ROOT = join(__dirname, '../..');
/** For one thing to come about in the run, however busy the machine is. */
export const PATIENCE_MILLISECONDS = 90_000;

/** Starts the process; resolves with the page's address. */
const started = (child: ChildProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    let out = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      const url = /http:\/\/127\.0\.0\.1:\d+/.exec(out)?.[0];
      if (url !== undefined) resolve(url);
    });
    child.once('exit', (code) => reject(new Error(`npm start ended with ${code}: ${out}`)));
  });

export class PageProcess {
  readonly url: string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.url = url;
  }

  /** A run at the highest speed, at any free port. */
  static async start(): Promise<PageProcess> {
    const child = spawn(process.execPath, ['--import', 'tsx', 'cli/start.ts', '--port', '0', '--speed', '600'], {
      cwd: ROOT,
    });
    return new PageProcess(child, await started(child));
  }

  stop(): void {
    this.#child.kill('SIGTERM');
  }

  async state(): Promise<ConsoleState> {
    return (await fetch(`${this.url}/api/state`)).json() as Promise<ConsoleState>;
  }

  /** Waits until the run is as expected. */
  async until(what: string, fits: (state: ConsoleState) => boolean): Promise<ConsoleState> {
    const deadline = Date.now() + PATIENCE_MILLISECONDS;
    for (;;) {
      const now = await this.state();
      if (fits(now)) return now;
      if (Date.now() > deadline)
        throw new Error(`never came: ${what}; last point ${JSON.stringify(now.points.at(-1))}`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  post(action: unknown): Promise<Response> {
    return fetch(`${this.url}/api/actions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(action),
    });
  }
}
