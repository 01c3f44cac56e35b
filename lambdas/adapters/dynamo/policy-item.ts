/**
 * The POLICY item of a cluster: the newest version as its owner wrote it, readable, and copies of what was good when it
 * was written: of this version and of the one before. The copies go on when the newest is edited by hand and broken, or
 * when a newer program refuses it.
 */
import { parsePolicy } from '../../core/policy/parse.ts';
import { lineOf } from '../../core/policy/problems.ts';
import type { Policy } from '../../core/policy/schema.ts';
import type { PolicyInForce } from '../../ports/cluster-store.ts';
import { isFields, isNumber, pack, unpack } from './codec.ts';
import type { Item } from './table.ts';

/** A version as it stands in the table, good or not. */
export interface PolicyVersion {
  readonly version: number;
  /** The policy as JSON. */
  readonly text: string;
}

type Judged = { readonly policy: Policy } | { readonly policy?: undefined; readonly lines: readonly string[] };

const judge = (text: string): Judged => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { lines: [`the policy: it is not JSON (${error instanceof Error ? error.message : String(error)})`] };
  }
  const { policy, problems } = parsePolicy(value);
  return policy === undefined ? { lines: problems.map(lineOf) } : { policy };
};

/** A policy from its text; undefined when it cannot be used. */
export const policyOf = (text: string): Policy | undefined => judge(text).policy;

const newestOf = (item: Item): PolicyVersion => {
  const { version, policy } = item;
  // Somebody who edits the item in a console may leave a map where a text was.
  const text = typeof policy === 'string' ? policy : (JSON.stringify(policy) ?? '');
  return { version: isNumber(version) ? version : 0, text };
};

const copyOf = (copy: unknown): PolicyVersion[] => {
  if (!isFields(copy) || !isNumber(copy['version'])) return [];
  try {
    return [{ version: copy['version'], text: String(unpack(copy['policy'])) }];
  } catch {
    // The copies before it and after it may be whole; with none left, reading the policy fails.
    return [];
  }
};

const copiesOf = (item: Item): PolicyVersion[] =>
  Array.isArray(item['copies']) ? item['copies'].flatMap((copy) => copyOf(copy)) : [];

const lastGood = (item: Item): { readonly from: PolicyVersion; readonly policy: Policy } | undefined => {
  for (const from of copiesOf(item)) {
    const { policy } = judge(from.text);
    if (policy !== undefined) return { from, policy };
  }
  return undefined;
};

/**
 * The policy in force: the newest, or with a notice the last good one.
 * @throws Error that says what to do when there is none
 */
export const readPolicy = (cluster: string, item: Item | undefined): PolicyInForce => {
  if (item === undefined) throw new Error(`cluster ${cluster} has no policy: write one, then it is scaled`);
  const newest = newestOf(item);
  const judged = judge(newest.text);
  if (judged.policy !== undefined) return { policy: judged.policy, version: newest.version };
  const problems = judged.lines.join('; ');
  const good = lastGood(item);
  if (good === undefined) {
    throw new Error(
      `cluster ${cluster} has no usable policy: write a valid one. Version ${newest.version} says: ${problems}`,
    );
  }
  const notice = `policy version ${newest.version} cannot be used, version ${good.from.version} as it was written goes on: ${problems}`;
  return { policy: good.policy, version: good.from.version, notice };
};

/** The version that an item holds, good or not; undefined without an item. */
export const newestVersion = (item: Item | undefined): PolicyVersion | undefined =>
  item === undefined ? undefined : newestOf(item);

/** The item that follows another with a new version, which is known to be good. */
export const policyItem = (before: Item | undefined, next: PolicyVersion, by: string, at: number): Item => {
  const newest = newestVersion(before);
  const earlier = newest !== undefined && judge(newest.text).policy !== undefined ? newest : undefined;
  const previous = earlier ?? (before === undefined ? undefined : lastGood(before)?.from);
  const copies = [next, ...(previous === undefined ? [] : [previous])];
  return {
    version: next.version,
    policy: next.text,
    by,
    at,
    copies: copies.map(({ version, text }) => ({ version, policy: pack(text) })),
  };
};
