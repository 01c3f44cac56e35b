/**
 * Every minute, for the clusters of the settings: enqueues the ticks of the next minute at absolute times, writes policies
 * that are not there yet, finds the clusters in EMR, and reads the states of all alarms once. A dispatch that runs twice
 * enqueues the same ticks again, which changes nothing.
 *
 * Wake-ups of clusters that were found before go out first: EMR may be slow, and the loop must not wait for it. One
 * cluster that is broken does not stop the others; what failed is thrown when everything has been tried.
 */
import { canBeScaled, type Identity, type IdentityProblem, problemSentence } from '../core/identity.ts';
import type { EpochSeconds } from '../core/quantities.ts';
import type { AlarmReader } from '../ports/alarms.ts';
import type { Clock } from '../ports/clock.ts';
import { type Inbox, PolicyRefusedError, type RegisteredCluster } from '../ports/inbox.ts';
import type { WakeUp, WakeUps } from '../ports/wakeups.ts';
import type { FunctionSettings } from '../settings/settings.ts';
import { inWords } from './criterion.ts';
import { type LocatePorts, locate } from './locate.ts';
import { slotsAfter } from './slots.ts';

/** What has not changed is written again so often, so that its time tells that somebody still looks. */
const REWRITE_SECONDS = 600;

export interface DispatchPorts extends LocatePorts {
  readonly clock: Clock;
  readonly inbox: Pick<Inbox, 'registered' | 'seedPolicy' | 'putIdentity' | 'putAlarms'>;
  readonly wakeUps: WakeUps;
  readonly alarms: AlarmReader;
}

/** What a dispatch works on. */
export type DispatchSettings = Pick<FunctionSettings, 'environment' | 'slotSeconds' | 'clusters'>;

/** A cluster that is not scaled, and why. */
export interface ClusterProblem {
  readonly cluster: string;
  readonly problem: IdentityProblem | 'policy-refused';
  /** What it means and what to do. */
  readonly told: string;
}

export interface Dispatched {
  /** Clusters of the settings. */
  readonly clusters: number;
  /** Those among them that were found and can be scaled. */
  readonly scaled: number;
  readonly wakeUps: number;
  /** Alarms that were read. */
  readonly alarms: number;
  /** Policies that were written now. */
  readonly seeded: number;
  readonly problems: readonly ClusterProblem[];
  /** What went wrong and is tried again by itself, one sentence each. */
  readonly notices: readonly string[];
}

/** Not everything could be done; what could be has been. */
export class PartlyDispatchedError extends AggregateError {
  readonly dispatched: Dispatched;

  constructor(errors: readonly unknown[], dispatched: Dispatched) {
    const said = errors.map((error) => (error instanceof Error ? error.message : String(error)));
    super(errors, `${said.length} of the steps of this dispatch failed: ${said.join('; ')}`);
    this.name = 'PartlyDispatchedError';
    this.dispatched = dispatched;
  }
}

/** Does each, whatever becomes of the others; gives what failed. */
const tryAll = async <One>(ones: readonly One[], work: (one: One) => Promise<void>): Promise<unknown[]> => {
  const done = await Promise.allSettled(ones.map(work));
  return done.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
};

/** One run, with what it has found out and what went wrong so far. */
class Run {
  readonly #ports: DispatchPorts;
  readonly #settings: DispatchSettings;
  readonly #now: EpochSeconds;
  readonly #catchUp: boolean;
  readonly #registered: ReadonlyMap<string, RegisteredCluster>;
  readonly #errors: unknown[] = [];
  readonly #problems: ClusterProblem[] = [];
  readonly #notices: string[] = [];
  readonly #withPolicy: Set<string>;
  readonly #woken = new Set<string>();
  #wakeUps = 0;
  #alarms = 0;
  #seeded = 0;

  constructor(
    ports: DispatchPorts,
    settings: DispatchSettings,
    now: EpochSeconds,
    catchUp: boolean,
    registered: readonly RegisteredCluster[],
  ) {
    this.#ports = ports;
    this.#settings = settings;
    this.#now = now;
    this.#catchUp = catchUp;
    this.#registered = new Map(registered.map((one) => [one.cluster, one]));
    this.#withPolicy = new Set(registered.filter(({ hasPolicy }) => hasPolicy).map(({ cluster }) => cluster));
  }

  /** Wakes those that may be scaled and have not been woken yet. */
  async wake(identityOf: (name: string) => Identity | undefined): Promise<void> {
    const clusters = this.#settings.clusters
      .filter(({ name, find }) => {
        const identity = identityOf(name);
        const isFound = canBeScaled(identity) && identity.lookedFor === inWords(find);
        return isFound && this.#withPolicy.has(name) && !this.#woken.has(name);
      })
      .map(({ name }) => name);
    if (clusters.length === 0) return;
    await this.#tried(async () => {
      const wakeUps = clusters.flatMap((cluster) => this.#wakeUpsOf(cluster));
      await this.#ports.wakeUps.send(wakeUps);
      this.#wakeUps += wakeUps.length;
      for (const cluster of clusters) this.#woken.add(cluster);
    });
  }

  /** Identity at the last time. */
  before(name: string): Identity | undefined {
    return this.#registered.get(name)?.identity;
  }

  /** Writes the policies that are not there. */
  async seed(): Promise<void> {
    const missing = this.#settings.clusters.filter(({ name }) => !this.#withPolicy.has(name));
    const failed = await tryAll(missing, async (entry) => {
      try {
        if (await this.#ports.inbox.seedPolicy(entry.name, entry.policy, this.#now)) this.#seeded += 1;
        this.#withPolicy.add(entry.name);
      } catch (error) {
        if (!(error instanceof PolicyRefusedError)) throw error;
        this.#problems.push({ cluster: entry.name, problem: 'policy-refused', told: error.message });
      }
    });
    this.#errors.push(...failed);
  }

  /** Finds the clusters and writes down what has changed. */
  async locate(): Promise<ReadonlyMap<string, Identity>> {
    const { environment, clusters } = this.#settings;
    const last = new Map(
      clusters.flatMap(({ name }) => {
        const identity = this.before(name);
        return identity === undefined ? [] : [[name, identity] as const];
      }),
    );
    let identities: ReadonlyMap<string, Identity> = last;
    await this.#tried(async () => {
      const located = await locate(this.#ports, environment, clusters, last, this.#now);
      identities = located.identities;
      this.#notices.push(...located.notices);
      if (located.failure !== undefined) this.#errors.push(located.failure);
    });
    const changed = [...identities].filter(([name, identity]) => this.#isWorthWriting(identity, last.get(name)));
    const failed = await tryAll(changed, ([name, identity]) => this.#ports.inbox.putIdentity(name, identity));
    this.#errors.push(...failed);
    this.#tellProblems(identities);
    return identities;
  }

  /** Reads the alarms of all policies at once. */
  async refreshAlarms(): Promise<void> {
    const named = this.#settings.clusters
      .map(({ name }) => ({ name, alarms: this.#registered.get(name)?.alarms ?? [] }))
      .filter(({ alarms }) => alarms.length > 0);
    const all = [...new Set(named.flatMap(({ alarms }) => alarms))];
    if (all.length === 0) return;
    await this.#tried(async () => {
      const states = new Map((await this.#ports.alarms.read(all)).map((alarm) => [alarm.name, alarm]));
      this.#alarms = states.size;
      const failed = await tryAll(named, ({ name, alarms }) => {
        const known = alarms.flatMap((alarm) => states.get(alarm) ?? []);
        return this.#ports.inbox.putAlarms(name, known, this.#now);
      });
      this.#errors.push(...failed);
    });
  }

  /** @throws PartlyDispatchedError when something failed */
  end(identities: ReadonlyMap<string, Identity>): Dispatched {
    const dispatched: Dispatched = {
      clusters: this.#settings.clusters.length,
      scaled: this.#settings.clusters.filter(({ name }) => canBeScaled(identities.get(name))).length,
      wakeUps: this.#wakeUps,
      alarms: this.#alarms,
      seeded: this.#seeded,
      problems: this.#problems,
      notices: this.#notices,
    };
    if (this.#errors.length > 0) throw new PartlyDispatchedError(this.#errors, dispatched);
    return dispatched;
  }

  #wakeUpsOf(cluster: string): WakeUp[] {
    const slots = slotsAfter(this.#now, cluster, this.#settings.slotSeconds, this.#catchUp);
    return slots.map((slot) => ({ cluster, slot }));
  }

  #isWorthWriting(identity: Identity, before: Identity | undefined): boolean {
    if (before === undefined || identity.at - before.at >= REWRITE_SECONDS) return true;
    const { at: _at, ...told } = identity;
    const { at: _was, ...toldBefore } = before;
    return JSON.stringify(Object.entries(told).toSorted()) !== JSON.stringify(Object.entries(toldBefore).toSorted());
  }

  #tellProblems(identities: ReadonlyMap<string, Identity>): void {
    for (const { name } of this.#settings.clusters) {
      const identity = identities.get(name);
      if (identity?.problem !== undefined) {
        const told = `cluster ${name}: ${problemSentence(identity.problem, identity)}`;
        this.#problems.push({ cluster: name, problem: identity.problem, told });
      }
      if (identity?.alsoFit !== undefined) {
        const others = identity.alsoFit.join(', ');
        this.#notices.push(`cluster ${name} is ${identity.emrClusterId} and stays it; ${others} would fit as well`);
      }
    }
  }

  async #tried(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#errors.push(error);
    }
  }
}

/**
 * Runs one dispatch.
 * @param catchUp whether the dispatch before sent no wake-ups, so that slots of this minute may be missing
 * @throws PartlyDispatchedError when something failed, after everything else was done; what the first reading of the
 *   table throws, when nothing was
 */
export const dispatch = async (
  ports: DispatchPorts,
  settings: DispatchSettings,
  catchUp = false,
): Promise<Dispatched> => {
  const now = ports.clock.now();
  const run = new Run(ports, settings, now, catchUp, await ports.inbox.registered());
  await run.wake((name) => run.before(name));
  await run.seed();
  const identities = await run.locate();
  await run.wake((name) => identities.get(name));
  await run.refreshAlarms();
  return run.end(identities);
};
