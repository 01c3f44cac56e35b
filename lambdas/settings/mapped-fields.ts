/** Fields of a sample that are looked up one by one in somebody else's metrics, and the sample they make together. */
import type { CLASS_METRICS, SAMPLE_METRICS } from '../../exporters/engine/metric-table.ts';
import type { QueryClassSample, WorkloadSample } from '../core/model.ts';

type SampleField = Exclude<(typeof SAMPLE_METRICS)[number]['field'], 'takenAt'>;
type ClassField = (typeof CLASS_METRICS)[number]['field'] | 'busyCores';

/** What each field of a sample is, in a word; the meaning in full stands at `WorkloadSample`. */
export const SAMPLE_FIELDS = [
  'runningQueries',
  'queuedQueries',
  'waitingForWorkersQueries',
  'groupHeldQueries',
  'blockedOnMemoryQueries',
  'requiredWorkers',
  'readyWorkers',
  'readyCores',
  'drainingWorkers',
  'drainingCores',
  'cpuSecondsTotal',
  'reservedMemoryBytes',
  'totalMemoryBytes',
  'oldestWaitSeconds',
  'oldestRunningSeconds',
] as const satisfies readonly SampleField[];

/** A class is no class without these. */
export const NEEDED_CLASS_FIELDS = [
  'live',
  'held',
  'cpuSecondsUsed',
  'finishedQueries',
  'finishedCpuSeconds',
] as const satisfies readonly ClassField[];

export const OTHER_CLASS_FIELDS = ['parallelismCores', 'busyCores'] as const satisfies readonly ClassField[];

const CLASS_FIELDS = [...NEEDED_CLASS_FIELDS, ...OTHER_CLASS_FIELDS] as const;

/** All queries as the one class that they are where nobody tells classes apart. */
export const EVERYTHING = 'all';

/** Where each field is found; `all`: the one class that all queries are. */
export type FieldsBy<Place> = { readonly [Field in SampleField]?: Place | undefined } & {
  readonly all?:
    | ({ readonly [Field in (typeof NEEDED_CLASS_FIELDS)[number]]: Place } & {
        readonly [Field in (typeof OTHER_CLASS_FIELDS)[number]]?: Place | undefined;
      })
    | undefined;
};

/** `runningQueries`, or `all.live`. */
export type FieldPath = string;

/** Every field that has a place, by its path. */
export const placesOf = <Place>(mapping: FieldsBy<Place>): readonly (readonly [FieldPath, Place])[] => [
  ...SAMPLE_FIELDS.flatMap((field) => (mapping[field] === undefined ? [] : [[field, mapping[field]] as const])),
  ...CLASS_FIELDS.flatMap((field) => {
    const place = mapping.all?.[field];
    return place === undefined ? [] : [[`${EVERYTHING}.${field}`, place] as const];
  }),
];

/** A number and the moment for which it was told, seconds since 1970. */
export interface AgedValue {
  readonly value: number;
  readonly at: number;
}

export interface JoinedSample {
  /** Absent when no field has a value. */
  readonly sample?: WorkloadSample;
  /** What was left out, and why. */
  readonly problems: readonly string[];
}

const classOf = (values: ReadonlyMap<FieldPath, number>, problems: string[]): QueryClassSample | undefined => {
  const given = CLASS_FIELDS.flatMap((field) => {
    const value = values.get(`${EVERYTHING}.${field}`);
    return value === undefined ? [] : [[field, value] as const];
  });
  if (given.length === 0) return undefined;
  const fields = Object.fromEntries(given);
  const lacking = NEEDED_CLASS_FIELDS.filter((field) => fields[field] === undefined);
  if (lacking.length === 0) return { name: EVERYTHING, ...fields } as unknown as QueryClassSample;
  problems.push(`the class ${EVERYTHING} has no ${lacking.join(', ')}: left out`);
  return undefined;
};

/**
 * One sample of fields that may have been told at different moments. It is as old as its oldest field. A field that is
 * much older than the newest one says nothing of now and is left out, so that it makes the sample partial and not stale.
 * @param spreadSeconds fields may be so much older than the newest
 */
export const joinFields = (values: ReadonlyMap<FieldPath, AgedValue>, spreadSeconds: number): JoinedSample => {
  const problems: string[] = [];
  const newest = Math.max(...[...values.values()].map(({ at }) => at));
  const kept = new Map<FieldPath, number>();
  let takenAt = newest;
  for (const [path, { value, at }] of values) {
    if (at < newest - spreadSeconds) {
      problems.push(`${path} was told ${Math.round(newest - at)} s before the others: left out`);
      continue;
    }
    kept.set(path, value);
    takenAt = Math.min(takenAt, at);
  }
  if (kept.size === 0) return { problems };
  const everything = classOf(kept, problems);
  const fields = SAMPLE_FIELDS.flatMap((field) => {
    const value = kept.get(field);
    return value === undefined ? [] : [[field, value] as const];
  });
  const sample = { takenAt, ...Object.fromEntries(fields), ...(everything ? { classes: [everything] } : {}) };
  return { sample: sample as unknown as WorkloadSample, problems };
};
