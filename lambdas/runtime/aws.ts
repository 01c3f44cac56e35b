/** What the functions have in common in AWS: their settings, the table, the clock, the log. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tableClient } from '../adapters/dynamo/client.ts';
import { emfMeasure } from '../adapters/log/emf.ts';
import { jsonReport } from '../adapters/log/json-lines.ts';
import { queueClient } from '../adapters/sqs/client.ts';
import { WakeUpsByCluster } from '../adapters/sqs/queues.ts';
import { SqsWakeUps } from '../adapters/sqs/wake-ups.ts';
import { NO_NETWORK } from '../contract.ts';
import { epochSeconds } from '../core/quantities.ts';
import type { Clock } from '../ports/clock.ts';
import type { WakeUps } from '../ports/wakeups.ts';
import { readFunctionSettings } from '../settings/read.ts';
import { type ClusterEntry, type FunctionSettings, networkOf } from '../settings/settings.ts';
import type { CommonParts } from './parts.ts';
import type { CommonVariables, TickQueues, Variables } from './variables.ts';

/** What a function is started with. */
export interface Start {
  readonly settings: FunctionSettings;
  readonly variables: Variables;
}

const SETTINGS_FILE = 'settings.json';

const textOf = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`the function cannot start: ${file} cannot be read. The deploy writes it, so deploy again`, {
      cause: error,
    });
  }
};

/**
 * The start of a function whose code lies in this folder, with its settings beside it.
 * @throws Error that says what is wrong with the settings
 */
export const startIn = (folder: string): Start => {
  const file = join(folder, SETTINGS_FILE);
  return { settings: readFunctionSettings(textOf(file), file), variables: process.env };
};

const clock: Clock = { now: () => epochSeconds(Date.now() / 1000) };

// Not by `console`: Lambda wraps what it writes, and CloudWatch would find no metrics in it.
const write = (line: string): void => {
  process.stdout.write(line);
};

export const commonParts = ({ settings }: Start, { table, region }: CommonVariables): CommonParts => ({
  clock,
  table: { client: tableClient({ region }), name: table },
  report: jsonReport(clock, write),
  measure: emfMeasure({ environment: settings.environment, clock, write }),
});

/** The tick queues of all clusters, each with those of its network. */
export const tickQueuesOf = (clusters: readonly ClusterEntry[], region: string, urls: TickQueues): WakeUps => {
  const client = queueClient({ region });
  const queues = Object.entries(urls).map(([network, queueUrl]) => ({
    wakeUps: new SqsWakeUps(client, { queueUrl, clock }),
    clusters: clusters.filter((entry) => (networkOf(entry) ?? NO_NETWORK) === network).map(({ name }) => name),
  }));
  return new WakeUpsByCluster(queues);
};
