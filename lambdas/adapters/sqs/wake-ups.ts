/**
 * The tick queue in SQS: a standard queue, one message a wake-up, held back by its delay until its slot.
 *
 * Needs the permission `sqs:SendMessage` on the queue (batches have no action of their own: Service Authorization
 * Reference, Amazon SQS), and nothing else.
 */
import { SendMessageBatchCommand, type SendMessageBatchRequestEntry, type SQSClient } from '@aws-sdk/client-sqs';
import type { Clock } from '../../ports/clock.ts';
import type { WakeUp, WakeUps } from '../../ports/wakeups.ts';
import { awsErrorLine, plainCause } from '../aws-errors.ts';
import { within } from '../emr/deadline.ts';

/** SQS takes at most so many messages in one call, and delays one for at most so long (API reference, SendMessage). */
const BATCH = 10;
const MOST_DELAY_SECONDS = 900;
/** A message that SQS refused for reasons of its own is sent once more. */
const MOST_TRIES = 2;
/** Calls under way at once: a minute of 200 clusters is 80 calls. */
const AT_ONCE = 8;
const CALL_MILLISECONDS = 3000;
const MOST_NAMED = 5;

export interface WakeUpsSettings {
  /** Address of the queue, e.g. `https://sqs.eu-central-1.amazonaws.com/123456789012/ticks`. */
  readonly queueUrl: string;
  readonly clock: Clock;
  /** Longest time of one call with its attempts and waits. Default 3,000. */
  readonly callMilliseconds?: number;
}

/** A wake-up that was not sent, and why. */
interface Lost {
  readonly wakeUp: WakeUp;
  readonly why: string;
  /** The call failed, not the message. */
  readonly cause?: Error;
}

/** One entry that SQS refused; the request is wrong, or SQS itself could not. */
interface Refused extends Lost {
  readonly ourFault: boolean;
}

const batchesOf = (wakeUps: readonly WakeUp[]): WakeUp[][] =>
  Array.from({ length: Math.ceil(wakeUps.length / BATCH) }, (_, index) =>
    wakeUps.slice(index * BATCH, (index + 1) * BATCH),
  );

/** In the form that the handler of a tick reads. */
const bodyOf = ({ cluster, slot, marker }: WakeUp): string =>
  JSON.stringify({ cluster, slot, ...(marker === undefined ? {} : { marker }) });

/** Never before its slot; at once when that has passed. */
const delayOf = ({ slot }: WakeUp, now: number): number => Math.max(0, Math.ceil(slot - now));

/** Runs work on all values, a few at a time, in order. */
const spread = async <Value>(values: readonly Value[], work: (value: Value) => Promise<void>): Promise<void> => {
  const left = values.values();
  const workers = Array.from({ length: Math.min(AT_ONCE, values.length) }, async () => {
    for (const value of left) await work(value);
  });
  await Promise.all(workers);
};

/** The queue's name, which is no secret, without the account. */
const nameOf = (queueUrl: string): string => queueUrl.replace(/^.*\//, '');

const errorOf = (queueUrl: string, lost: readonly Lost[], asked: number): Error => {
  const clusters = [...new Set(lost.map(({ wakeUp }) => wakeUp.cluster))];
  const named = clusters.slice(0, MOST_NAMED).join(', ');
  const more = clusters.length > MOST_NAMED ? ` and ${clusters.length - MOST_NAMED} more` : '';
  const reasons = [...new Set(lost.map(({ why }) => why))].slice(0, MOST_NAMED).join('; ');
  const cause = lost.find((one) => one.cause !== undefined)?.cause;
  const text = `${lost.length} of ${asked} wake-ups were not sent to queue ${nameOf(queueUrl)} (clusters ${named}${more}): ${reasons}`;
  return new Error(text, cause === undefined ? {} : { cause });
};

/** {@link WakeUps} over one SQS queue. */
export class SqsWakeUps implements WakeUps {
  readonly #client: SQSClient;
  readonly #settings: WakeUpsSettings;

  constructor(client: SQSClient, settings: WakeUpsSettings) {
    this.#client = client;
    this.#settings = settings;
  }

  /**
   * One call for ten wake-ups. What can be sent is sent, whatever becomes of the rest.
   * @throws RangeError before anything is sent for a slot further ahead than SQS can hold a message
   * @throws Error that names the clusters whose wake-ups were not sent, and why
   */
  async send(wakeUps: readonly WakeUp[]): Promise<void> {
    const { queueUrl, clock } = this.#settings;
    const now = clock.now();
    const far = wakeUps.find((wakeUp) => delayOf(wakeUp, now) > MOST_DELAY_SECONDS);
    if (far !== undefined) {
      throw new RangeError(
        `the slot ${far.slot} of cluster ${far.cluster} is ${delayOf(far, now)} s ahead, expected at most ${MOST_DELAY_SECONDS}; nothing was sent`,
      );
    }
    const lost: Lost[] = [];
    await spread(batchesOf(wakeUps), async (batch) => void lost.push(...(await this.#sendBatch(batch))));
    if (lost.length > 0) throw errorOf(queueUrl, lost, wakeUps.length);
  }

  /** @returns what was not sent */
  async #sendBatch(batch: readonly WakeUp[]): Promise<readonly Lost[]> {
    const final: Lost[] = [];
    let left = batch;
    let refused: readonly Refused[] = [];
    for (let tries = 0; tries < MOST_TRIES && left.length > 0; tries += 1) {
      try {
        refused = await this.#call(left);
      } catch (error) {
        const cause = plainCause(error);
        return [...final, ...left.map((wakeUp) => ({ wakeUp, why: awsErrorLine(error), cause }))];
      }
      final.push(...refused.filter(({ ourFault }) => ourFault));
      refused = refused.filter(({ ourFault }) => !ourFault);
      left = refused.map(({ wakeUp }) => wakeUp);
    }
    return [...final, ...refused];
  }

  async #call(batch: readonly WakeUp[]): Promise<readonly Refused[]> {
    const { queueUrl, clock, callMilliseconds = CALL_MILLISECONDS } = this.#settings;
    const now = clock.now();
    const entries = batch.map(
      (wakeUp, index): SendMessageBatchRequestEntry => ({
        Id: String(index),
        MessageBody: bodyOf(wakeUp),
        DelaySeconds: delayOf(wakeUp, now),
      }),
    );
    const command = new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries });
    const answer = await within(callMilliseconds, (abortSignal) => this.#client.send(command, { abortSignal }));
    const taken = new Set(answer.Successful?.map(({ Id }) => Id));
    const failed = new Map(answer.Failed?.map((entry) => [entry.Id, entry]));
    return batch.flatMap((wakeUp, index): Refused[] => {
      const id = String(index);
      if (taken.has(id)) return [];
      const { Code = 'Unanswered', Message = 'SQS did not say what became of it', SenderFault } = failed.get(id) ?? {};
      return [{ wakeUp, why: `${Code}: ${Message}`, ourFault: SenderFault === true }];
    });
  }
}
