/**
 * Finds the EMR cluster that each name of the settings stands for at present. One list of EMR's for all names; a cluster
 * is described when it is not known yet, and now and then after that, a few in each run, so that the budget of
 * DescribeCluster is left to others.
 *
 * A cluster stays what it is as long as it runs: a newer one that fits as well is told of and not used.
 */
import { canBeScaled, type Identity, type IdentityProblem } from '../core/identity.ts';
import type { EpochSeconds } from '../core/quantities.ts';
import type { ClusterDirectory, ListedCluster } from '../ports/cluster-directory.ts';
import { FleetError } from '../ports/fleets.ts';
import type { ClusterEntry } from '../settings/settings.ts';
import { candidatesOf, exactFirst, type Fit, fitOf, isEnding } from './candidates.ts';
import { inWords } from './criterion.ts';
import { Describing, type DescribingPorts, type Description } from './describing.ts';

/** A cluster that is scaled is asked again so often: its tags, and the name of a primary node that was replaced. */
const REFRESH_SECONDS = 1800;
/** One that does not fit may have been tagged meanwhile. By name or id it is the only one meant; by tags it is any. */
const REJUDGE_SECONDS = 120;
const REJUDGE_ANY_SECONDS = 600;

export interface LocatePorts extends DescribingPorts {
  readonly directory: ClusterDirectory;
}

export interface Located {
  /** By the name of the settings. One of which nothing could be found out is as it was. */
  readonly identities: ReadonlyMap<string, Identity>;
  /** What went wrong, one sentence each; the next run tries again. */
  readonly notices: readonly string[];
  /** EMR refuses the list, which only people can change. */
  readonly failure?: FleetError;
}

type Last = ReadonlyMap<string, Identity>;

interface Judged {
  readonly cluster: ListedCluster;
  readonly fit: Fit;
  readonly description: Description | undefined;
}

const PASSING: ReadonlySet<string> = new Set(['throttled', 'unavailable']);

/** The run over one list. */
class Run {
  readonly identities = new Map<string, Identity>();
  readonly asking: Describing;
  readonly #environment: string;
  readonly #now: EpochSeconds;
  readonly #listed: readonly ListedCluster[];
  /** Whose a cluster is, by its id. */
  readonly #taken = new Map<string, string>();

  constructor(ports: DescribingPorts, environment: string, listed: readonly ListedCluster[], now: EpochSeconds) {
    this.asking = new Describing(ports, now);
    this.#environment = environment;
    this.#listed = listed;
    this.#now = now;
  }

  /** Whether the cluster of before goes on; it is then this name's. */
  async keeps({ name, find }: ClusterEntry, before: Identity | undefined): Promise<boolean> {
    if (!canBeScaled(before) || before.lookedFor !== inWords(find)) return false;
    const { emrClusterId } = before;
    if (this.#taken.has(emrClusterId)) return false;
    const listed = this.#listed.find((one) => one.emrClusterId === emrClusterId);
    if (listed === undefined ? !(await this.#stands(emrClusterId)) : isEnding(listed)) return false;
    const { alsoFit: _alsoFit, ...kept } = before;
    this.#taken.set(emrClusterId, name);
    this.identities.set(name, { ...kept, at: this.#now });
    return true;
  }

  /**
   * Whether a cluster that the list lacks is there all the same: a list moves while its pages are read. One that cannot be
   * asked for counts as there, for ticks on a cluster that is gone do no harm.
   */
  async #stands(emrClusterId: string): Promise<boolean> {
    const description = await this.asking.ask(emrClusterId, 0);
    return description === undefined || description.cluster?.ended === false;
  }

  /** Chooses a cluster for a name that has none. */
  async choose(entry: ClusterEntry, before: Identity | undefined): Promise<void> {
    const { name, find } = entry;
    const free = candidatesOf(find, this.#listed).filter(({ emrClusterId }) => !this.#taken.has(emrClusterId));
    const judged: Judged[] = [];
    for (const cluster of free.filter((one) => !isEnding(one))) {
      const one = await this.#judge(entry, cluster);
      if (one.fit === 'good') {
        this.#taken.set(cluster.emrClusterId, name);
        this.identities.set(name, this.#identityOf(entry, one));
        return;
      }
      judged.push(one);
      // By tags any cluster may be meant, and those that cannot be asked yet must not stand before one that fits.
      if (one.fit === 'unknown' && find.tags === undefined) break;
    }
    this.identities.set(name, await this.#problemOf(entry, judged, before));
  }

  /** Asks again what a cluster is that is scaled, where that is due. */
  async refresh(entry: ClusterEntry): Promise<void> {
    const identity = this.identities.get(entry.name);
    if (!canBeScaled(identity) || !this.#isDue(identity)) return;
    const description = await this.asking.ask(identity.emrClusterId, 0);
    const fit = fitOf(entry.find, this.#environment, description);
    if (description === undefined || fit === 'unknown') return;
    const { at, lookedFor } = identity;
    const primaryHost = description.cluster?.primaryHost ?? identity.primaryHost;
    const known = { ...identity, describedAt: description.at, ...(primaryHost === undefined ? {} : { primaryHost }) };
    if (fit === 'unfit') this.identities.set(entry.name, { at, lookedFor, problem: 'absent' });
    else this.identities.set(entry.name, fit === 'good' ? known : { ...known, problem: fit });
  }

  #isDue({ primaryHost, describedAt }: Identity): boolean {
    return primaryHost === undefined || describedAt === undefined || this.#now - describedAt >= REFRESH_SECONDS;
  }

  /** Tells of others that fit as well, as far as that is known or can be asked. */
  async tellOthers({ name, find }: ClusterEntry): Promise<void> {
    const identity = this.identities.get(name);
    if (!canBeScaled(identity)) return;
    const others = candidatesOf(find, this.#listed).filter(
      (one) => !isEnding(one) && !this.#taken.has(one.emrClusterId),
    );
    const alsoFit: ListedCluster[] = [];
    for (const other of others) {
      const age = REJUDGE_ANY_SECONDS;
      const description =
        find.tags === undefined
          ? await this.asking.ask(other.emrClusterId, age)
          : this.asking.known(other.emrClusterId, age);
      const fit = fitOf(find, this.#environment, description);
      if (fit === 'good' || fit === 'instance-groups') alsoFit.push(other);
    }
    if (alsoFit.length === 0) return;
    const newest = alsoFit.toSorted((first, second) => second.createdAt - first.createdAt);
    this.identities.set(name, { ...identity, alsoFit: newest.map(({ emrClusterId }) => emrClusterId) });
  }

  async #judge({ find }: ClusterEntry, cluster: ListedCluster): Promise<Judged> {
    const age = find.tags === undefined ? REJUDGE_SECONDS : REJUDGE_ANY_SECONDS;
    const description = await this.asking.ask(cluster.emrClusterId, age);
    return { cluster, fit: fitOf(find, this.#environment, description), description };
  }

  #identityOf({ find }: ClusterEntry, { cluster, description }: Judged, problem?: IdentityProblem): Identity {
    const primaryHost = description?.cluster?.primaryHost;
    return {
      at: this.#now,
      lookedFor: inWords(find),
      emrClusterId: cluster.emrClusterId,
      ...(primaryHost === undefined ? {} : { primaryHost }),
      ...(description === undefined ? {} : { describedAt: description.at }),
      ...(problem === undefined ? {} : { problem }),
    };
  }

  async #problemOf(entry: ClusterEntry, judged: readonly Judged[], before: Identity | undefined): Promise<Identity> {
    const told = (['instance-groups', 'unknown', 'not-tagged'] as const)
      .map((fit) => judged.find((one) => one.fit === fit))
      .find((one) => one !== undefined);
    if (told === undefined) return this.#goneOf(entry, before);
    const problem = told.fit === 'unknown' ? 'undescribed' : (told.fit as IdentityProblem);
    return this.#identityOf(entry, told, problem);
  }

  /** None is left that could be judged: they end, are another name's, or there is none. */
  async #goneOf({ find }: ClusterEntry, before: Identity | undefined): Promise<Identity> {
    const base = { at: this.#now, lookedFor: inWords(find) };
    const candidates = candidatesOf(find, this.#listed);
    const isOurs = ({ emrClusterId }: ListedCluster): boolean =>
      emrClusterId === before?.emrClusterId && before.lookedFor === base.lookedFor;
    // Tags of a cluster that ends are not asked for any more.
    const ending = candidates.filter((one) => isEnding(one) && (find.tags === undefined || isOurs(one)));
    const last = ending.find(isOurs);
    if (last !== undefined) return { ...base, emrClusterId: last.emrClusterId, problem: 'terminating' };
    for (const { emrClusterId } of candidates) {
      const takenBy = this.#taken.get(emrClusterId);
      if (takenBy === undefined) continue;
      const description = find.tags === undefined ? undefined : await this.asking.ask(emrClusterId, REFRESH_SECONDS);
      const isMeant = find.tags === undefined || fitOf(find, this.#environment, description) === 'good';
      if (isMeant) return { ...base, emrClusterId, problem: 'taken', takenBy };
    }
    const [first] = ending;
    return first === undefined
      ? { ...base, problem: 'absent' }
      : { ...base, emrClusterId: first.emrClusterId, problem: 'terminating' };
  }
}

const list = async (
  { directory, tokens }: LocatePorts,
  now: EpochSeconds,
): Promise<readonly ListedCluster[] | Omit<Located, 'identities'>> => {
  if (!(await tokens.take(['ListClusters'], 'routine', now))) {
    return { notices: ['the budget of ListClusters is spent: clusters stay what they were'] };
  }
  try {
    return await directory.list();
  } catch (error) {
    if (!(error instanceof FleetError)) throw error;
    const notices = [`clusters stay what they were: ${error.message}`];
    return PASSING.has(error.fault) ? { notices } : { notices, failure: error };
  }
};

const isList = (given: readonly ListedCluster[] | Omit<Located, 'identities'>): given is readonly ListedCluster[] =>
  Array.isArray(given);

/** Least recently described first; one without a known primary node before all. */
const byAge = (run: Run) => (first: ClusterEntry, second: ClusterEntry) => {
  const ageOf = ({ name }: ClusterEntry): number => {
    const identity = run.identities.get(name);
    return identity?.primaryHost === undefined ? 0 : (identity.describedAt ?? 0);
  };
  return ageOf(first) - ageOf(second);
};

/**
 * Locates every cluster of the settings.
 * @param environment its name, which a cluster's tag must have as its value
 * @param last what each was at the last time, by name
 * @throws what is no FleetError
 */
export const locate = async (
  ports: LocatePorts,
  environment: string,
  entries: readonly ClusterEntry[],
  last: Last,
  now: EpochSeconds,
): Promise<Located> => {
  const listed = await list(ports, now);
  if (!isList(listed)) return { identities: last, ...listed };
  ports.descriptions.keepOnly(new Set(listed.map(({ emrClusterId }) => emrClusterId)));
  const run = new Run(ports, environment, listed, now);
  // Who has a cluster keeps it before anybody chooses.
  const kept: ClusterEntry[] = [];
  for (const entry of entries) if (await run.keeps(entry, last.get(entry.name))) kept.push(entry);
  const seeking = exactFirst(entries.filter((entry) => !kept.includes(entry)));
  for (const entry of seeking) await run.choose(entry, last.get(entry.name));
  for (const entry of kept.toSorted(byAge(run))) await run.refresh(entry);
  for (const entry of entries) await run.tellOthers(entry);
  return { identities: run.identities, notices: run.asking.notices };
};
