/**
 * Virtual time for many things that go on at once: what is planned for a moment is begun in its order, and time moves on
 * when everything that was begun either has ended or waits for a later moment. The same plans give the same run.
 */
import { type EpochSeconds, epochSeconds } from '../../lambdas/core/quantities.ts';
import type { Clock } from '../../lambdas/ports/clock.ts';

interface Planned {
  readonly at: number;
  readonly order: number;
  readonly work: () => void;
}

const isBefore = (first: Planned, second: Planned): boolean =>
  first.at < second.at || (first.at === second.at && first.order < second.order);

/** Plans, the next one first: a binary heap. */
class Plans {
  readonly #heap: Planned[] = [];

  get next(): Planned | undefined {
    return this.#heap[0];
  }

  add(planned: Planned): void {
    let index = this.#heap.push(planned) - 1;
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = this.#heap[above] as Planned;
      if (isBefore(parent, planned)) break;
      this.#heap[index] = parent;
      index = above;
    }
    this.#heap[index] = planned;
  }

  take(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    let index = 0;
    for (let child = this.#lesser(1); child < this.#heap.length; child = this.#lesser(2 * index + 1)) {
      const below = this.#heap[child] as Planned;
      if (isBefore(last, below)) break;
      this.#heap[index] = below;
      index = child;
    }
    this.#heap[index] = last;
  }

  /** Of a child and its right neighbour, the one that comes first. */
  #lesser(left: number): number {
    const [first, second] = [this.#heap[left], this.#heap[left + 1]];
    return first !== undefined && second !== undefined && isBefore(second, first) ? left + 1 : left;
  }
}

/** A timer of virtual time. */
class Timer {
  isCleared = false;

  /** As Node's own timers have it. */
  unref(): this {
    return this;
  }
}

/** Everything that promises alone can do is done when the next turn of the event loop comes. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export class Timeline implements Clock {
  readonly #plans = new Plans();
  #now: EpochSeconds;
  #order = 0;
  #outside = 0;

  constructor(start: EpochSeconds) {
    this.#now = start;
  }

  now(): EpochSeconds {
    return this.#now;
  }

  /** Plans work, which must not throw; for a moment that is over: for now. */
  at(time: number, work: () => void): void {
    this.#order += 1;
    this.#plans.add({ at: Math.max(time, this.#now), order: this.#order, work });
  }

  /** Plans work again and again, for ever. */
  every(seconds: number, first: number, work: () => void): void {
    this.at(first, () => {
      this.every(seconds, first + seconds, work);
      work();
    });
  }

  wait(seconds: number): Promise<void> {
    return new Promise((resolve) => this.at(this.#now + seconds, resolve));
  }

  /** Time stands still until work has ended that takes time of the wall, such as a call over the wire. */
  async outside<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#outside += 1;
    try {
      return await work();
    } finally {
      this.#outside -= 1;
    }
  }

  /** Within work outside: lets time go on while something waits for it. */
  async inside<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#outside -= 1;
    try {
      return await work();
    } finally {
      this.#outside += 1;
    }
  }

  /**
   * Lets everything happen up to and including a moment. Timers that are set meanwhile run in virtual time as well: the
   * deadline of a call is as long as the call that it bounds. One timeline of a process can run at a time.
   */
  async runTo(time: number): Promise<void> {
    const { setTimeout: set, clearTimeout: clear } = globalThis;
    Object.assign(globalThis, {
      setTimeout: (work: () => void, milliseconds = 0) => this.#timer(work, milliseconds),
      clearTimeout: (timer: unknown) => {
        if (timer instanceof Timer) timer.isCleared = true;
        else clear(timer as never);
      },
    });
    try {
      await this.#run(time);
    } finally {
      Object.assign(globalThis, { setTimeout: set, clearTimeout: clear });
    }
  }

  #timer(work: () => void, milliseconds: number): Timer {
    const timer = new Timer();
    this.at(this.#now + milliseconds / 1000, () => {
      if (!timer.isCleared) work();
    });
    return timer;
  }

  async #run(time: number): Promise<void> {
    for (let next = this.#plans.next; next !== undefined && next.at <= time; next = this.#plans.next) {
      this.#now = epochSeconds(next.at);
      this.#beginDue();
      do await turn();
      while (this.#outside > 0);
    }
    this.#now = epochSeconds(Math.max(time, this.#now));
  }

  #beginDue(): void {
    for (let next = this.#plans.next; next !== undefined && next.at <= this.#now; next = this.#plans.next) {
      this.#plans.take();
      next.work();
    }
  }
}
