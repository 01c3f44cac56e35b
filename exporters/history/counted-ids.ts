/**
 * Which ended queries of a list have been counted. The engine forgets ended queries, oldest first, and an id that left
 * the list stays away; so the ids of the last two whole readings are enough, and what was seen in broken ones since.
 */
import { NonsenseError } from '../engine/untrusted.ts';

export interface CountedIdsOptions {
  /** Ids that are remembered; some 100 bytes each. */
  readonly most: number;
}

/** Seconds since 1970 by the engine's clock; absent: it could not be read. */
type EndedAt = number | undefined;

export class CountedIds {
  readonly #most: number;
  #known = new Map<string, EndedAt>();
  #seen = new Map<string, EndedAt>();
  #before = new Map<string, EndedAt>();
  /** What ended up to then has been counted, or never will be: its ids may be forgotten. */
  #forgottenUntil = Number.NEGATIVE_INFINITY;

  constructor({ most }: CountedIdsOptions) {
    this.#most = most;
  }

  /** Entries of memory in use: an id may have several. */
  get size(): number {
    return this.#known.size + this.#seen.size + this.#before.size;
  }

  /** Whether an id of the list need not be looked at again; if so, it has been noted that it is still there. */
  recognize(id: string): boolean {
    if (this.#seen.has(id)) return true;
    const known = this.#known.has(id) ? this.#known : this.#before;
    if (!known.has(id)) return false;
    this.#seen.set(id, known.get(id));
    return true;
  }

  /**
   * Notes one that was not recognized. Whether it is to be counted: false when nobody can say any more.
   * @throws {NonsenseError} if the list has more than can be remembered
   */
  note(id: string, endedAt: EndedAt): boolean {
    if (this.#seen.size >= this.#most) throw new NonsenseError(`a list of queries has more than ${this.#most}`);
    this.#seen.set(id, endedAt);
    return (endedAt ?? Number.NEGATIVE_INFINITY) > this.#forgottenUntil || !Number.isFinite(this.#forgottenUntil);
  }

  /** The list has been read to its end, or not: then what was not seen may still be in it. */
  endReading(whole: boolean): void {
    if (whole) {
      this.#before = this.#known;
      this.#known = this.#seen;
    } else {
      for (const [id, endedAt] of this.#seen) this.#known.set(id, endedAt);
    }
    this.#seen = new Map();
    this.#forgetSome();
  }

  #forgetSome(): void {
    for (const ids of [this.#before, this.#known]) {
      for (const [id, endedAt] of ids) {
        if (this.#before.size + this.#known.size <= this.#most) return;
        ids.delete(id);
        const forgotten = !this.#known.has(id) && endedAt !== undefined;
        if (forgotten) this.#forgottenUntil = Math.max(this.#forgottenUntil, endedAt);
      }
    }
  }
}
