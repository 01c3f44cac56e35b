import type { Query } from '../../workload/query.ts';
import type { ClassSample } from './sample.ts';

/** What is counted for one class; its queries point at it, so that counting needs no look-up. */
export type ClassTally = { -readonly [Field in keyof ClassSample]: ClassSample[Field] };

const classNameOf = (query: Query): string => `${query.source}|${query.user}|${query.group}`;

const newTally = (name: string): ClassTally => ({
  name,
  live: 0,
  held: 0,
  cpuSecondsUsed: 0,
  parallelismCores: 0,
  busyCores: 0,
  finishedQueries: 0,
  finishedCpuSeconds: 0,
});

/** The classes that have been met. What finishes is counted as it happens, what is live anew for each sample. */
export class QueryClasses {
  readonly #tallies = new Map<string, ClassTally>();

  tallyOf(query: Query): ClassTally {
    const name = classNameOf(query);
    const known = this.#tallies.get(name);
    if (known !== undefined) return known;
    const tally = newTally(name);
    this.#tallies.set(name, tally);
    return tally;
  }

  /** Forgets what was live in the last sample; adding up anew lets no rounding gather over a day. */
  clearLive(): void {
    for (const tally of this.#tallies.values()) {
      tally.live = 0;
      tally.held = 0;
      tally.cpuSecondsUsed = 0;
      tally.parallelismCores = 0;
      tally.busyCores = 0;
    }
  }

  snapshot(): ClassSample[] {
    return Array.from(this.#tallies.values(), (tally) => ({ ...tally }));
  }
}
