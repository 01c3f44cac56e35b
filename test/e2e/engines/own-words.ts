/** What an engine says of itself when it is asked directly, in the words of the exporter. */
import type { EngineKind } from '../../../local/engines/versions.ts';

export interface OwnWords {
  readonly running: number;
  readonly queued: number;
  readonly waitingForWorkers: number;
  readonly workers: number;
}

const HEADERS = { 'X-Trino-User': 'test' };

const ask = async (url: string): Promise<string> => {
  const response = await fetch(url, { headers: HEADERS, signal: AbortSignal.timeout(10_000) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response.text();
};

const countStates = async (url: string, field: 'state' | 'queryState'): Promise<ReadonlyMap<string, number>> => {
  const counts = new Map<string, number>();
  for (const query of JSON.parse(await ask(url)) as readonly Record<string, string>[]) {
    const state = String(query[field]);
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  return counts;
};

/** PrestoDB: `/v1/cluster`, and `/v1/queryState` for what it does not count. */
const presto = async (coordinator: string): Promise<OwnWords> => {
  const cluster = JSON.parse(await ask(`${coordinator}/v1/cluster`)) as Record<string, number>;
  const states = await countStates(`${coordinator}/v1/queryState`, 'queryState');
  return {
    running: (cluster['runningQueries'] ?? 0) + (cluster['blockedQueries'] ?? 0),
    queued: Number(cluster['queuedQueries']),
    waitingForWorkers: states.get('WAITING_FOR_RESOURCES') ?? 0,
    workers: Number(cluster['activeWorkers']),
  };
};

/** Trino: the states of `/v1/query`, and the node manager's own count in `/metrics`. */
const trino = async (coordinator: string): Promise<OwnWords> => {
  const states = await countStates(`${coordinator}/v1/query`, 'state');
  const metric = 'trino_node_name_CoordinatorNodeManager_ActiveWorkerCount';
  const text = await ask(`${coordinator}/metrics?name[]=${metric}`);
  return {
    running: states.get('RUNNING') ?? 0,
    queued: states.get('QUEUED') ?? 0,
    waitingForWorkers: states.get('WAITING_FOR_RESOURCES') ?? 0,
    workers: Number(new RegExp(`^${metric} (\\S+)`, 'm').exec(text)?.[1]),
  };
};

export const ownWords = (kind: EngineKind, coordinator: string): Promise<OwnWords> =>
  kind === 'presto' ? presto(coordinator) : trino(coordinator);
