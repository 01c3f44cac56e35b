/**
 * The tick queue in SQS and the pollers of Lambda that empty it, in virtual time: one message an invocation, at most so
 * many at once, five at the begin of a burst and 300 more a minute (Lambda Developer Guide, "Configuring scaling behavior
 * for SQS event source mappings"). How long Lambda keeps more pollers than five after a burst is not documented, so here it
 * keeps none: each burst begins with five. A standard queue keeps no order, and this one gives what is due in an order
 * of chance.
 */
import type { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { uniform } from '../../simulator/random.ts';
import type { Lags } from './lags.ts';
import type { Timeline } from './timeline.ts';

/** Life of a message, as `lib/constructs/tick-queue.ts` sets it. */
const RETENTION_SECONDS = 180;

const FIRST_POLLERS = 5;
const POLLERS_A_SECOND = 5;

/** What a queue has used. */
export interface QueueUse {
  /** Calls to send by whom they came from. */
  readonly sendCalls: Record<string, number>;
  messages: number;
  /** Messages handed to the function. */
  delivered: number;
  /** Messages whose time ran out before anybody took them. */
  expired: number;
  /** Longest time from when a message was due to when it was taken, seconds. */
  longestWait: number;
}

interface Message {
  readonly body: string;
  readonly sentAt: number;
  readonly dueAt: number;
  readonly lot: number;
}

export interface TickQueueOptions {
  readonly lags: Lags;
  readonly mostAtOnce: number;
  readonly seed: number;
  /** Handles one message; never throws. */
  readonly deliver: (body: string) => Promise<void>;
}

export class SimulatedTickQueue {
  readonly use: QueueUse = { sendCalls: {}, messages: 0, delivered: 0, expired: 0, longestWait: 0 };
  readonly #timeline: Timeline;
  readonly #options: TickQueueOptions;
  #ready: Message[] = [];
  #running = 0;
  #asksAgain = false;
  #burstBegan: number | undefined;

  constructor(timeline: Timeline, options: TickQueueOptions) {
    this.#timeline = timeline;
    this.#options = options;
  }

  /** A client of the SDK for one who sends. */
  clientFor(sender: string): SQSClient {
    const send = async ({ input }: SendMessageBatchCommand) => {
      await this.#timeline.wait(this.#options.lags.queue);
      this.use.sendCalls[sender] = (this.use.sendCalls[sender] ?? 0) + 1;
      const entries = input.Entries ?? [];
      for (const { MessageBody = '', DelaySeconds = 0 } of entries) this.#accept(MessageBody, DelaySeconds);
      return { Successful: entries.map(({ Id }) => ({ Id })) };
    };
    return { send } as unknown as SQSClient;
  }

  #accept(body: string, delaySeconds: number): void {
    this.use.messages += 1;
    const sentAt = this.#timeline.now();
    const lot = uniform(this.#options.seed, `message/${this.use.messages}`, 'place');
    const dueAt = sentAt + delaySeconds;
    this.#timeline.at(dueAt + this.#options.lags.delivery, () => {
      this.#ready.push({ body, sentAt, dueAt, lot });
      // All that is due at one moment comes into its order before any of it is taken.
      this.#timeline.at(this.#timeline.now(), () => this.#pump());
    });
  }

  #mayRun(): number {
    this.#burstBegan ??= this.#timeline.now();
    const passed = this.#timeline.now() - this.#burstBegan;
    return Math.min(this.#options.mostAtOnce, FIRST_POLLERS + Math.floor(POLLERS_A_SECOND * passed + 1e-9));
  }

  #pump(): void {
    if (this.#ready.length === 0 && this.#running === 0) this.#burstBegan = undefined;
    if (this.#ready.length === 0) return;
    this.#ready.sort((first, second) => first.dueAt - second.dueAt || first.lot - second.lot);
    while (this.#ready.length > 0 && this.#running < this.#mayRun()) this.#take(this.#ready.shift() as Message);
    if (this.#ready.length > 0 && this.#running < this.#options.mostAtOnce) this.#askAgain();
  }

  /** More pollers come while something waits. */
  #askAgain(): void {
    if (this.#asksAgain) return;
    this.#asksAgain = true;
    this.#timeline.at(this.#timeline.now() + 1 / POLLERS_A_SECOND, () => {
      this.#asksAgain = false;
      this.#pump();
    });
  }

  #take({ body, sentAt, dueAt }: Message): void {
    const now = this.#timeline.now();
    if (now - sentAt >= RETENTION_SECONDS) {
      this.use.expired += 1;
      return;
    }
    this.use.delivered += 1;
    this.use.longestWait = Math.max(this.use.longestWait, now - dueAt);
    this.#running += 1;
    void this.#options.deliver(body).then(() => {
      this.#running -= 1;
      this.#pump();
    });
  }
}
