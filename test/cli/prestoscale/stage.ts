/** A deployed environment to run the program against, in process: a table, a small AWS, and ticks that the test asks for. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Io } from '../../../cli/program/io.ts';
import { runProgram } from '../../../cli/program/main.ts';
import { DynamoClusterStore } from '../../../lambdas/adapters/dynamo/cluster-store.ts';
import { DynamoInbox } from '../../../lambdas/adapters/dynamo/inbox.ts';
import { DynamoJournal } from '../../../lambdas/adapters/dynamo/journal.ts';
import { DynamoLedger } from '../../../lambdas/adapters/dynamo/ledger.ts';
import { OUTPUTS, stackNames } from '../../../lambdas/contract.ts';
import { type Decided, decide } from '../../../lambdas/core/decide.ts';
import type { FleetState, Observation, WorkloadSample } from '../../../lambdas/core/model.ts';
import { cores, epochSeconds, units } from '../../../lambdas/core/quantities.ts';
import { type LocalTable, startTable } from '../../../local/table.ts';
import { type FakeAws, startFakeAws } from './fake-aws.ts';

/** Monday, 2 March 2026, 09:00 UTC. */
export const START = 1_772_442_000;
export const ENVIRONMENT = 'prod';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

const ENVIRONMENT_VARIABLES = {
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_REGION: 'eu-central-1',
  AWS_MAX_ATTEMPTS: '1',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
};

/** A cluster of 8 to 80 busy cores in an engine that tells everything. */
export const sampleOf = (at: number, readyUnits: number, some: Partial<WorkloadSample> = {}): WorkloadSample => ({
  takenAt: epochSeconds(at),
  runningQueries: 3,
  queuedQueries: 0,
  waitingForWorkersQueries: 0,
  groupHeldQueries: 0,
  blockedOnMemoryQueries: 0,
  readyCores: cores(readyUnits * 16),
  drainingCores: cores(0),
  oldestRunningSeconds: 20,
  ...some,
});

export const fleetOf = (at: number, spotUnits: number, provisioned = spotUnits): FleetState => ({
  readAt: epochSeconds(at),
  status: 'running',
  onDemand: { targetUnits: units(0), provisionedUnits: units(0) },
  spot: { targetUnits: units(spotUnits), provisionedUnits: units(provisioned) },
  largestWeightUnits: units(1),
});

const FACTS = { minimumWorkerAgeSeconds: 600, drainGraceSeconds: 1800, reversibleDrain: false, retriesTasks: false };

export class Stage {
  readonly aws: FakeAws;
  readonly table: LocalTable;
  readonly inbox: DynamoInbox;
  /** The wall’s time; a pause of the program moves it. */
  now = START;
  user: string | undefined = 'ada';
  columns = 10_000;
  colours = false;
  input = '';
  /** Where `environments/` is looked for. */
  readonly folder = mkdtempSync(join(tmpdir(), 'prestoscale-cli-'));
  #ids = 0;

  private constructor(aws: FakeAws, table: LocalTable) {
    this.aws = aws;
    this.table = table;
    this.inbox = new DynamoInbox(table.table);
  }

  static async start(): Promise<Stage> {
    const [aws, table] = await Promise.all([startFakeAws(), startTable()]);
    aws.stacks = {
      [stackNames(ENVIRONMENT).autoscaler]: {
        [OUTPUTS.table]: table.table.name,
        [OUTPUTS.tickQueues]: JSON.stringify({ '-': `${aws.url}/123456789012/ticks` }).replaceAll('"', '&quot;'),
        [OUTPUTS.verifyAlarm]: `prestoscale-${ENVIRONMENT}-verify`,
        [OUTPUTS.settings]: ENVIRONMENT,
      },
    };
    Object.assign(process.env, ENVIRONMENT_VARIABLES, {
      AWS_ENDPOINT_URL: aws.url,
      AWS_ENDPOINT_URL_DYNAMODB: table.url,
    });
    return new Stage(aws, table);
  }

  /** Runs a command line. */
  async run(...args: readonly string[]): Promise<Ran> {
    const said = { out: '', err: '' };
    const io: Io = {
      out: (text) => {
        said.out += text;
      },
      err: (text) => {
        said.err += text;
      },
      user: this.user,
      folder: this.folder,
      columns: this.columns,
      colours: this.colours,
      clock: { now: () => epochSeconds(this.now) },
      readInput: async () => this.input,
      pause: async (milliseconds) => {
        this.now += milliseconds / 1000;
      },
      newId: () => {
        this.#ids += 1;
        return String(this.#ids);
      },
    };
    return { code: await runProgram(args, io), ...said };
  }

  /** Runs a command line on the environment. */
  on(...args: readonly string[]): Promise<Ran> {
    return this.run(...args, '--env', ENVIRONMENT);
  }

  /** One tick as reconcile runs it, but for EMR: whatever is sent is accepted. */
  async tick(cluster: string, observed: Partial<Observation>): Promise<Decided> {
    const now = epochSeconds(this.now);
    const store = new DynamoClusterStore(this.table.table, cluster, () => `w-${this.now}`);
    const { memory, fence, policy, holds, alarms, losses } = await store.load(now);
    const observation: Observation = { facts: FACTS, holds, alarms, losses, ...observed };
    const decided = decide(observation, policy.policy, memory, now);
    const { decision } = decided;
    const claim = decision.command === undefined ? undefined : epochSeconds(now + 12);
    const next = await store.save(decided.memory, fence, now, claim);
    const journal = new DynamoJournal(this.table.table, {
      cluster,
      retentionDays: 30,
      clock: { now: () => now },
      pause: async () => {},
    });
    const record =
      decision.record === 'full' ? { now, observation, policy: policy.policy, memory, decision } : undefined;
    await journal.write(record, claim === undefined ? undefined : { fence: next, outcome: 'accepted' });
    const ledger = new DynamoLedger(this.table.table, cluster);
    for (const part of decided.spent ?? []) await ledger.put(part);
    return decided;
  }

  /** Bodies of the wake-ups that were sent. */
  get wokenClusters(): readonly string[] {
    return this.aws.asked
      .filter(({ operation }) => operation === 'SendMessageBatch')
      .flatMap(({ input }) => input['Entries'] as readonly { MessageBody: string }[])
      .map(({ MessageBody }) => (JSON.parse(MessageBody) as { cluster: string }).cluster);
  }

  async close(): Promise<void> {
    await Promise.all([this.aws.close(), this.table.close()]);
    for (const name of [...Object.keys(ENVIRONMENT_VARIABLES), 'AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_DYNAMODB'])
      delete process.env[name];
  }
}
