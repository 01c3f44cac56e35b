/** The program `prestoscale` as the process that a person starts. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import type { Deployment } from './deployment.ts';
import { REGION, ROOT_KEYS } from './local-aws.ts';

/** What became of a command. */
export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

const LONGEST_MILLISECONDS = 120_000;

/** Commands for one deployed environment, started where its file is. */
export class Prestoscale {
  readonly #deployment: Deployment;
  readonly #environment: string;

  constructor(deployment: Deployment, environment: string) {
    this.#deployment = deployment;
    this.#environment = environment;
  }

  run(...args: readonly string[]): Promise<Said> {
    return this.with('', ...args);
  }

  /** @param input on its standard input */
  with(input: string, ...args: readonly string[]): Promise<Said> {
    const { folder, sources, aws, clusters } = this.#deployment;
    const program = join(sources, 'cli', 'prestoscale.mjs');
    const env = {
      PATH: process.env['PATH'],
      HOME: folder,
      USER: 'ann',
      NODE_NO_WARNINGS: '1',
      AWS_ENDPOINT_URL: aws.url,
      AWS_ENDPOINT_URL_EMR: clusters.emr.url,
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: ROOT_KEYS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: ROOT_KEYS.secretAccessKey,
    };
    const options = { cwd: folder, env, timeout: LONGEST_MILLISECONDS };
    return new Promise((resolve) => {
      const command = [program, ...args, '--env', this.#environment];
      const child = execFile(process.execPath, command, options, (error, out, err) => {
        const code = error === null ? 0 : Number(error.code ?? Number.NaN);
        resolve({ code, out, err });
      });
      child.stdin?.end(input);
    });
  }
}
