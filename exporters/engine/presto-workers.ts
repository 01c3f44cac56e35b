/** Asks workers how they stand, through the coordinator, and those that it does not count as active directly. */
import type { Fetching } from './fetching.ts';
import { StatusError } from './http.ts';
import { readState, STATUS } from './presto-answers.ts';
import type { WorkerBook } from './worker-book.ts';

const AT_ONCE = 8;

export interface Asking {
  readonly coordinator: string;
  readonly fetching: Fetching;
  readonly book: WorkerBook;
  /** Nodes of which the coordinator manages memory: active and draining ones. Undefined: it could not be read. */
  readonly nodesWithMemory: ReadonlySet<string> | undefined;
  /** Whether there is time for another request. */
  readonly hasTime: () => boolean;
}

/** The node cannot be reached from here: it is dead, or only the coordinator can. */
const standingUnseen = (id: string, { book, nodesWithMemory }: Asking) => {
  const served = book.standingOf(id) === 'active' || book.standingOf(id) === 'draining';
  return served && nodesWithMemory?.has(id) === true ? 'draining' : 'away';
};

/** The coordinator does not count it as active: it drains, or it only starts, or it is gone. */
const askDirectly = async (id: string, asking: Asking): Promise<void> => {
  const { book, fetching } = asking;
  const uri = book.uriOf(id);
  const state =
    uri === undefined ? undefined : await fetching.text(`${uri}/v1/info/state`).then(readState, () => undefined);
  if (state === undefined) book.note(id, standingUnseen(id, asking));
  else book.note(id, state === 'SHUTTING_DOWN' ? 'draining' : 'away');
  if (state !== 'SHUTTING_DOWN' || book.coresOf(id) !== undefined) return;
  const { cores } = await fetching.one(`${uri}/v1/status`, STATUS);
  book.note(id, 'draining', cores);
};

const ask = async (id: string, asking: Asking): Promise<void> => {
  const { book, coordinator, fetching } = asking;
  try {
    const { cores } = await fetching.one(`${coordinator}/v1/worker/${encodeURIComponent(id)}/status`, STATUS);
    book.note(id, 'active', cores);
  } catch (error) {
    if (!(error instanceof StatusError && error.status === 404)) throw error;
    await askDirectly(id, asking);
  }
};

/**
 * Asks, a few at a time, and notes the answers. Who could not be asked stays what it was.
 * @returns the errors
 */
export const askWorkers = async (ids: readonly string[], asking: Asking): Promise<readonly Error[]> => {
  const errors: Error[] = [];
  const left = [...ids];
  const work = async (): Promise<void> => {
    for (let id = left.shift(); id !== undefined; id = left.shift()) {
      if (!asking.hasTime()) {
        errors.push(new Error(`no time was left to ask ${left.length + 1} of ${ids.length} workers`));
        left.length = 0;
        return;
      }
      await ask(id, asking).catch((error: Error) => errors.push(error));
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, ids.length) }, work));
  return errors;
};
