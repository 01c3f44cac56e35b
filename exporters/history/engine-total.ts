/**
 * How many queries have ended since the engine started, by its own count (failed ones included): PrestoDB's from one JMX
 * attribute, Trino's from its `/metrics` (since 407). An engine that tells neither has none.
 */
import { type GetLimits, getText, StatusError } from '../engine/http.ts';
import { readAttribute } from '../engine/presto-answers.ts';
import { NonsenseError, quantity } from '../engine/untrusted.ts';

type Way = (coordinator: string, limits: GetLimits) => Promise<number>;

const ATTRIBUTE = 'CompletedQueries.TotalCount';
const PRESTO = `/v1/jmx/mbean/com.facebook.presto.dispatcher:name=DispatchManager/${ATTRIBUTE}`;
const COUNTER = 'trino_execution_name_QueryManager_CompletedQueries';

const askPresto: Way = async (coordinator, limits) =>
  readAttribute(await getText(coordinator + PRESTO, limits), ATTRIBUTE);

const askTrino: Way = async (coordinator, limits) => {
  const text = await getText(`${coordinator}/metrics?name[]=${COUNTER}`, limits);
  // Node annotations may stand behind the name as labels.
  const [, value] = new RegExp(`^${COUNTER}(?:\\{.*\\})? (\\S+)`, 'm').exec(text) ?? [];
  if (value === undefined) throw new NonsenseError(`/metrics has no ${COUNTER}`);
  return quantity(Number(value), COUNTER);
};

export class EngineTotal {
  readonly #coordinator: string;
  readonly #limits: GetLimits;
  /** The one that worked last. */
  #way: Way | undefined;

  constructor(coordinator: string, limits: GetLimits) {
    this.#coordinator = coordinator;
    this.#limits = limits;
  }

  /** Undefined: the engine does not say, or not now. */
  async read(): Promise<number | undefined> {
    for (const way of this.#way === undefined ? [askPresto, askTrino] : [this.#way]) {
      this.#way = undefined;
      try {
        const total = await way(this.#coordinator, this.#limits);
        this.#way = way;
        return total;
      } catch (error) {
        // The other engine's address; anything else says nothing of which engine it is.
        if (!(error instanceof StatusError || error instanceof NonsenseError)) return undefined;
      }
    }
    return undefined;
  }
}
