/** How a reading gets its answers: small ones as texts, large ones as what is picked of them while they come. */
import { type EngineAccess, OPEN_ACCESS } from './access.ts';
import { type GetLimits, getSlices, getText } from './http.ts';
import { PickedAnswer, type Picking } from './picking.ts';

export interface FetchOptions {
  /** Of one request. Default 3,000. */
  readonly timeoutMilliseconds?: number | undefined;
  /** Of one answer; default 256 MiB, of which nothing is kept. Of one that is read as a text at most 4 MiB. */
  readonly maximumBytes?: number | undefined;
  /** Default: open. */
  readonly access?: EngineAccess | undefined;
  /** Says more of an error, where more can be said. */
  readonly explain?: (error: Error) => Error;
}

const DEFAULT_TIMEOUT_MILLISECONDS = 3_000;
const DEFAULT_MAXIMUM_BYTES = 256 * 1024 ** 2;
/** The nodes of a large cluster have 1 MB. */
const MOST_TEXT_BYTES = 4 * 1024 ** 2;

export class Fetching {
  readonly timeoutMilliseconds: number;
  readonly #limits: GetLimits;
  readonly #textLimits: GetLimits;
  readonly #explain: (error: Error) => Error;

  constructor(options: FetchOptions) {
    const { timeoutMilliseconds = DEFAULT_TIMEOUT_MILLISECONDS, maximumBytes = DEFAULT_MAXIMUM_BYTES } = options;
    const { access = OPEN_ACCESS, explain = (error) => error } = options;
    this.timeoutMilliseconds = timeoutMilliseconds;
    this.#limits = { timeoutMilliseconds, maximumBytes, access };
    this.#textLimits = { ...this.#limits, maximumBytes: Math.min(maximumBytes, MOST_TEXT_BYTES) };
    this.#explain = explain;
  }

  /** The body at an address. @throws as `getText` */
  text(url: string): Promise<string> {
    return this.#explained(() => getText(url, this.#textLimits));
  }

  /**
   * What is made of each element of the answer at an address, in their order.
   * @throws as `getSlices`; {NonsenseError} for what is no such answer
   */
  all<Item>(url: string, picking: Picking<Item>): Promise<readonly Item[]> {
    return this.#explained(async () => {
      const answer = new PickedAnswer(picking);
      await getSlices(url, this.#limits, (slice) => answer.push(slice));
      return answer.end();
    });
  }

  /** The same of an answer of form `one`, of which something is made always. */
  async one<Item>(url: string, picking: Picking<Item>): Promise<Item> {
    const [item] = await this.all(url, picking);
    return item as Item;
  }

  /** Whether there is time for another request, from now on. */
  timer(): () => boolean {
    const began = performance.now();
    return () => performance.now() - began < this.timeoutMilliseconds;
  }

  async #explained<Value>(work: () => Promise<Value>): Promise<Value> {
    try {
      return await work();
    } catch (error) {
      throw this.#explain(error as Error);
    }
  }
}
