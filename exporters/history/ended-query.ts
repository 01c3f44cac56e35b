/** One ended query of `/v1/query`, of PrestoDB (0.230 to 0.299) and of Trino, from the values that were picked of it. */
import { Fields, NonsenseError } from '../engine/untrusted.ts';
import { type Cause, causeOf } from './causes.ts';
import { labelName } from './names.ts';

/** What is picked of a query; its text is not among it. The id stands first in every answer that was recorded. */
export const QUERY_PATHS = [
  'queryId',
  'session.user',
  'session.source',
  'resourceGroupId',
  'state',
  'queryStats.endTime',
  'queryStats.waitingForPrerequisitesTime',
  'queryStats.queuedTime',
  'queryStats.resourceWaitingTime',
  'queryStats.elapsedTime',
  'queryStats.executionTime',
  'queryStats.totalCpuTime',
  'errorType',
  'errorCode.name',
] as const;

/** The two states of a query that is over. */
export const ENDED_STATES = ['FINISHED', 'FAILED'] as const;
export type EndedState = (typeof ENDED_STATES)[number];

/** Times are absent where the engine does not tell them, or tells nonsense. */
export interface EndedQuery {
  readonly id: string;
  readonly state: string;
  /** Seconds since 1970 by the engine's clock. */
  readonly endedAt?: number;
  /** Of a failed query. */
  readonly cause: Cause;
  readonly group: string;
  readonly user: string;
  readonly source: string;
  /** In the queue and waiting for workers, without what it waited for prerequisites. */
  readonly waitSeconds?: number;
  /** From planning to the end; absent for one that never came so far. */
  readonly runSeconds?: number;
  readonly cpuSeconds?: number;
}

const SECONDS_PER: Readonly<Record<string, number>> = {
  ns: 1e-9,
  us: 1e-6,
  ms: 1e-3,
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
};

interface Duration {
  readonly seconds: number;
  /** Two decimals of its unit are told: the true value is at most this far away. */
  readonly errorSeconds: number;
}

const durationOf = (text: unknown): Duration | undefined => {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)\s*(ns|us|ms|s|m|h|d)$/.exec(typeof text === 'string' ? text : '') ?? [];
  const perUnit = SECONDS_PER[unit ?? ''];
  if (amount === undefined || perUnit === undefined) return undefined;
  return { seconds: Number(amount) * perUnit, errorSeconds: 0.005 * perUnit };
};

type Stats = Readonly<Record<string, unknown>>;

const statOf = (stats: Stats, name: string): Duration | undefined => durationOf(stats[name]);

/**
 * Engines that do not tell the wait for workers (PrestoDB, Trino before 48x): what is left of the whole time without
 * queue, prerequisites and execution, where that is more than rounding explains ("1.22h" is a number within 36 s).
 */
const unexplained = (stats: Stats, queued: Duration): number => {
  const elapsed = statOf(stats, 'elapsedTime');
  const execution = statOf(stats, 'executionTime');
  if (elapsed === undefined || execution === undefined) return 0;
  const prerequisites = statOf(stats, 'waitingForPrerequisitesTime') ?? { seconds: 0, errorSeconds: 0 };
  const parts = [elapsed, execution, prerequisites, queued];
  const error = parts.reduce((sum, { errorSeconds }) => sum + errorSeconds, 0);
  const rest = elapsed.seconds - execution.seconds - prerequisites.seconds - queued.seconds;
  return rest > error ? rest : 0;
};

const waitOf = (stats: Stats): number | undefined => {
  const queued = statOf(stats, 'queuedTime');
  if (queued === undefined) return undefined;
  return queued.seconds + (statOf(stats, 'resourceWaitingTime')?.seconds ?? unexplained(stats, queued));
};

const runOf = (stats: Stats): number | undefined => {
  const seconds = statOf(stats, 'executionTime')?.seconds;
  return seconds === 0 ? undefined : seconds;
};

const endOf = (stats: Stats): number | undefined => {
  const at = Date.parse(String(stats['endTime'] ?? '')) / 1000;
  return Number.isFinite(at) ? at : undefined;
};

const part = <Name extends string>(name: Name, value: number | undefined): { [Key in Name]?: number } =>
  value === undefined ? {} : ({ [name]: value } as { [Key in Name]: number });

/**
 * @param picked {@link QUERY_PATHS} of a query
 * @throws {NonsenseError} if it has no id or no state, a name that is no text, or no object where one was to be
 */
export const readEnded = (picked: unknown): EndedQuery => {
  const fields = new Fields(picked, 'query[]');
  const id = fields.text('queryId');
  if (id === '') throw new NonsenseError('query[].queryId is empty');
  const session = fields.fieldsIfAny('session');
  const stats = fields.fieldsIfAny('queryStats').members;
  return {
    id,
    state: fields.text('state'),
    cause: causeOf(fields.textIfAny('errorType'), fields.fieldsIfAny('errorCode').textIfAny('name')),
    group: labelName(fields.textsIfAny('resourceGroupId').join('.')),
    user: labelName(session.textIfAny('user') ?? ''),
    source: labelName(session.textIfAny('source') ?? ''),
    ...part('endedAt', endOf(stats)),
    ...part('waitSeconds', waitOf(stats)),
    ...part('runSeconds', runOf(stats)),
    ...part('cpuSeconds', statOf(stats, 'totalCpuTime')?.seconds),
  };
};
