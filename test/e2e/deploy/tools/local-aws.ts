/** A local AWS as a process: its address, what it wrote, and its end. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts } from '../../../../local/engines/ports.ts';
import { functionNode, LOCAL_AWS, ministackPython } from './runtimes.ts';
import { ServerProcess } from './server-process.ts';

export const ACCOUNT = '000000000000';
export const REGION = 'us-east-1';
/** Of the account's root. Nothing else is started with them. */
export const ROOT_KEYS = { accessKeyId: 'test', secretAccessKey: 'test' };

export interface LocalAwsOptions {
  /** For its log, and for everything it and the functions write. */
  readonly folder: string;
  /** Whether every call is judged by the caller's policies. */
  readonly withPermissions?: boolean;
  /** From the making of a schedule to its first round; AWS waits a whole interval. Default 2. */
  readonly firstRoundSeconds?: number;
  /**
   * Addresses for the functions instead of the local AWS's own. Functions inherit its environment, so what is deployed
   * knows nothing of them.
   */
  readonly endpoints: { readonly emr: string; readonly ec2: string };
}

/** Longer than a run, so that no worker is started twice. */
const WARM_SECONDS = 600;

const isUp = async (url: string): Promise<boolean> => {
  const response = await fetch(`${url}/_ministack/health`, { signal: AbortSignal.timeout(2000) }).catch(
    () => undefined,
  );
  return response?.ok === true;
};

/** Functions inherit all of it, so nothing of this process may be in it. */
const environmentOf = async (options: LocalAwsOptions, port: number, python: string): Promise<NodeJS.ProcessEnv> => ({
  PATH: [await functionNode(), join(python, 'bin'), '/usr/local/bin', '/usr/bin', '/bin'].join(':'),
  HOME: join(options.folder, 'home'),
  TMPDIR: join(options.folder, 'tmp'),
  TZ: 'UTC',
  PYTHONDONTWRITEBYTECODE: '1',
  GATEWAY_PORT: String(port),
  BIND_HOST: '127.0.0.1',
  MINISTACK_HOST: '127.0.0.1',
  MINISTACK_ACCOUNT_ID: ACCOUNT,
  MINISTACK_REGION: REGION,
  LAMBDA_EXECUTOR: 'local',
  LAMBDA_ASYNC_RETRY_BASE_SECONDS: '1',
  LAMBDA_WARM_TTL_SECONDS: String(WARM_SECONDS),
  LOCAL_AWS_FIRST_ROUND_SECONDS: String(options.firstRoundSeconds ?? 2),
  AWS_ENDPOINT_URL_EMR: options.endpoints.emr,
  AWS_ENDPOINT_URL_EC2: options.endpoints.ec2,
  AUTH: String(options.withPermissions ?? false),
});

export class LocalAws {
  readonly url: string;
  readonly logFile: string;
  readonly #server: ServerProcess;

  private constructor(server: ServerProcess, url: string, logFile: string) {
    this.#server = server;
    this.url = url;
    this.logFile = logFile;
  }

  /** @throws Error when something cannot be fetched, or it does not start */
  static async start(options: LocalAwsOptions): Promise<LocalAws> {
    const { folder } = options;
    for (const name of ['home', 'tmp']) mkdirSync(join(folder, name), { recursive: true });
    const [python, [port = 0]] = await Promise.all([ministackPython(), freePorts(1)]);
    const url = `http://127.0.0.1:${port}`;
    const logFile = join(folder, 'local-aws.log');
    const server = await ServerProcess.start({
      program: join(python, 'bin', 'python'),
      args: [join(LOCAL_AWS, 'launcher.py')],
      environment: await environmentOf(options, port, python),
      logFile,
      folder,
      answers: () => isUp(url),
    });
    return new LocalAws(server, url, logFile);
  }

  get pid(): number {
    return this.#server.pid;
  }

  /** Ends it, and the functions' workers with it. */
  close(): Promise<void> {
    return this.#server.close();
  }
}
