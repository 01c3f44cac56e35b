/** What the table holds, kept in this process: the fakes of one account share it. */
import type { Identity } from '../../lambdas/core/identity.ts';
import type { AlarmObservation, CapacityLoss, Hold, WorkloadSample } from '../../lambdas/core/model.ts';
import type { EpochSeconds } from '../../lambdas/core/quantities.ts';
import type { FullRecord } from '../../lambdas/core/record.ts';
import type { CallOutcome, Fence } from '../../lambdas/ports/cluster-store.ts';

export interface SeenAlarm {
  readonly alarm: AlarmObservation;
  readonly seenAt: EpochSeconds;
}

export interface PolicyText {
  readonly version: number;
  readonly text: string;
}

/** Values are kept as JSON where they are to be independent of what the caller does with its own. */
export class FakeCluster {
  memory: string | undefined;
  fence: Fence = 0;
  claimUntil: EpochSeconds | undefined;
  outcome: CallOutcome | undefined;
  sample: WorkloadSample | undefined;
  /** The newest version, and those that were good when they were written, newest first. */
  policy: PolicyText | undefined;
  goodPolicies: PolicyText[] = [];
  alarmNames: readonly string[] = [];
  identity: Identity | undefined;
  readonly holds = new Map<string, Hold>();
  readonly losses = new Map<string, CapacityLoss>();
  readonly alarms = new Map<string, SeenAlarm>();
  readonly journal: { readonly text: string; readonly record: FullRecord; readonly expires: number }[] = [];
}

export class FakeTable {
  readonly clusters = new Map<string, FakeCluster>();

  cluster(name: string): FakeCluster {
    const known = this.clusters.get(name) ?? new FakeCluster();
    this.clusters.set(name, known);
    return known;
  }
}
