/** The CDK's own command line against a local AWS, as an owner uses it against the real one. */
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../../../../local/engines/commands.ts';
import { ACCOUNT, REGION, ROOT_KEYS } from './local-aws.ts';
import { functionNode } from './runtimes.ts';

/** Of the repository. */
export const REPOSITORY = join(__dirname, '../../../..');

/** Where sources of the app are, and which environment it is to build. */
export interface Synthesis {
  /** Folder with `cdk.json`. */
  readonly sources: string;
  /** Folder with `<environment>.json`. */
  readonly environments: string;
  readonly environment: string;
  /** Folder for the assembly. */
  readonly into: string;
}

export interface CdkOptions {
  /** For its log, its home and its working folder, which has no `cdk.json`. */
  readonly folder: string;
  readonly awsUrl: string;
}

export class Cdk {
  readonly #folder: string;
  readonly #home: string;
  readonly #node: string;
  readonly #environment: NodeJS.ProcessEnv;

  private constructor({ folder, awsUrl }: CdkOptions, node: string) {
    // It keeps accounts by access key in its home, so each local AWS gets a home of its own.
    this.#home = join(folder, 'cdk');
    mkdirSync(this.#home, { recursive: true });
    this.#folder = folder;
    this.#node = node;
    this.#environment = {
      PATH: [node, '/usr/local/bin', '/usr/bin', '/bin'].join(':'),
      HOME: this.#home,
      TMPDIR: this.#home,
      NO_COLOR: '1',
      CDK_DISABLE_CLI_TELEMETRY: 'true',
      AWS_ENDPOINT_URL: awsUrl,
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: ROOT_KEYS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: ROOT_KEYS.secretAccessKey,
    };
  }

  static async for(options: CdkOptions): Promise<Cdk> {
    return new Cdk(options, await functionNode());
  }

  /** In a folder without an app: in one with an app it would build that first, without its bundles. */
  bootstrap(): Promise<string> {
    return this.#run(['bootstrap', `aws://${ACCOUNT}/${REGION}`], this.#home);
  }

  /** Builds the stacks of an environment. */
  synth({ sources, environments, environment, into }: Synthesis): Promise<string> {
    const context = ['-c', `env=${environment}`, '-c', `environments=${environments}`];
    return this.#run(['synth', '--quiet', '--output', into, ...context], sources);
  }

  /** Deploys everything of an assembly. */
  deploy(assembly: string): Promise<string> {
    return this.#run(['deploy', '--app', assembly, '--all', '--require-approval', 'never'], this.#home);
  }

  destroy(assembly: string): Promise<string> {
    return this.#run(['destroy', '--app', assembly, '--all', '--force'], this.#home);
  }

  /** @returns the end of what it wrote */
  async #run(args: readonly string[], cwd: string): Promise<string> {
    const cli = join(REPOSITORY, 'node_modules', 'aws-cdk', 'bin', 'cdk');
    const began = performance.now();
    const options = { cwd, env: this.#environment };
    const { code, output } = await runCommand(join(this.#node, 'node'), [cli, ...args], options);
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    appendFileSync(join(this.#folder, 'cdk.log'), `$ cdk ${args.join(' ')}\n${output}\n(${code}, ${seconds} s)\n\n`);
    if (code !== 0) throw new Error(`cdk ${args[0]} ended with ${code}:\n${output}`);
    return output;
  }
}
