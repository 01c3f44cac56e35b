/** Who is held, waits, is blocked on memory or runs, by the rules, in plain lists in order of arrival. */
export interface NaiveArrival {
  readonly id: string;
  readonly group: string;
  readonly requiredWorkers: number;
  readonly memoryBytes: number;
}

export class NaiveAdmission {
  held: NaiveArrival[] = [];
  waiting: NaiveArrival[] = [];
  blocked: NaiveArrival[] = [];
  running: NaiveArrival[] = [];
  readonly #groupLimit: number;

  constructor(groupLimit: number | null) {
    this.#groupLimit = groupLimit ?? Number.POSITIVE_INFINITY;
  }

  get reservedBytes(): number {
    return this.running.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0);
  }

  arrive(arrival: NaiveArrival): void {
    this.held.push(arrival);
  }

  ended(id: string): void {
    const isOther = (arrival: NaiveArrival): boolean => arrival.id !== id;
    this.waiting = this.waiting.filter(isOther);
    this.blocked = this.blocked.filter(isOther);
    this.running = this.running.filter(isOther);
  }

  /** Moves on whom it can. @returns those that start, in order. */
  moveOn(activeWorkers: number, memoryBytes: number): NaiveArrival[] {
    while (this.blocked[0] !== undefined && this.reservedBytes + this.blocked[0].memoryBytes <= memoryBytes) {
      this.running.push(...this.blocked.splice(0, 1));
    }
    for (const arrival of [...this.held]) if (this.#admitted(arrival.group) < this.#groupLimit) this.#admit(arrival);
    const startable = this.waiting.filter(({ requiredWorkers }) => requiredWorkers <= activeWorkers);
    this.waiting = this.waiting.filter((arrival) => !startable.includes(arrival));
    for (const arrival of startable) {
      const fits = this.blocked.length === 0 && this.reservedBytes + arrival.memoryBytes <= memoryBytes;
      if (fits || arrival.memoryBytes === 0) this.running.push(arrival);
      else this.blocked.push(arrival);
    }
    return startable;
  }

  #admitted(group: string): number {
    return [...this.waiting, ...this.blocked, ...this.running].filter((one) => one.group === group).length;
  }

  #admit(arrival: NaiveArrival): void {
    this.held = this.held.filter((other) => other !== arrival);
    this.waiting.push(arrival);
  }
}
