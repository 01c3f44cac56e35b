/** Writes the next version of a policy, and tells what it changes. */
import type { Policy, PolicyInput } from '../../lambdas/core/policy/schema.ts';
import type { Target, Woken } from '../target/target.ts';
import { type Change, differenceOf } from './difference.ts';
import { newestPolicy, readWritten, type WrittenPolicy } from './versions.ts';

/** A change that is about to be made, or was made. */
export interface PolicyChange {
  readonly cluster: string;
  /** In force before; absent: there was none. */
  readonly fromVersion?: number;
  /** In force after; absent: only looked at. */
  readonly version?: number;
  readonly changes: readonly Change[];
  /** Somebody else wrote this version between our reading and our writing, and it is not in force any more. */
  readonly overwritten?: number;
  readonly woken?: Woken;
}

/** What stands before a change. */
export interface Before {
  readonly newest?: WrittenPolicy;
  /** In force, with every default; absent: there is none that can be used. */
  readonly policy?: Policy;
  readonly version?: number;
}

/**
 * The policy before a change. One that nobody can use is no obstacle to a better one.
 * @throws Error when the table cannot be read
 */
export const policyBefore = async (target: Target, cluster: string): Promise<Before> => {
  const newest = await newestPolicy(target, cluster);
  if (newest === undefined) return {};
  const read = readWritten(newest.text);
  if (read !== undefined) return { newest, policy: read.policy, version: newest.version };
  const inForce = await target.view(cluster).then(
    ({ policy }) => policy,
    () => undefined,
  );
  return inForce === undefined ? { newest } : { newest, policy: inForce.policy, version: inForce.version };
};

/** What would change. */
export const changeOf = (cluster: string, before: Before, after: Policy): PolicyChange => ({
  cluster,
  ...(before.version === undefined ? {} : { fromVersion: before.version }),
  changes: before.policy === undefined ? [] : differenceOf(before.policy, after),
});

/** The writing to do. */
export interface Writing {
  readonly cluster: string;
  readonly before: Before;
  readonly input: PolicyInput;
  /** The input with every default. */
  readonly policy: Policy;
  readonly by: string;
}

/** Writes it and wakes the loop. Two who write at once take turns, and the later one hears of the earlier. */
export const setPolicy = async (target: Target, writing: Writing): Promise<PolicyChange> => {
  const { cluster, before, input, policy, by } = writing;
  const version = await target.inbox.putPolicy(cluster, input, by, target.now);
  const known = before.newest?.version ?? 0;
  const overwritten = version > known + 1 ? { overwritten: version - 1 } : {};
  const woken = version === known ? {} : { woken: await target.wake(cluster) };
  return { ...changeOf(cluster, before, policy), version, ...overwritten, ...woken };
};
