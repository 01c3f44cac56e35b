/** PrestoDB's REST answers (0.230 to 0.299) as readings. Each function throws a `NonsenseError` for what cannot be meant. */
import type { EpochSeconds } from '../../lambdas/core/quantities.ts';
import { classNameOf, parseUptime } from './formats.ts';
import type { Picking } from './picking.ts';
import { stageOf } from './query-stages.ts';
import type { ClusterReading, LiveQuery, NodeMemory, Uptime } from './reading.ts';
import { Fields, NonsenseError, parseJson, quantity } from './untrusted.ts';

/** One announcement in the coordinator's discovery service. Nodes that died stay announced for half a minute. */
export interface AnnouncedNode {
  readonly id: string;
  readonly role: 'worker' | 'coordinator' | 'other';
  /** Where the node itself listens. */
  readonly uri?: string;
}

export interface NodeStatus {
  readonly cores: number;
}

/** GET /v1/info */
export const readInfo = (body: string): Uptime =>
  parseUptime(new Fields(parseJson(body, 'info'), 'info').text('uptime'));

/** GET /v1/cluster: of its counts of queries none is used, because it leaves out those that wait for workers. */
export const readCluster = (body: string): ClusterReading & { readonly activeNodes: number } => {
  const fields = new Fields(parseJson(body, 'cluster'), 'cluster');
  const adjustedQueueSize = fields.numberIfAny('adjustedQueueSize');
  return {
    activeNodes: fields.number('activeWorkers'),
    cpuSecondsTotal: fields.number('totalCpuTimeSecs'),
    ...(adjustedQueueSize === undefined ? {} : { adjustedQueueSize }),
  };
};

interface Progress {
  readonly ageSeconds?: number;
  readonly runningSeconds: number;
  readonly cpuSeconds: number;
  readonly memoryBytes: number;
  readonly blocked: boolean;
  readonly blockedOnMemory: boolean;
  readonly drivers: number;
  readonly queuedDrivers: number;
}

/** Before 0.271 a queued query has no progress; it has done nothing. */
const NO_PROGRESS: Progress = {
  runningSeconds: 0,
  cpuSeconds: 0,
  memoryBytes: 0,
  blocked: false,
  blockedOnMemory: false,
  drivers: 0,
  queuedDrivers: 0,
};

const progressOf = (progress: Fields): Progress => {
  const ageSeconds = progress.number('elapsedTimeMillis') / 1000;
  const queuedSeconds = progress.number('queuedTimeMillis') / 1000;
  const executionMillis = progress.numberIfAny('executionTimeMillis');
  const blocked = progress.has('blocked') && progress.flag('blocked');
  const queuedDrivers = progress.number('queuedDrivers');
  return {
    ageSeconds,
    runningSeconds: executionMillis === undefined ? Math.max(0, ageSeconds - queuedSeconds) : executionMillis / 1000,
    cpuSeconds: progress.number('cpuTimeMillis') / 1000,
    memoryBytes: progress.number('currentMemoryBytes'),
    blocked,
    blockedOnMemory: blocked && progress.textsIfAny('blockedReasons').includes('WAITING_FOR_MEMORY'),
    drivers: progress.number('runningDrivers') + queuedDrivers,
    queuedDrivers,
  };
};

const sinceCreation = (fields: Fields, at: EpochSeconds): number => {
  const created = Date.parse(fields.text('createTime')) / 1000;
  if (!Number.isFinite(created)) throw new NonsenseError('queryState.createTime is no time');
  return Math.max(0, at - created);
};

const readQuery = (value: unknown, at: EpochSeconds): LiveQuery | undefined => {
  const fields = new Fields(value, 'queryState[]');
  const state = fields.text('queryState');
  const stage = stageOf(state);
  if (stage === undefined) return undefined;
  const hasProgress = fields.has('progress');
  if (!hasProgress && stage !== 'queued') throw new NonsenseError(`a query that is ${state} has no progress`);
  const progress = hasProgress ? progressOf(fields.fields('progress')) : NO_PROGRESS;
  return {
    ...progress,
    id: fields.text('queryId'),
    stage,
    className: classNameOf(
      fields.textIfAny('source') ?? '',
      fields.textIfAny('user') ?? '',
      fields.textsIfAny('resourceGroupId'),
    ),
    ageSeconds: progress.ageSeconds ?? sinceCreation(fields, at),
  };
};

/** GET /v1/queryState. Its texts are passed over: before 0.271 nobody can ask to leave them out. */
export const queriesAt = (at: EpochSeconds): Picking<LiveQuery> => ({
  where: 'queryState',
  form: 'list',
  paths: [
    'queryId',
    'queryState',
    'resourceGroupId',
    'createTime',
    'user',
    'source',
    'progress.elapsedTimeMillis',
    'progress.queuedTimeMillis',
    'progress.executionTimeMillis',
    'progress.cpuTimeMillis',
    'progress.currentMemoryBytes',
    'progress.blocked',
    'progress.blockedReasons',
    'progress.runningDrivers',
    'progress.queuedDrivers',
  ],
  read: (one) => readQuery(one, at),
});

const roleOf = (properties: Fields): AnnouncedNode['role'] => {
  const is = (name: string): boolean => properties.textIfAny(name) === 'true';
  if (is('coordinator')) return 'coordinator';
  return is('resource_manager') || is('catalog_server') ? 'other' : 'worker';
};

/** GET /v1/service/presto */
export const readNodes = (body: string): readonly AnnouncedNode[] =>
  new Fields(parseJson(body, 'service'), 'service').list('services').map((value) => {
    const service = new Fields(value, 'service.services[]');
    const properties = service.fields('properties');
    const uri = properties.textIfAny('http') ?? properties.textIfAny('https');
    return { id: service.text('nodeId'), role: roleOf(properties), ...(uri === undefined ? {} : { uri }) };
  });

/** `/v1/worker/{id}/status` and a node's own `/v1/status`, which has the memory of each of its queries too. */
export const STATUS: Picking<NodeStatus> = {
  where: 'status',
  form: 'one',
  paths: ['processors'],
  read: (one) => ({ cores: new Fields(one, 'status').number('processors') }),
};

/** A node's own /v1/info/state */
export const readState = (body: string): string => {
  const state = parseJson(body, 'state');
  if (typeof state !== 'string') throw new NonsenseError('the state of a node is no text');
  return state;
};

/**
 * The reserved pool (on by default up to 0.300) is kept for one query: an ordinary one blocks when the general pool is
 * full, so the reserved pool counts only where it is in use.
 */
const poolsOf = (info: Fields, id: string): NodeMemory => {
  let reservedBytes = 0;
  let totalBytes = 0;
  for (const [name, value] of Object.entries(info.fields('pools').members)) {
    const pool = new Fields(value, `workerMemory[].pools.${name}`);
    const used = pool.number('reservedBytes');
    reservedBytes += used;
    totalBytes += name !== 'reserved' || used > 0 ? pool.number('maxBytes') : 0;
  }
  return { id, reservedBytes, totalBytes };
};

/**
 * GET /v1/cluster/workerMemory (0.206 and later): `"<node id> [<host>]"` → memory; null as long as the node has not said.
 * It is the only answer that tells memory by node, which is needed to leave out the coordinator and what drains, and it
 * names the nodes that the coordinator serves. `/v1/cluster/memory` and the attributes of the bean ClusterMemoryPool are
 * small and tell sums over all nodes. So it is read, and of each pool two numbers: the rest has an entry for each query.
 */
export const MEMORY: Picking<NodeMemory> = {
  where: 'workerMemory',
  form: 'map',
  paths: ['pools.*.reservedBytes', 'pools.*.maxBytes'],
  read: (info, key) => {
    if (info === null) return undefined;
    const id = / \[[^\]]*\]$/.test(key) ? key.slice(0, key.lastIndexOf(' [')) : key;
    return poolsOf(new Fields(info, 'workerMemory[]'), id);
  },
};

/** `/v1/jmx/mbean/{bean}/{attribute}`: the bare value */
export const readAttribute = (body: string, name: string): number => quantity(parseJson(body, name), name);
