import { RECOMMENDATION_SECONDS } from '../../lambdas/core/losses.ts';
import { emptyMemory, type Memory } from '../../lambdas/core/memory.ts';
import { parsePolicy } from '../../lambdas/core/policy/parse.ts';
import { lineOf } from '../../lambdas/core/policy/problems.ts';
import type { Policy } from '../../lambdas/core/policy/schema.ts';
import type { EpochSeconds } from '../../lambdas/core/quantities.ts';
import {
  type ClusterStore,
  type ClusterView,
  type Fence,
  FenceLostError,
  type PolicyInForce,
} from '../../lambdas/ports/cluster-store.ts';
import type { FakeCluster, FakeTable } from './memory-table.ts';

const LOSS_KEPT_SECONDS = 900;
const ALARM_KEPT_SECONDS = 300;

const parsedText = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const policyOfText = (text: string): { readonly policy?: Policy; readonly why: string } => {
  const { policy, problems } = parsePolicy(parsedText(text));
  return policy === undefined ? { why: problems.map(lineOf).join('; ') } : { policy, why: '' };
};

const policyInForce = (name: string, { policy: newest, goodPolicies }: FakeCluster): PolicyInForce => {
  if (newest === undefined) throw new Error(`cluster ${name} has no policy: write one`);
  const { policy, why } = policyOfText(newest.text);
  if (policy !== undefined) return { policy, version: newest.version };
  for (const good of goodPolicies) {
    const last = policyOfText(good.text).policy;
    if (last !== undefined) return { policy: last, version: good.version, notice: `version ${newest.version}: ${why}` };
  }
  throw new Error(`cluster ${name} has no usable policy: write a valid one. ${why}`);
};

const readMemory = (text: string | undefined): { readonly memory: Memory; readonly notice?: string } => {
  if (text === undefined) return { memory: emptyMemory() };
  const value = parsedText(text) as Memory | undefined;
  const usable = value?.version === 1 && value.classes !== undefined;
  return usable ? { memory: value } : { memory: emptyMemory(), notice: 'the memory cannot be used: it starts anew' };
};

export class FakeClusterStore implements ClusterStore {
  readonly #name: string;
  readonly #cluster: FakeCluster;

  constructor(table: FakeTable, name: string) {
    this.#name = name;
    this.#cluster = table.cluster(name);
  }

  async load(now: EpochSeconds): Promise<ClusterView> {
    const { claimUntil, fence, outcome, identity, sample, holds, alarms, losses } = this.#cluster;
    const policy = policyInForce(this.#name, this.#cluster);
    const { memory, notice } = readMemory(this.#cluster.memory);
    const notices = [policy.notice, notice].filter((one) => one !== undefined);
    return {
      memory,
      fence,
      ...(claimUntil === undefined ? {} : { claim: { fence, until: claimUntil } }),
      ...(outcome === undefined ? {} : { outcome }),
      policy: notices.length === 0 ? policy : { ...policy, notice: notices.join('. ') },
      ...(identity === undefined ? {} : { identity }),
      ...(sample === undefined ? {} : { sample }),
      holds: [...holds.values()].filter((hold) => hold.until > now),
      alarms: [...alarms.values()].filter(({ seenAt }) => seenAt + ALARM_KEPT_SECONDS > now).map(({ alarm }) => alarm),
      losses: [...losses.values()]
        .filter(({ at, kind }) => at + (kind === 'rebalance' ? RECOMMENDATION_SECONDS : LOSS_KEPT_SECONDS) > now)
        .toSorted((a, b) => a.at - b.at),
    };
  }

  async save(memory: Memory, fence: Fence, _now: EpochSeconds, claimUntil?: EpochSeconds): Promise<Fence> {
    if (fence !== this.#cluster.fence) throw new FenceLostError(this.#name, fence);
    this.#cluster.memory = JSON.stringify(memory);
    this.#cluster.fence = fence + 1;
    this.#cluster.claimUntil = claimUntil;
    return fence + 1;
  }
}
