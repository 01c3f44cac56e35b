/** Running a program to its end. */
import { spawn } from 'node:child_process';

const KEPT_CHARACTERS = 4000;

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Ends it by force. */
  readonly signal?: AbortSignal;
}

export interface CommandResult {
  /** null: ended by a signal. */
  readonly code: number | null;
  /** The end of what it wrote, both streams. */
  readonly output: string;
}

/**
 * Runs a program and waits for it.
 * @throws Error of `node:child_process` when it cannot be started
 */
export const runCommand = (program: string, args: readonly string[], options: CommandOptions = {}) =>
  new Promise<CommandResult>((resolve, reject) => {
    const child = spawn(program, args, { ...options, killSignal: 'SIGKILL', stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (chunk: Buffer): void => {
      output = (output + chunk.toString('utf8')).slice(-KEPT_CHARACTERS);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
