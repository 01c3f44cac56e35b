/** The exporter as the process that it is beside an engine. */
import { join } from 'node:path';
import { REPOSITORY } from './cdk.ts';
import { REGION, ROOT_KEYS } from './local-aws.ts';
import type { RoleKeys } from './raw.ts';
import { ServerProcess } from './server-process.ts';

/** Where an exporter of a cluster pushes to. */
export interface PushTo {
  readonly table: string;
  readonly queueUrl: string;
}

export interface ExporterOptions {
  readonly folder: string;
  readonly awsUrl: string;
  readonly coordinatorUrl: string;
  /** Name of the cluster in the table. */
  readonly cluster: string;
  readonly port: number;
  /** Absent: it is only scraped. */
  readonly push?: PushTo;
  /** Who it is in AWS. Default: the account's root. */
  readonly keys?: RoleKeys;
}

const answers = (url: string): Promise<boolean> =>
  fetch(url, { signal: AbortSignal.timeout(2000) }).then(
    ({ ok }) => ok,
    () => false,
  );

/** Reads the engine every second. */
export const startExporter = async (options: ExporterOptions): Promise<ServerProcess> => {
  const { folder, awsUrl, coordinatorUrl, cluster, port, push, keys = ROOT_KEYS } = options;
  const pushing =
    push === undefined ? {} : { 'push-table': push.table, 'push-queue': push.queueUrl, cluster, region: REGION };
  const flags = { coordinator: coordinatorUrl, 'every-seconds': '1', port: String(port), ...pushing };
  const args = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value]);
  return ServerProcess.start({
    program: process.execPath,
    args: ['--import', 'tsx', 'exporters/main.ts', ...args],
    environment: {
      PATH: process.env['PATH'],
      HOME: folder,
      NODE_NO_WARNINGS: '1',
      AWS_ENDPOINT_URL: awsUrl,
      AWS_ACCESS_KEY_ID: keys.accessKeyId,
      AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
      ...('sessionToken' in keys ? { AWS_SESSION_TOKEN: keys.sessionToken } : {}),
    },
    logFile: join(folder, `exporter-${cluster}.log`),
    folder: REPOSITORY,
    answers: () => answers(`http://127.0.0.1:${port}/metrics`),
  });
};
