/**
 * The worker agent of `bootstrap-scripts/` beside one worker of this machine. It runs as it does on an instance: a
 * daemon, and the commands that systemd runs when the instance stops and starts.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from './commands.ts';

export interface AgentOptions {
  readonly engineUrl: string;
  readonly coordinatorUrl: string;
  /** The worker's own folder: requests and the log are kept below it. */
  readonly folder: string;
  /** How long a drain may take. */
  readonly graceSeconds: number;
  /** Where instance metadata is served; absent: this is no instance. */
  readonly metadataUrl?: string;
}

const SCRIPT = fileURLToPath(new URL('../../bootstrap-scripts/worker-agent.sh', import.meta.url));
/** Refused at once. */
const NO_METADATA = 'http://127.0.0.1:1';
const POLL_SECONDS = 2;

export class WorkerAgent {
  readonly #environment: NodeJS.ProcessEnv;
  readonly #watch: ChildProcess;
  readonly #commands = new Set<AbortController>();

  /** Starts the daemon. */
  constructor({ engineUrl, coordinatorUrl, folder, graceSeconds, metadataUrl }: AgentOptions) {
    const runFolder = join(folder, 'agent');
    mkdirSync(runFolder, { recursive: true });
    this.#environment = {
      PATH: process.env['PATH'],
      PRESTOSCALE_ENGINE_URL: engineUrl,
      PRESTOSCALE_COORDINATOR_URL: coordinatorUrl,
      PRESTOSCALE_IMDS: metadataUrl ?? NO_METADATA,
      PRESTOSCALE_RUN_DIR: runFolder,
      PRESTOSCALE_GRACE_SECONDS: String(graceSeconds),
      PRESTOSCALE_POLL_SECONDS: String(POLL_SECONDS),
      PRESTOSCALE_STOP_COMMAND: 'true',
    };
    const log = openSync(join(folder, 'agent.log'), 'w');
    this.#watch = spawn('bash', [SCRIPT, 'watch'], { env: this.#environment, stdio: ['ignore', log, log] });
    // A worker without an agent is a case to be seen in what becomes of its queries, not here.
    this.#watch.on('error', () => {});
    closeSync(log);
  }

  /** What systemd runs at shutdown: drains, and ends when that is done or the grace is over. */
  async stop(): Promise<void> {
    await this.#command('stop');
  }

  /** Withdraws the shutdown: the worker goes back to work if its engine can. */
  async resume(): Promise<void> {
    await this.#command('resume');
  }

  /** Ends with its instance. */
  end(): void {
    for (const command of this.#commands) command.abort();
    this.#watch.kill('SIGKILL');
  }

  async #command(name: 'stop' | 'resume'): Promise<void> {
    const controller = new AbortController();
    this.#commands.add(controller);
    const { signal } = controller;
    await runCommand('bash', [SCRIPT, name], { env: this.#environment, signal }).catch((error: Error) => {
      if (!signal.aborted) throw error;
    });
    this.#commands.delete(controller);
  }
}
