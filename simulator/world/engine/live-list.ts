/** The engine's live queries and workers one by one, as a coordinator could list them. Read-only. */
import type { Execution } from './execution.ts';
import type { LiveQuery, Phase } from './live-query.ts';

/** One live query at one moment. Times in virtual seconds since the start of the run. */
export interface LiveQueryState {
  readonly id: string;
  readonly user: string;
  readonly source: string;
  readonly group: string;
  readonly phase: Phase;
  /** It has started and is placed on no worker. */
  readonly unplaced: boolean;
  readonly submittedAtSeconds: number;
  /** Absent before it starts. */
  readonly startedAtSeconds?: number;
  readonly cpuSecondsUsed: number;
  /** Cores it has at this moment. */
  readonly busyCores: number;
  /** The most cores it keeps busy. */
  readonly parallelismCores: number;
  /** What it has reserved. */
  readonly memoryBytes: number;
}

export interface WorkerState {
  readonly id: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly draining: boolean;
}

const stateOf = (
  live: LiveQuery,
  unplaced: boolean,
  work: { readonly used: number; readonly cores: number } | undefined,
): LiveQueryState => ({
  id: live.query.id,
  user: live.query.user,
  source: live.query.source,
  group: live.query.group,
  phase: live.phase,
  unplaced,
  submittedAtSeconds: live.submittedAt,
  ...(Number.isNaN(live.startedAt) ? {} : { startedAtSeconds: live.startedAt }),
  cpuSecondsUsed: work?.used ?? 0,
  busyCores: work?.cores ?? 0,
  parallelismCores: live.query.parallelismCores,
  memoryBytes: live.phase === 'running' ? live.query.memoryBytes : 0,
});

/** All live queries, in order of submission. */
export const listQueries = ({ cpu, live, unplaced }: Execution, now: number): readonly LiveQueryState[] => {
  const work = new Map<LiveQuery, { used: number; cores: number }>();
  cpu.forEach(now, (query, used, cores) => work.set(query, { used, cores }));
  return Array.from(live, (query) => stateOf(query, unplaced.has(query), work.get(query)));
};

/** All workers that are present, in order of joining. */
export const listWorkers = ({ workers }: Execution): readonly WorkerState[] =>
  Array.from(workers.present(), ({ worker, drain }) => ({ ...worker, draining: drain !== undefined }));
