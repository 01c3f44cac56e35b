/**
 * The autoscaler of one environment, as a construct for any CDK app: schedule → dispatch → queue → reconcile, events →
 * route, alarms and a dashboard. See docs/in-your-own-app.md.
 */
import { Stack, Tags, Token } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ENV, ENVIRONMENT_TAG, NO_NETWORK, OUTPUTS, verifyAlarmName } from '../../lambdas/contract.ts';
import { type ClusterEntry, type FunctionSettings, networkOf } from '../../lambdas/settings/settings.ts';
import { functionSettings } from '../environment.ts';
import type { Environment, NetworkEntry } from '../environment-model.ts';
import * as permissions from '../permissions/ports.ts';
import { Alarms } from './alarms.ts';
import { bundledCode, type FunctionName } from './bundling.ts';
import { EnvironmentDashboard } from './dashboard.ts';
import { DeadLetters, EventRules } from './event-rules.ts';
import { AutoscalerFunction, type AutoscalerFunctionProps } from './function.ts';
import { MinuteSchedule } from './minute-schedule.ts';
import { FunctionNetwork } from './network.ts';
import { PrestoState } from './state.ts';
import { TickQueue } from './tick-queue.ts';

/** A run of dispatch must be over when the next one begins. */
const DISPATCH_SECONDS = 50;
/** A tick is done in one second as a rule; a claim lasts twelve, and what comes before and after it is bounded too. */
const RECONCILE_SECONDS = 30;
const ROUTE_SECONDS = 30;
/** More than half a processor: what counts is how soon a new process is ready. */
const MEMORY_MEGABYTES = 1024;

export interface PrestoAutoscalerProps {
  /** As `loadEnvironment` gives it. Account and region must be those of the stack, where the stack has any. */
  readonly environment: Environment;
  /** Table and logs, best in a stack of their own. Absent: they are made beside the rest, and kept when that is removed. */
  readonly state?: PrestoState;
}

/** Clusters by the network that their ticks run in. */
const byNetwork = (clusters: readonly ClusterEntry[]): ReadonlyMap<string, readonly ClusterEntry[]> => {
  const keyOf = (cluster: ClusterEntry): string => networkOf(cluster) ?? NO_NETWORK;
  // In the order of names, so that a cluster that changes its place in the file changes nothing.
  const keys = [...new Set(clusters.map(keyOf))].toSorted();
  return new Map(keys.map((key) => [key, clusters.filter((cluster) => keyOf(cluster) === key)]));
};

/** The entry of a network; undefined for none. */
const networkNamed = ({ networks }: Environment, network: string): NetworkEntry | undefined => {
  const entry = networks.find(({ name }) => name === network);
  if (entry !== undefined || network === NO_NETWORK) return entry;
  const known = networks.length === 0 ? 'there is none' : networks.map(({ name }) => name).join(', ');
  throw new Error(`a cluster is read in the network ${network}, expected one of \`networks\`: ${known}`);
};

const checkPlace = (stack: Stack, { name, account, region }: Environment): void => {
  const differs = (given: string, wanted: string): boolean => !Token.isUnresolved(given) && given !== wanted;
  if (!differs(stack.account, account) && !differs(stack.region, region)) return;
  throw new Error(
    `environment ${name} is of account ${account} in ${region}, and the stack ${stack.stackName} of account ${stack.account} in ${stack.region}: give the stack \`env: { account, region }\` of the environment`,
  );
};

/** What the functions have in common. */
interface Shared {
  readonly environment: Environment;
  readonly state: PrestoState;
  readonly settings: FunctionSettings;
}

/** Functions, queues, rules and alarms of one environment. */
export class PrestoAutoscaler extends Construct {
  readonly state: PrestoState;
  /** Queues of wake-ups by network; that of clusters in none has the key `-`. */
  readonly tickQueues: ReadonlyMap<string, IQueue>;
  readonly #environment: Environment;

  constructor(scope: Construct, id: string, { environment, state }: PrestoAutoscalerProps) {
    super(scope, id);
    checkPlace(Stack.of(this), environment);
    this.#environment = environment;
    this.state = state ?? new PrestoState(this, 'State', environment);
    const shared: Shared = { environment, state: this.state, settings: functionSettings(environment) };
    const { queues, functions } = this.#ticks(shared);
    this.tickQueues = queues;
    const dispatch = this.#dispatch(shared);
    const deadLetters = new DeadLetters(this, 'DeadLetters').queue;
    const route = this.#route(shared, deadLetters.queueArn);
    new MinuteSchedule(this, 'EveryMinute', dispatch.lambda);
    new EventRules(this, 'Events', route.lambda, environment.name, deadLetters);
    const alarms = new Alarms(this, 'Alarms', {
      environment,
      ticking: [dispatch.lambda, ...functions],
      deadLetters,
    });
    new EnvironmentDashboard(this, 'Dashboard', {
      environment,
      functions: [dispatch.lambda, route.lambda, ...functions],
      queues: [...queues.values()],
      alarms: alarms.all,
    });
    for (const [key, value] of Object.entries({ ...environment.tags, [ENVIRONMENT_TAG]: environment.name })) {
      Tags.of(this).add(key, value);
    }
  }

  /** What commands look for among the outputs of the stack, by name. */
  get outputs(): Readonly<Record<string, string>> {
    return {
      [OUTPUTS.table]: this.state.table.tableName,
      [OUTPUTS.tickQueues]: this.#tickQueueUrls,
      [OUTPUTS.verifyAlarm]: verifyAlarmName(this.#environment.name),
      [OUTPUTS.settings]: this.#environment.name,
    };
  }

  /**
   * Where wake-ups of a cluster go.
   * @throws Error for a cluster that the environment does not have
   */
  tickQueueOf(cluster: string): IQueue {
    const { clusters } = this.#environment;
    const entry = clusters.find(({ name }) => name === cluster);
    const queue = entry && this.tickQueues.get(networkOf(entry) ?? NO_NETWORK);
    if (queue !== undefined) return queue;
    const names = clusters.map(({ name }) => name).join(', ');
    throw new Error(`there is no cluster ${cluster} in this environment, expected one of ${names}`);
  }

  /** JSON of the queues' addresses by network. */
  get #tickQueueUrls(): string {
    const urls = [...this.tickQueues].map(([network, { queueUrl }]) => [network, queueUrl]);
    return Stack.of(this).toJsonString(Object.fromEntries(urls));
  }

  /** A `reconcile` and its queue for each network, and one for the clusters in none. */
  #ticks(shared: Shared): { readonly queues: ReadonlyMap<string, IQueue>; readonly functions: readonly IFunction[] } {
    const made = [...byNetwork(shared.environment.clusters)].map(([network, clusters]) => {
      const entry = networkNamed(shared.environment, network);
      const { queue, reconcile } = this.#tick(shared, clusters, entry);
      return { network, queue, reconcile };
    });
    return {
      queues: new Map(made.map(({ network, queue }) => [network, queue])),
      functions: made.map(({ reconcile }) => reconcile),
    };
  }

  #tick(shared: Shared, clusters: readonly ClusterEntry[], entry: NetworkEntry | undefined) {
    const { environment, state } = shared;
    const table = state.table.tableArn;
    const place = Stack.of(this);
    const suffix = entry === undefined ? '' : `-${entry.name}`;
    const ticks = new TickQueue(this, `Ticks${suffix}`);
    const reconcile = this.#function(shared, `Reconcile${suffix}`, 'reconcile', {
      description: `Looks at one cluster of ${environment.name}, decides and acts${entry ? ` (network ${entry.name})` : ''}`,
      timeoutSeconds: RECONCILE_SECONDS,
      environment: {},
      grants: [
        ...permissions.clusterStore(table),
        ...permissions.journal(table),
        ...permissions.ledger(table),
        ...permissions.callTokens(table),
        ...permissions.markers(table),
        ...permissions.fleets(place, environment.name),
        ...permissions.clusterFinder(place, environment.name),
        ...permissions.workloadSources(place, clusters),
        ...permissions.queueConsumer(ticks.queue.queueArn),
      ],
      ...(entry === undefined ? {} : { network: new FunctionNetwork(this, `Network-${entry.name}`, entry) }),
    });
    ticks.feed(reconcile.lambda, clusters.length);
    return { queue: ticks.queue, reconcile: reconcile.lambda };
  }

  #dispatch(shared: Shared): AutoscalerFunction {
    const { environment, state } = shared;
    const table = state.table.tableArn;
    const place = Stack.of(this);
    return this.#function(shared, 'Dispatch', 'dispatch', {
      description: `Every minute: wake-ups of ${environment.name}, states of alarms, which clusters there are`,
      timeoutSeconds: DISPATCH_SECONDS,
      environment: { [ENV.tickQueues]: this.#tickQueueUrls },
      grants: [
        ...permissions.inboxOfDispatch(table),
        ...permissions.callTokens(table),
        ...permissions.markers(table),
        ...permissions.clusterDirectory(place, environment.name),
        ...permissions.alarmReader(),
        ...permissions.wakeUps(this.#queueArns()),
      ],
    });
  }

  #route(shared: Shared, deadLettersArn: string): AutoscalerFunction {
    const table = shared.state.table.tableArn;
    return this.#function(shared, 'Route', 'route', {
      description: `Takes in events of ${shared.environment.name}: alarms, spot notices, requests`,
      timeoutSeconds: ROUTE_SECONDS,
      environment: { [ENV.tickQueues]: this.#tickQueueUrls },
      grants: [
        ...permissions.inboxOfEvents(table),
        ...permissions.markers(table),
        ...permissions.instanceDirectory(),
        ...permissions.wakeUps([...this.#queueArns(), deadLettersArn]),
      ],
    });
  }

  #queueArns(): string[] {
    return [...this.tickQueues.values()].map(({ queueArn }) => queueArn);
  }

  #function(
    { state, settings }: Shared,
    id: string,
    name: FunctionName,
    props: Omit<AutoscalerFunctionProps, 'code' | 'logGroup' | 'memoryMegabytes'>,
  ): AutoscalerFunction {
    return new AutoscalerFunction(this, id, {
      ...props,
      code: bundledCode(name, settings),
      logGroup: state.logGroups[name],
      memoryMegabytes: MEMORY_MEGABYTES,
      environment: { [ENV.table]: state.table.tableName, ...props.environment },
    });
  }
}
