/** Policies as their owners wrote them: the one in force, and every version before it. */
import { newestVersion } from '../../lambdas/adapters/dynamo/policy-item.ts';
import { getItem, type Item, queryItems } from '../../lambdas/adapters/dynamo/table.ts';
import { clusterPartition, policyPartition, policyVersionSort, SORT } from '../../lambdas/contract.ts';
import { parsePolicy } from '../../lambdas/core/policy/parse.ts';
import type { Policy } from '../../lambdas/core/policy/schema.ts';
import type { Target } from '../target/target.ts';

/** A version as it was written. */
export interface WrittenPolicy {
  readonly version: number;
  /** As JSON, without defaults that its owner left out. */
  readonly text: string;
  readonly by?: string;
  readonly at?: number;
}

const written = (item: Item): WrittenPolicy | undefined => {
  const version = newestVersion(item);
  const { by, at } = item;
  return version === undefined
    ? undefined
    : { ...version, ...(typeof by === 'string' ? { by } : {}), ...(typeof at === 'number' ? { at } : {}) };
};

/** The newest version, good or not; undefined: none was ever written. */
export const newestPolicy = async ({ table }: Target, cluster: string): Promise<WrittenPolicy | undefined> => {
  const key = { partition: clusterPartition(cluster), sort: SORT.policy };
  const item = await getItem(table, `reading the policy of cluster ${cluster}`, key);
  return item === undefined ? undefined : written(item);
};

/** One version that was kept; undefined: there is none of that number. */
export const keptPolicy = async (
  { table }: Target,
  cluster: string,
  version: number,
): Promise<WrittenPolicy | undefined> => {
  const key = { partition: policyPartition(cluster), sort: policyVersionSort(version) };
  const item = await getItem(table, `reading version ${version} of the policy of cluster ${cluster}`, key);
  return item === undefined ? undefined : written(item);
};

/** Every version that was kept, newest first. */
export const policyHistory = async ({ table }: Target, cluster: string): Promise<readonly WrittenPolicy[]> => {
  const items = await queryItems(table, `listing the policies of cluster ${cluster}`, policyPartition(cluster));
  return items.flatMap((item) => written(item) ?? []).toReversed();
};

/** A policy as it was written, and with every default. */
export interface ReadPolicy {
  readonly written: Readonly<Record<string, unknown>>;
  readonly policy: Policy;
}

/** Undefined: somebody has edited it by hand, and it cannot be used. */
export const readWritten = (text: string): ReadPolicy | undefined => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { policy } = parsePolicy(value);
  return policy === undefined ? undefined : { written: value as Record<string, unknown>, policy };
};
