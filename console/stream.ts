/** GET /api/stream: the state, then everything new, as server-sent events. */
import type { ServerResponse } from 'node:http';
import type { ConsoleBackend } from './backend.ts';
import type { ConsoleUpdate } from './protocol.ts';

/** What a browser does after a lost connection. */
const RETRY_MILLISECONDS = 1000;
/** A reader that is further behind gets the state anew, which is bounded. */
const MOST_PENDING = 2000;

const message = (event: 'state' | 'update' | 'heartbeat', data: unknown): string =>
  `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

const merged = (first: ConsoleUpdate, next: ConsoleUpdate): ConsoleUpdate => ({
  ...first,
  ...next,
  points: [...first.points, ...next.points],
  decisions: [...first.decisions, ...next.decisions],
  events: [...first.events, ...next.events],
  story: [...first.story, ...next.story],
});

const sizeOf = ({ points, decisions, events, story }: ConsoleUpdate): number =>
  points.length + decisions.length + events.length + story.length;

/** One reader. What it is too slow for waits as one update. */
class Reader {
  readonly #response: ServerResponse;
  readonly #backend: ConsoleBackend;
  #blocked = false;
  #pending: ConsoleUpdate | 'state' | undefined;

  constructor(response: ServerResponse, backend: ConsoleBackend) {
    this.#response = response;
    this.#backend = backend;
    response.on('drain', () => this.#flush());
  }

  sendState(): void {
    this.#write(message('state', this.#backend.state()));
  }

  send(update: ConsoleUpdate): void {
    if (!this.#blocked) this.#write(message('update', update));
    else if (this.#pending === undefined) this.#pending = update;
    else if (this.#pending !== 'state') this.#queue(merged(this.#pending, update));
  }

  beat(): void {
    if (!this.#blocked) this.#write(message('heartbeat', {}));
  }

  #queue(update: ConsoleUpdate): void {
    this.#pending = sizeOf(update) > MOST_PENDING ? 'state' : update;
  }

  #flush(): void {
    const pending = this.#pending;
    this.#blocked = false;
    this.#pending = undefined;
    if (pending === 'state') this.sendState();
    else if (pending !== undefined) this.send(pending);
  }

  #write(text: string): void {
    this.#blocked = !this.#response.write(text);
  }
}

/** Serves one reader until it goes or the response is ended. */
export const serveStream = (response: ServerResponse, backend: ConsoleBackend, heartbeatMilliseconds: number): void => {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
  response.write(`retry: ${RETRY_MILLISECONDS}\n\n`);
  const reader = new Reader(response, backend);
  reader.sendState();
  const unsubscribe = backend.subscribe((update) => reader.send(update));
  const heartbeat = setInterval(() => reader.beat(), heartbeatMilliseconds);
  response.on('close', () => {
    clearInterval(heartbeat);
    unsubscribe();
  });
};
