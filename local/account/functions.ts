/** A Lambda function in virtual time: processes that are started when all others are busy, and what they are charged for. */
import type { Lags } from './lags.ts';
import type { Timeline } from './timeline.ts';

/** What a function has used. */
export interface FunctionUse {
  invocations: number;
  /** Those that threw. */
  failures: number;
  /** Whole milliseconds of all invocations, starts of processes included. */
  billedMilliseconds: number;
  /** Processes that were started: as many ran at once. */
  processes: number;
}

export class SimulatedFunction<Wiring> {
  readonly use: FunctionUse = { invocations: 0, failures: 0, billedMilliseconds: 0, processes: 0 };
  readonly #timeline: Timeline;
  readonly #lags: Lags;
  readonly #start: () => Wiring;
  readonly #onFailure: (error: Error) => void;
  readonly #idle: Wiring[] = [];

  /**
   * @param start wires a new process: what one remembers, another does not
   * @param onFailure told of every invocation that threw
   */
  constructor(timeline: Timeline, lags: Lags, start: () => Wiring, onFailure: (error: Error) => void) {
    this.#timeline = timeline;
    this.#lags = lags;
    this.#start = start;
    this.#onFailure = onFailure;
  }

  /** Runs a handler in a process that is free. Never throws. */
  async invoke(handle: (wiring: Wiring) => Promise<void>): Promise<void> {
    const began = this.#timeline.now();
    this.use.invocations += 1;
    const wiring = this.#idle.pop() ?? (await this.#newProcess());
    await this.#timeline.wait(this.#lags.compute);
    try {
      await handle(wiring);
    } catch (error) {
      this.use.failures += 1;
      this.#onFailure(error as Error);
    }
    this.use.billedMilliseconds += Math.ceil((this.#timeline.now() - began) * 1000 - 1e-3);
    this.#idle.push(wiring);
  }

  async #newProcess(): Promise<Wiring> {
    this.use.processes += 1;
    await this.#timeline.wait(this.#lags.coldStart);
    return this.#start();
  }
}
