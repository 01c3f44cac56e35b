/** What happened in a morning of many clusters, and what that comes to. */
import { quantileSorted } from 'simple-statistics';
import type { Call } from '../emr/service.ts';
import { LIMITS, type Operation } from '../emr/throttle.ts';
import type { Account } from './account.ts';
import type { MorningOptions } from './morning-options.ts';

/** Of some times, in seconds. */
export interface Times {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
}

export interface MorningResult {
  readonly clusters: number;
  readonly quotaFactor: number;
  /** From the step to the ModifyInstanceFleet that grows; of clusters that lost nothing. */
  readonly reaction: Times | undefined;
  /** From the first loss on record to the look at the fleet that follows. */
  readonly lossServed: Times | undefined;
  /** Clusters that did not grow, or whose loss nobody looked at, until the end. */
  readonly unserved: readonly string[];
  readonly slots: {
    /** Of all clusters, from the second minute on. */
    readonly due: number;
    /** Those whose tick came to its end, whatever it decided. */
    readonly ticked: number;
    /** Those without a tick. */
    readonly missed: number;
    readonly droppedLate: number;
    readonly expired: number;
    /** Longest time that a wake-up waited for a free process. */
    readonly longestWaitSeconds: number;
  };
  /** How ticks ended, by outcome. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Ticks with a recent loss that got no call, and those of growth. */
  readonly refusedTicks: { readonly losing: number; readonly others: number };
  /** Growth that was sent while a cluster with a loss had been refused and still waited. */
  readonly growthBeforeLosses: number;
  readonly emr: Readonly<Record<string, { readonly calls: number; readonly throttled: number; readonly most: number }>>;
  readonly processes: number;
  readonly failures: Readonly<Record<string, number>>;
}

interface Cluster {
  readonly name: string;
  readonly emrId: string;
  readonly isLosing: boolean;
}

interface Tick {
  readonly at: number;
  readonly cluster: string;
  readonly slot: number;
  readonly outcome: string;
}

type Line = Readonly<Record<string, string | number | boolean | undefined>>;

const timesOf = (times: readonly number[]): Times | undefined => {
  if (times.length === 0) return undefined;
  const sorted = times.toSorted((first, second) => first - second);
  return {
    count: times.length,
    p50: quantileSorted(sorted, 0.5),
    p95: quantileSorted(sorted, 0.95),
    max: quantileSorted(sorted, 1),
  };
};

/** The first of some moments that is not before another one. */
const firstFrom = (moments: readonly number[] | undefined, from: number): number | undefined =>
  moments?.find((moment) => moment >= from);

const targetOf = ({ input }: Call): number => {
  const { TargetOnDemandCapacity = 0, TargetSpotCapacity = 0 } = (input['InstanceFleet'] ?? {}) as Record<
    string,
    number
  >;
  return TargetOnDemandCapacity + TargetSpotCapacity;
};

const counted = <Key extends string>(keys: readonly Key[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const key of keys) counts[key] = (counts[key] ?? 0) + 1;
  return counts;
};

export class MorningRecord {
  readonly #options: MorningOptions;
  readonly #clusters: readonly Cluster[];
  readonly #nameOf: ReadonlyMap<string, string>;
  readonly #ticks: Tick[] = [];
  readonly #late: { readonly cluster: string; readonly slot: number }[] = [];
  readonly #reads = new Map<string, number[]>();
  readonly #growths = new Map<string, number[]>();
  readonly #targets = new Map<string, number>();
  /** When the first loss of a cluster was on record. */
  readonly #losses = new Map<string, number>();
  readonly #failures: Record<string, number> = {};

  constructor(options: MorningOptions, clusters: readonly Cluster[]) {
    this.#options = options;
    this.#clusters = clusters;
    this.#nameOf = new Map(clusters.map(({ name, emrId }) => [emrId, name]));
  }

  addLine(_function: string, line: Line, at: number, start: number): void {
    const cluster = String(line['cluster']);
    const slot = Number(line['slot']) - start;
    if (line['event'] === 'tick') this.#ticks.push({ at, cluster, slot, outcome: String(line['outcome']) });
    if (line['event'] === 'tick-dropped') this.#late.push({ cluster, slot });
    if (line['event'] === 'routed' && line['kind'] === 'spotInterruption') this.#noticed(String(line['clusters']), at);
  }

  #noticed(clusters: string, at: number): void {
    for (const name of clusters.split(' ')) if (!this.#losses.has(name)) this.#losses.set(name, at);
  }

  addCall(call: Call, at: number): void {
    const name = this.#nameOf.get(String(call.input['ClusterId']));
    if (name === undefined) return;
    if (call.operation === 'ListInstanceFleets') this.#add(this.#reads, name, at);
    if (call.operation !== 'ModifyInstanceFleet') return;
    const target = targetOf(call);
    if (target > (this.#targets.get(name) ?? 0)) this.#add(this.#growths, name, at);
    this.#targets.set(name, target);
  }

  addFailure(what: string, error: Error): void {
    const key = `${what}: ${error.message.split('\n', 1)[0]}`;
    this.#failures[key] = (this.#failures[key] ?? 0) + 1;
  }

  result(account: Account): MorningResult {
    const { stepAtSeconds, clusters, quotaFactor } = this.#options;
    const growth = this.#waits(this.#growths, false, () => stepAtSeconds);
    const losses = this.#waits(this.#reads, true, (name) => this.#losses.get(name) ?? Number.POSITIVE_INFINITY);
    return {
      clusters,
      quotaFactor,
      reaction: timesOf([...growth.values()].filter((wait) => wait !== undefined)),
      lossServed: timesOf([...losses.values()].filter((wait) => wait !== undefined)),
      unserved: [...growth, ...losses].filter(([, wait]) => wait === undefined).map(([name]) => name),
      slots: this.#slots(account),
      outcomes: counted(this.#ticks.map(({ outcome }) => outcome)),
      refusedTicks: this.#refusedTicks(),
      growthBeforeLosses: this.#growthBeforeLosses(),
      emr: this.#emr(account),
      processes: account.reconcile.use.processes,
      failures: this.#failures,
    };
  }

  #add(calls: Map<string, number[]>, name: string, at: number): void {
    calls.set(name, [...(calls.get(name) ?? []), at]);
  }

  #waits(calls: ReadonlyMap<string, number[]>, isLosing: boolean, fromOf: (name: string) => number) {
    const asked = this.#clusters.filter((cluster) => cluster.isLosing === isLosing);
    return new Map(
      asked.map(({ name }) => {
        const from = fromOf(name);
        const at = firstFrom(calls.get(name), from);
        return [name, at === undefined ? undefined : at - from] as const;
      }),
    );
  }

  #slots(account: Account): MorningResult['slots'] {
    const { slotSeconds, untilSeconds, clusters } = this.#options;
    // The first dispatch sends the slots of the second minute; a tick of the last minute may still be under way.
    const [first, last] = [60, untilSeconds - 60];
    // Wake-ups of the schedule come at whole seconds, those of events whenever something happens.
    const scheduled = this.#ticks.filter(({ slot }) => Number.isInteger(slot));
    const windowOf = (cluster: string, at: number): string => `${cluster} ${Math.floor(at / slotSeconds)}`;
    const ticked = new Set(scheduled.map(({ cluster, slot }) => windowOf(cluster, slot)));
    const due = Array.from(
      { length: Math.ceil((last - first) / slotSeconds) },
      (_, index) => first + index * slotSeconds,
    );
    const missed = this.#clusters.reduce(
      (sum, { name }) => sum + due.filter((slot) => !ticked.has(windowOf(name, slot))).length,
      0,
    );
    const { expired, longestWait } = account.queue.use;
    return {
      due: due.length * clusters,
      ticked: due.length * clusters - missed,
      missed,
      droppedLate: this.#late.length,
      expired,
      longestWaitSeconds: longestWait,
    };
  }

  #refusedTicks(): MorningResult['refusedTicks'] {
    const from = this.#options.stepAtSeconds;
    const refused = this.#ticks.filter(({ outcome, at }) => outcome === 'throttled' && at >= from);
    const losing = refused.filter(
      ({ cluster, at }) => at >= (this.#losses.get(cluster) ?? Number.POSITIVE_INFINITY),
    ).length;
    return { losing, others: refused.length - losing };
  }

  /** Between a tick of a loss that was refused and the look at the fleet that it waits for. */
  #growthBeforeLosses(): number {
    const spans = [...this.#losses].flatMap(([name, noticed]) => {
      const served = firstFrom(this.#reads.get(name), noticed) ?? Number.POSITIVE_INFINITY;
      const refused = this.#ticks.find(
        ({ cluster, outcome, at }) => cluster === name && outcome === 'throttled' && at >= noticed,
      );
      return refused === undefined || refused.at > served ? [] : [{ from: refused.at, to: served }];
    });
    const others = this.#clusters.filter(({ isLosing }) => !isLosing);
    const growths = others.flatMap(({ name }) => this.#growths.get(name) ?? []);
    return growths.filter((at) => spans.some(({ from, to }) => at > from && at < to)).length;
  }

  #emr({ emr }: Account): MorningResult['emr'] {
    const { untilSeconds, quotaFactor } = this.#options;
    const used = Object.entries(emr.calls).filter(([, calls]) => calls > 0);
    return Object.fromEntries(
      used.map(([operation, calls]) => {
        const { burst, refillPerSecond } = LIMITS[operation as Operation];
        const most = Math.floor(burst + refillPerSecond * quotaFactor * untilSeconds);
        return [operation, { calls, throttled: emr.throttled[operation as Operation], most }];
      }),
    );
  }
}
