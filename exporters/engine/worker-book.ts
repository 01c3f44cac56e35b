/**
 * Which of the announced workers take work, which drain, and how many cores each has. Asking every worker at every
 * reading would be a request per worker, so what a worker has said is kept, and asked again only where the coordinator's
 * own count of active nodes shows that somebody's standing has changed.
 */
import type { AnnouncedNode } from './presto-answers.ts';
import type { WorkerReading } from './reading.ts';

/**
 * `away`: announced, and neither active nor draining: it is just starting, has died, or runs another version. `silent`:
 * it did not answer, and nobody else can say.
 */
export type Standing = WorkerReading['standing'] | 'away' | 'silent';

interface Entry {
  readonly uri: string | undefined;
  standing: Standing | undefined;
  cores: number | undefined;
  /** Round in which it was last asked. */
  askedIn: number;
}

/** So many workers are asked again at each reading without a reason, in turn: two changes at once cancel in a count. */
const IN_TURN = 2;

export class WorkerBook {
  readonly #entries = new Map<string, Entry>();
  #round = 0;
  /** What is left of the difference to the coordinator's count after everybody concerned was asked. */
  #settledDifference = 0;

  /** Takes note of who is announced now; who is not is forgotten. */
  announce(nodes: readonly AnnouncedNode[]): void {
    this.#round += 1;
    const announced = new Map(nodes.filter(({ role }) => role === 'worker').map((node) => [node.id, node]));
    for (const id of this.#entries.keys()) if (!announced.has(id)) this.#entries.delete(id);
    for (const { id, uri } of announced.values()) {
      const known = this.#entries.get(id);
      if (known !== undefined && known.uri === uri) continue;
      this.#entries.set(id, { uri, standing: undefined, cores: undefined, askedIn: 0 });
    }
  }

  /** Whose standing nobody knows, and a few in turn. They are to be asked first: the count of active nodes includes new ones. */
  newcomers(): readonly string[] {
    return [...new Set([...this.#idsWhere(({ standing }) => standing === undefined), ...this.#longestUnasked()])];
  }

  /**
   * Whose standing may have changed. Too many active ones: one of them has stopped. Too few: one of the others has come.
   * @param activeWorkers active ones as the coordinator counts them; undefined: it could not be read
   */
  suspects(activeWorkers: number | undefined): readonly string[] {
    const difference = activeWorkers === undefined ? this.#settledDifference : this.#active - activeWorkers;
    if (difference === this.#settledDifference) return [];
    const hasStopped = difference > this.#settledDifference;
    return this.#idsWhere(({ standing, askedIn }) => (standing === 'active') === hasStopped && askedIn !== this.#round);
  }

  /** Who stands so, in the order in which they were announced first. */
  standing(standing: Standing): readonly string[] {
    return this.#idsWhere((entry) => entry.standing === standing);
  }

  uriOf(id: string): string | undefined {
    return this.#entries.get(id)?.uri;
  }

  standingOf(id: string): Standing | undefined {
    return this.#entries.get(id)?.standing;
  }

  coresOf(id: string): number | undefined {
    return this.#entries.get(id)?.cores;
  }

  /** What was found out; cores that were not told stay what they were. */
  note(id: string, standing: Standing, cores?: number): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    entry.standing = standing;
    entry.cores = cores ?? entry.cores;
    entry.askedIn = this.#round;
  }

  /** Everybody who was to be asked has been: what still differs from the coordinator's count is no news any more. */
  settle(activeWorkers: number | undefined): void {
    if (activeWorkers !== undefined) this.#settledDifference = this.#active - activeWorkers;
  }

  /** Active and draining workers; undefined as long as the standing of one is unknown. */
  workers(): readonly WorkerReading[] | undefined {
    const present: WorkerReading[] = [];
    for (const [id, { standing, cores }] of this.#entries) {
      if (standing === undefined) return undefined;
      if (standing === 'away' || standing === 'silent') continue;
      present.push({ id, standing, ...(cores === undefined ? {} : { cores }) });
    }
    return present;
  }

  get #active(): number {
    return this.#idsWhere(({ standing }) => standing === 'active').length;
  }

  #longestUnasked(): readonly string[] {
    return [...this.#entries]
      .sort(([, one], [, other]) => one.askedIn - other.askedIn)
      .slice(0, IN_TURN)
      .map(([id]) => id);
  }

  #idsWhere(test: (entry: Entry) => boolean): readonly string[] {
    return [...this.#entries].filter(([, entry]) => test(entry)).map(([id]) => id);
  }
}
