/**
 * An AWS account in this process and in virtual time, with everything that a deployed environment has in it: schedule,
 * functions with their processes, tick queue, table, events, logs, EMR with its budgets, and clusters with exporters. The
 * handlers and adapters are the real ones; behind their clients everything is counted.
 */
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { DynamoInbox } from '../../lambdas/adapters/dynamo/inbox.ts';
import type { Table } from '../../lambdas/adapters/dynamo/table.ts';
import type { CallBudget } from '../../lambdas/adapters/dynamo/tokens.ts';
import { EmrClusterDirectory } from '../../lambdas/adapters/emr/cluster-directory.ts';
import { SqsWakeUps } from '../../lambdas/adapters/sqs/wake-ups.ts';
import { inWords } from '../../lambdas/app/criterion.ts';
import { epochSeconds } from '../../lambdas/core/quantities.ts';
import type { BridgeEvent } from '../../lambdas/handlers/bridge-event.ts';
import { handleDispatch } from '../../lambdas/handlers/dispatch.ts';
import { handleReconcile } from '../../lambdas/handlers/reconcile.ts';
import { handleRoute } from '../../lambdas/handlers/route.ts';
import type { AlarmReader } from '../../lambdas/ports/alarms.ts';
import type { InstanceDirectory, InstanceOwner } from '../../lambdas/ports/instances.ts';
import type { WakeUps } from '../../lambdas/ports/wakeups.ts';
import type { CommonParts } from '../../lambdas/runtime/parts.ts';
import { wireDispatch } from '../../lambdas/runtime/wire-dispatch.ts';
import { type ClusterSettings, type ReconcileParts, wireReconcile } from '../../lambdas/runtime/wire-reconcile.ts';
import { wireRoute } from '../../lambdas/runtime/wire-route.ts';
import type { DispatchWiring, ReconcileWiring, RouteWiring } from '../../lambdas/runtime/wiring.ts';
import { uniform } from '../../simulator/random.ts';
import { knownFactsOf } from '../../simulator/run/ports.ts';
import { START_OF_RUN } from '../../simulator/run/start-of-run.ts';
import type { FleetEvent } from '../../simulator/world/fleet/fleet.ts';
import { EmrService } from '../emr/service.ts';
import { alarmEventFor, bridgeEventFor } from './bridge.ts';
import { emrInProcess } from './emr-in-process.ts';
import { SimulatedFunction } from './functions.ts';
import { DEFAULT_LAGS, type Lags } from './lags.ts';
import { SimulatedLog } from './log.ts';
import { MemoryTable, type TableMeter, tableMeter } from './memory-table.ts';
import type { AccountOptions } from './options.ts';
import { SimulatedTickQueue } from './queue.ts';
import { raisedQuotas } from './raised-quotas.ts';
import { Site } from './site.ts';
import { Timeline } from './timeline.ts';

const MINUTE = 60;
const HOUR = 3600;
/** Clusters that run are described again within so many seconds. */
const DESCRIBED_WITHIN = 1800;
/** Entries of a page of ListClusters. */
const PAGE = 50;
/** The second of a minute in which the schedule comes. */
const SCHEDULED_AT = 0.5;
const QUEUE_URL = 'https://sqs.us-east-1.amazonaws.com/123456789012/ticks';

export const FUNCTIONS = ['dispatch', 'reconcile', 'route'] as const;
export type FunctionName = (typeof FUNCTIONS)[number];

export class Account {
  readonly timeline = new Timeline(epochSeconds(START_OF_RUN));
  readonly sites: readonly Site[];
  readonly queue: SimulatedTickQueue;
  readonly emr: EmrService;
  readonly logs: Readonly<Record<FunctionName, SimulatedLog>>;
  /** By user: the functions, and all exporters together. */
  readonly meters: Readonly<Record<FunctionName | 'exporter', TableMeter>>;
  readonly dispatch: SimulatedFunction<DispatchWiring>;
  readonly reconcile: SimulatedFunction<ReconcileWiring>;
  readonly route: SimulatedFunction<RouteWiring>;
  /** Other calls that were made. */
  readonly calls = { schedule: 0, describeAlarms: 0, describeInstances: 0, scrape: 0 };
  /** Events that came to `route`, by detail type. */
  readonly events: Record<string, number> = {};
  readonly memory = new MemoryTable();
  readonly #options: AccountOptions;
  readonly #lags: Lags;
  readonly #siteByName = new Map<string, Site>();
  readonly #owners = new Map<string, InstanceOwner>();
  #writes = 0;

  private constructor(options: AccountOptions) {
    this.#options = options;
    this.#lags = options.lags ?? DEFAULT_LAGS;
    const { environment, seed, mostAtOnce, quotaFactor = 1 } = options;
    this.sites = options.sites.map(
      (site) => new Site(this.timeline, environment, site, (event) => this.#happened(site.entry.name, event)),
    );
    // What is there from the start is no event.
    for (const site of this.sites) this.#siteByName.set(site.entry.name, site);
    this.emr = new EmrService({
      backends: this.sites.map(({ backend }) => backend),
      now: () => this.timeline.now() * quotaFactor,
      pageSize: PAGE,
      ...(options.onEmrCall === undefined ? {} : { onCall: options.onEmrCall }),
    });
    const log = (name: FunctionName) =>
      new SimulatedLog(environment, this.timeline, (line) => options.onLine?.(name, line));
    this.logs = { dispatch: log('dispatch'), reconcile: log('reconcile'), route: log('route') };
    this.meters = { dispatch: tableMeter(), reconcile: tableMeter(), route: tableMeter(), exporter: tableMeter() };
    this.queue = new SimulatedTickQueue(this.timeline, {
      lags: this.#lags,
      mostAtOnce,
      seed,
      deliver: (body) => this.#deliver(body),
    });
    this.dispatch = this.#function('dispatch', () => this.#dispatchProcess());
    this.reconcile = this.#function('reconcile', () => this.#reconcileProcess());
    this.route = this.#function('route', () => this.#routeProcess());
  }

  /** An account at the moment of the first deploy, or with clusters that were found before. */
  static async start(options: AccountOptions): Promise<Account> {
    const account = new Account(options);
    if (options.located === true) await account.#locate();
    for (const site of account.sites) account.#startExporter(site);
    const first = START_OF_RUN + SCHEDULED_AT;
    account.timeline.every(MINUTE, first, () => account.#schedule());
    account.timeline.every(HOUR, START_OF_RUN + HOUR, () => account.memory.expire(account.timeline.now()));
    return account;
  }

  /** Virtual seconds since the start. */
  get seconds(): number {
    return this.timeline.now() - START_OF_RUN;
  }

  async runTo(seconds: number): Promise<void> {
    await this.timeline.runTo(START_OF_RUN + seconds);
  }

  /** Hands an event to `route`, as EventBridge would after a while. */
  send(event: BridgeEvent): void {
    const type = event['detail-type'];
    this.events[type] = (this.events[type] ?? 0) + 1;
    this.timeline.at(this.timeline.now() + this.#lags.event, () => {
      void this.route.invoke((wiring) => handleRoute(event, wiring));
    });
  }

  #schedule(): void {
    this.calls.schedule += 1;
    if (this.#options.sample === 'alarms') this.#evaluateAlarms();
    void this.dispatch.invoke(handleDispatch);
  }

  #evaluateAlarms(): void {
    for (const site of this.sites) {
      for (const alarm of site.evaluateAlarms(this.timeline.now())) this.send(alarmEventFor(alarm));
    }
  }

  #deliver(body: string): Promise<void> {
    const record = { body, attributes: { ApproximateReceiveCount: '1' } };
    return this.reconcile.invoke((wiring) => handleReconcile({ Records: [record] }, wiring));
  }

  #happened(cluster: string, event: FleetEvent): void {
    const site = this.#siteByName.get(cluster);
    const bridged = site && bridgeEventFor(site, event);
    if (site === undefined || bridged === undefined) return;
    if (event.kind === 'interruptionNotice' || event.kind === 'rebalanceRecommendation') {
      const pool = site.knobs.fleet.pools.find(({ instanceType }) => instanceType === event.instanceType);
      this.#owners.set(site.ec2IdOf(event.instanceId), site.ownerOf(pool?.vcpu ?? 1));
    }
    this.send(bridged);
  }

  #function<Wiring>(name: FunctionName, start: () => Wiring): SimulatedFunction<Wiring> {
    return new SimulatedFunction(this.timeline, this.#lags, start, (error) => this.#options.onFailure?.(name, error));
  }

  /** A table elsewhere takes time of the wall, and the same virtual time as the one in memory. */
  #tableFor(user: FunctionName | 'exporter'): Table {
    const meter = this.meters[user];
    const wait = (): Promise<void> => this.timeline.wait(this.#lags.table);
    const table = this.#options.tableFor?.(user, meter);
    if (table === undefined) return this.memory.for(meter, wait);
    const send = async (command: never): Promise<unknown> => {
      await wait();
      return this.timeline.outside(() => table.client.send(command));
    };
    return { client: { send } as unknown as DynamoDBDocumentClient, name: table.name };
  }

  #common(name: FunctionName): CommonParts {
    const { report, measure } = this.logs[name];
    return { clock: this.timeline, table: this.#tableFor(name), report, measure };
  }

  #wakeUps(sender: string): WakeUps {
    return new SqsWakeUps(this.queue.clientFor(sender), { queueUrl: QUEUE_URL, clock: this.timeline });
  }

  #entries() {
    return [...this.sites.map(({ entry }) => entry), ...(this.#options.absent ?? [])];
  }

  #dispatchProcess(): DispatchWiring {
    const { environment, slotSeconds } = this.#options;
    const alarms: AlarmReader = {
      read: async (names) => {
        await this.timeline.wait(this.#lags.other);
        this.calls.describeAlarms += Math.ceil(names.length / 100);
        const wanted = new Set(names);
        return this.sites.flatMap((site) => site.alarms.filter(({ name }) => wanted.has(name)));
      },
    };
    const directory = new EmrClusterDirectory(emrInProcess(this.emr, this.timeline, this.#lags.emr));
    const parts = { ...this.#common('dispatch'), directory, wakeUps: this.#wakeUps('dispatch'), alarms };
    const callBudget = this.#callBudget();
    return wireDispatch({ environment, slotSeconds, clusters: this.#entries() }, { ...parts, callBudget });
  }

  #reconcileProcess(): ReconcileWiring {
    const { journalRetentionDays, sample = 'push' } = this.#options;
    const parts: ReconcileParts = {
      ...this.#common('reconcile'),
      emr: emrInProcess(this.emr, this.timeline, this.#lags.emr),
      newId: () => {
        this.#writes += 1;
        return String(this.#writes).padStart(36, '0');
      },
      pause: (milliseconds) => this.timeline.wait(milliseconds / 1000),
      retentionDays: journalRetentionDays,
      callBudget: this.#callBudget(),
    };
    const settings = this.sites.map((site): ClusterSettings => {
      const known = { entry: site.entry, facts: knownFactsOf(site.knobs) };
      return sample === 'scrape' ? { ...known, workload: () => ({ sample: () => this.#scrape(site) }) } : known;
    });
    return wireReconcile(settings, parts);
  }

  /** As the environment of an account whose quota was raised tells it. */
  #callBudget(): CallBudget {
    const { slotSeconds, quotaFactor = 1 } = this.#options;
    return { slotSeconds, quotas: raisedQuotas(quotaFactor) };
  }

  #routeProcess(): RouteWiring {
    const { environment } = this.#options;
    const instances: InstanceDirectory = {
      ownerOf: async (id) => {
        await this.timeline.wait(this.#lags.other);
        this.calls.describeInstances += 1;
        return this.#owners.get(id);
      },
    };
    const parts = { ...this.#common('route'), wakeUps: this.#wakeUps('route'), instances };
    return wireRoute({ environment, clusters: this.#entries() }, parts);
  }

  async #scrape(site: Site) {
    await this.timeline.wait(this.#lags.other);
    this.calls.scrape += 1;
    return site.sample;
  }

  /** With `alarms` there is no exporter, and nobody reads the engine but the alarms' own metrics. */
  #startExporter(site: Site): void {
    const { sample = 'push', onFailure } = this.#options;
    if (sample === 'alarms') return;
    const inbox = new DynamoInbox(this.#tableFor('exporter'));
    const wakeUps = this.#wakeUps('exporter');
    const cluster = site.entry.name;
    const push = {
      putSample: (given: Parameters<DynamoInbox['putSample']>[1]) => inbox.putSample(cluster, given),
      wake: () => wakeUps.send([{ cluster, slot: this.timeline.now() }]),
    };
    site.export(sample === 'push' ? push : undefined, (error) => onFailure?.('exporter', error));
  }

  /** What deploys and dispatches of the hours before have left in the table. Nobody counts it. */
  async #locate(): Promise<void> {
    const uncounted = tableMeter();
    const inbox = new DynamoInbox(this.#options.tableFor?.('before', uncounted) ?? this.memory.for(uncounted));
    const at = this.timeline.now();
    const { seed } = this.#options;
    for (const { entry, emrId } of this.sites) {
      await inbox.seedPolicy(entry.name, entry.policy, at);
      const identity = { at, lookedFor: inWords(entry.find), emrClusterId: emrId, primaryHost: 'localhost' };
      const describedAt = epochSeconds(at - DESCRIBED_WITHIN * uniform(seed, entry.name, 'described'));
      await inbox.putIdentity(entry.name, { ...identity, describedAt });
    }
  }
}
