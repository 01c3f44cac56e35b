/**
 * Which queued queries a concurrency limit holds back. Trino queues for resource groups only (`query.max-concurrent-queries`
 * makes a group `global`) and does not say why; the limits are read from its groups, and how full they are is counted in
 * the list of queries, because the groups themselves also call those running that wait for workers.
 *
 * What the soft limit does is order, not holding back, so it is not asked for. A group that is held by its memory or CPU
 * limit below its concurrency limit counts as queued: more workers raise a memory limit that is a part of the cluster.
 */
import type { Fetching } from './fetching.ts';
import { CONCURRENCY_LIMIT, type TrinoQuery } from './trino-answers.ts';

/** Limits change only when an owner changes them. */
const KEEP_MILLISECONDS = 30_000;
/** Beyond so many groups with queues the rest is unknown for one reading more. */
const MOST_AT_ONCE = 32;

interface Limit {
  readonly most: number;
  readonly readAt: number;
}

export interface GroupAsking {
  readonly coordinator: string;
  readonly fetching: Fetching;
  readonly hasTime: () => boolean;
}

/** The path of a group as one text; names may have any character but this one. */
const keyOf = (path: readonly string[]): string => path.join('\0');

/** A group and all above it. */
const chainOf = (path: readonly string[]): readonly (readonly string[])[] =>
  path.map((_, index) => path.slice(0, index + 1));

const countPastQueue = (queries: readonly TrinoQuery[]): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const { stage, groupPath } of queries) {
    if (stage === 'queued') continue;
    for (const path of chainOf(groupPath)) counts.set(keyOf(path), (counts.get(keyOf(path)) ?? 0) + 1);
  }
  return counts;
};

export class TrinoGroups {
  readonly #limits = new Map<string, Limit>();

  /** Reads the limits that are needed and not known, oldest first. @returns the errors */
  async refresh(queries: readonly TrinoQuery[], asking: GroupAsking): Promise<readonly Error[]> {
    const { coordinator, fetching, hasTime } = asking;
    const stale = this.#staleGroups(queries).slice(0, MOST_AT_ONCE);
    const errors = await Promise.all(
      stale.map(async (path) => {
        const key = keyOf(path);
        this.#limits.delete(key);
        if (!hasTime()) return new Error(`no time was left to ask for the limits of ${stale.length} resource groups`);
        try {
          const url = `${coordinator}/v1/resourceGroupState/${path.map(encodeURIComponent).join('/')}`;
          this.#limits.set(key, { most: await fetching.one(url, CONCURRENCY_LIMIT), readAt: performance.now() });
          return undefined;
        } catch (error) {
          return error as Error;
        }
      }),
    );
    return errors.filter((error) => error !== undefined);
  }

  /** The same queries; of each queued one whether it is held. The oldest take the places that are left in their groups. */
  judge(queries: readonly TrinoQuery[]): readonly TrinoQuery[] {
    const past = countPastQueue(queries);
    const waiting = queries
      .filter(({ stage }) => stage === 'queued')
      .sort((one, two) => two.ageSeconds - one.ageSeconds);
    const verdicts = new Map(waiting.map((query) => [query, this.#verdict(query, past)]));
    return queries.map((query) => {
      const held = verdicts.get(query);
      return held === undefined ? query : { ...query, held };
    });
  }

  #verdict({ groupPath }: TrinoQuery, past: Map<string, number>): boolean | 'unknown' {
    const keys = chainOf(groupPath).map(keyOf);
    const limits = keys.map((key) => ({ key, most: this.#limits.get(key)?.most }));
    if (limits.some(({ key, most }) => most !== undefined && (past.get(key) ?? 0) >= most)) return true;
    if (limits.some(({ most }) => most === undefined) || keys.length === 0) return 'unknown';
    for (const key of keys) past.set(key, (past.get(key) ?? 0) + 1);
    return false;
  }

  #staleGroups(queries: readonly TrinoQuery[]): readonly (readonly string[])[] {
    const needed = new Map<string, readonly string[]>();
    for (const { stage, groupPath } of queries) {
      if (stage === 'queued') for (const path of chainOf(groupPath)) needed.set(keyOf(path), path);
    }
    for (const key of this.#limits.keys()) if (!needed.has(key)) this.#limits.delete(key);
    const now = performance.now();
    return [...needed].flatMap(([key, path]) => {
      const known = this.#limits.get(key);
      return known !== undefined && now - known.readAt < KEEP_MILLISECONDS ? [] : [path];
    });
  }
}
