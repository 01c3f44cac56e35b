/**
 * Puts samples into the table and wakes the loop when demand appears, instead of leaving it for the next slot. What
 * matters is in the table before anybody is woken; a lost wake-up costs only the time until the next slot.
 */
import type { WorkloadSample } from '../lambdas/core/model.ts';
import type { PushCounts } from './exporter-metrics.ts';

/** Both must end by themselves within seconds: the next collection waits for them. */
export interface PushTargets {
  /** Writes the newest sample of this cluster. */
  putSample(sample: WorkloadSample): Promise<void>;
  /** Asks for a tick of this cluster now. */
  wake(): Promise<void>;
}

/** Demand at which somebody may have to act. */
interface Pressure {
  /** Queries that wait for capacity or for workers. */
  readonly waiting: number;
  /** Cores that live queries could use, over those that are ready. */
  readonly crowding: number;
}

const pressureOf = (sample: WorkloadSample): Pressure => {
  const useful = (sample.classes ?? []).reduce((sum, { parallelismCores }) => sum + (parallelismCores ?? 0), 0);
  const ready = sample.readyCores;
  return {
    waiting: (sample.queuedQueries ?? 0) + (sample.waitingForWorkersQueries ?? 0),
    crowding: ready === undefined ? 0 : useful / Math.max(1, ready),
  };
};

/**
 * A queue appears, or workers are waited for. Without limits on groups a busy PrestoDB has no queue, its queries share
 * the cores: so also when live queries begin to have use for more cores than are ready, or for twice as many as before.
 */
const demandAppears = (before: Pressure, now: Pressure): boolean =>
  (now.waiting > 0 && before.waiting === 0) ||
  (now.crowding > 1 && (before.crowding <= 1 || now.crowding >= 2 * before.crowding));

export class Push {
  readonly #targets: PushTargets;
  readonly #onFault: (error: Error) => void;
  #told: Pressure = { waiting: 0, crowding: 0 };
  #pushes = 0;
  #errors = 0;
  #wakes = 0;

  /** @param onFault told of what could not be delivered; the next sample is another try */
  constructor(targets: PushTargets, onFault: (error: Error) => void = () => {}) {
    this.#targets = targets;
    this.#onFault = onFault;
  }

  get counts(): PushCounts {
    return { pushes: this.#pushes, errors: this.#errors, wakes: this.#wakes };
  }

  /** Never throws: what could not be delivered is counted and told. */
  async push(sample: WorkloadSample): Promise<void> {
    try {
      await this.#targets.putSample(sample);
      this.#pushes += 1;
      await this.#wakeIfNeeded(pressureOf(sample));
    } catch (error) {
      this.#errors += 1;
      this.#onFault(error as Error);
    }
  }

  async #wakeIfNeeded(now: Pressure): Promise<void> {
    const appears = demandAppears(this.#told, now);
    if (appears) {
      await this.#targets.wake();
      this.#wakes += 1;
    }
    this.#told = now;
  }
}
