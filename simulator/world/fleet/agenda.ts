/** What will happen and when: a clock in virtual seconds and a heap of things to do, first come first served at one time. */

/** Something that is going to happen, unless it is called off. */
export interface Timer {
  readonly at: number;
  /** Calling off what has happened already does nothing. */
  cancel(): void;
}

interface Entry {
  readonly at: number;
  readonly order: number;
  run: (() => void) | undefined;
}

const before = (first: Entry, second: Entry): boolean =>
  first.at < second.at || (first.at === second.at && first.order < second.order);

export class Agenda {
  #now = 0;
  #order = 0;
  readonly #heap: Entry[] = [];

  /** The present, in virtual seconds. */
  get now(): number {
    return this.#now;
  }

  /** Moves the present on without doing anything. @throws RangeError when time would run backwards. */
  moveTo(seconds: number): void {
    if (!(seconds >= this.#now)) throw new RangeError(`time cannot go from ${this.#now} back to ${seconds}`);
    this.#now = seconds;
  }

  /** Plans something at an absolute time; a time in the past means now, an infinite one never. */
  at(seconds: number, run: () => void): Timer {
    const entry: Entry = { at: Math.max(seconds, this.#now), order: this.#order, run };
    this.#order += 1;
    if (entry.at < Number.POSITIVE_INFINITY) this.#push(entry);
    return {
      at: entry.at,
      cancel: () => {
        entry.run = undefined;
      },
    };
  }

  /** Plans something so many seconds from now. */
  after(seconds: number, run: () => void): Timer {
    return this.at(this.#now + seconds, run);
  }

  /** When the next thing happens; undefined: nothing is planned. */
  nextAt(): number | undefined {
    while (this.#heap[0] !== undefined && this.#heap[0].run === undefined) this.#pop();
    return this.#heap[0]?.at;
  }

  /** Does the next thing if it is due at the present time. */
  runDue(): boolean {
    const at = this.nextAt();
    if (at === undefined || at > this.#now) return false;
    this.#pop()?.run?.();
    return true;
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let index = heap.push(entry) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !before(entry, above)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = entry;
  }

  #pop(): Entry | undefined {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (last !== undefined && last !== first) this.#sink(last);
    return first;
  }

  #sink(entry: Entry): void {
    const heap = this.#heap;
    let index = 0;
    for (;;) {
      const child = this.#smallerChild(index);
      const below = heap[child];
      if (below === undefined || !before(below, entry)) break;
      heap[index] = below;
      index = child;
    }
    heap[index] = entry;
  }

  #smallerChild(index: number): number {
    const left = this.#heap[2 * index + 1];
    const right = this.#heap[2 * index + 2];
    return left !== undefined && right !== undefined && before(right, left) ? 2 * index + 2 : 2 * index + 1;
  }
}
