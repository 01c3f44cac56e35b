/**
 * A Prometheus server on 127.0.0.1: what a test scrapes for it, it answers at `/api/v1/query`. Series that a scrape no
 * longer has are stale at once, those of a server that scrapes no more after five minutes, as in Prometheus.
 */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import parsePrometheusTextFormat from 'parse-prometheus-text-format';
import { evaluate, PromqlError, type SeriesStore, type VectorElement } from './promql.ts';

const LOOKBACK_SECONDS = 300;

type Labels = Readonly<Record<string, string>>;

interface StoredSeries {
  readonly labels: Labels;
  readonly target: string;
  /** Undefined: the series is stale. */
  value: number | undefined;
  at: number;
}

export type PrometheusFault =
  /** Nothing ever comes. */
  | 'hang'
  /** The answer stops in the middle. */
  | 'truncated'
  | 'html'
  /** Another address is named, which would answer. */
  | 'redirect'
  /** A part of the stores did not answer. */
  | 'warnings'
  | 'matrix'
  | { readonly status: number; readonly body?: string }
  /** Every value is this text. */
  | { readonly value: string }
  /** So many bytes that nobody should read them. */
  | { readonly bytes: number };

export interface ReceivedQuery {
  readonly query: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface PrometheusServer {
  readonly url: string;
  readonly received: readonly ReceivedQuery[];
  /** Keeps what an exporter shows, with the labels of its target. */
  scrape(text: string, target?: Labels): void;
  /** The target did not answer: all its series are stale from now on. */
  scrapeFailed(target?: Labels): void;
  break(fault: PrometheusFault | undefined): void;
  close(): Promise<void>;
}

export interface PrometheusServerOptions {
  /** Of the server; seconds since 1970. */
  readonly now: () => number;
  /** Who may ask; default: anybody. Else a status to refuse with, and what to say. */
  readonly refuses?: (received: ReceivedQuery, method: string) => { status: number; body: string } | undefined;
}

const DEFAULT_TARGET: Labels = { instance: '10.0.0.7:9495', job: 'prestoscale' };

class Store {
  readonly #series = new Map<string, StoredSeries>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  scrape(text: string, target: Labels): void {
    const seen = new Set<string>();
    for (const { name, metrics } of parsePrometheusTextFormat(text)) {
      for (const { labels, value } of metrics) {
        const all = { __name__: name, ...labels, ...target };
        const key = JSON.stringify(all);
        seen.add(key);
        this.#series.set(key, { labels: all, target: JSON.stringify(target), value: Number(value), at: this.#now() });
      }
    }
    this.#outdate(target, seen);
  }

  scrapeFailed(target: Labels): void {
    this.#outdate(target, new Set());
  }

  #outdate(target: Labels, seen: ReadonlySet<string>): void {
    for (const [key, series] of this.#series) {
      if (series.target === JSON.stringify(target) && !seen.has(key)) series.value = undefined;
    }
  }

  /** As of now. */
  view(): SeriesStore {
    const now = this.#now();
    const isLive = ({ value, at }: StoredSeries): boolean => value !== undefined && now - at < LOOKBACK_SECONDS;
    return {
      now,
      select: (matches) =>
        [...this.#series.values()]
          .filter((series) => isLive(series) && matches(series.labels))
          .map(({ labels, value, at }) => ({ labels, value: value as number, at }))
          // In a real one the order is that of its index: nobody may rely on it.
          .toReversed(),
    };
  }
}

const shown = (value: number): string =>
  Number.isFinite(value) ? String(value) : Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';

const vectorAnswer = (elements: readonly VectorElement[], now: number, fault: PrometheusFault | undefined) => ({
  status: 'success',
  data: {
    resultType: fault === 'matrix' ? 'matrix' : 'vector',
    result: elements.map(({ labels, value }) => ({
      metric: labels,
      value: [now, typeof fault === 'object' && 'value' in fault ? fault.value : shown(value)],
    })),
  },
  ...(fault === 'warnings' ? { warnings: ['remote storage at 10.0.0.3 did not answer'] } : {}),
});

const textOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
};

const send = (response: ServerResponse, status: number, body: string, type = 'application/json'): void => {
  response.writeHead(status, { 'content-type': type }).end(body);
};

const answerOf = (query: string, store: SeriesStore, fault: PrometheusFault | undefined): [number, string] => {
  try {
    return [200, JSON.stringify(vectorAnswer(evaluate(query, store), store.now, fault))];
  } catch (error) {
    if (!(error instanceof PromqlError)) throw error;
    const { kind: errorType, message } = error;
    return [errorType === 'bad_data' ? 400 : 422, JSON.stringify({ status: 'error', errorType, error: message })];
  }
};

/** Whether the fault is the whole answer. */
const spoil = (fault: PrometheusFault | undefined, response: ServerResponse, answer: string): boolean => {
  if (fault === 'html') send(response, 200, '<html>\n<body>Sign in</body></html>', 'text/html');
  else if (fault === 'redirect') response.writeHead(302, { location: '/elsewhere/api/v1/query' }).end();
  else if (fault === 'truncated') {
    response.writeHead(200, { 'content-length': String(Buffer.byteLength(answer)) });
    response.write(answer.slice(0, answer.length / 2), () => response.destroy());
  } else if (typeof fault === 'object' && 'status' in fault)
    send(response, fault.status, fault.body ?? '<html></html>');
  else if (typeof fault === 'object' && 'bytes' in fault) send(response, 200, `"${'x'.repeat(fault.bytes)}"`);
  else return fault === 'hang';
  return true;
};

export const startPrometheusServer = async ({
  now,
  refuses = () => undefined,
}: PrometheusServerOptions): Promise<PrometheusServer> => {
  const store = new Store(now);
  const received: ReceivedQuery[] = [];
  let fault: PrometheusFault | undefined;
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await textOf(request);
    const { url = '/', headers, method = 'GET' } = request;
    const query = new URLSearchParams(body).get('query') ?? '';
    const asked = { query, url, headers, body };
    received.push(asked);
    const refusal = refuses(asked, method);
    if (refusal !== undefined) return send(response, refusal.status, refusal.body);
    if (!url.endsWith('/api/v1/query') || method !== 'POST')
      return send(response, 404, '404 page not found', 'text/plain');
    const [status, answer] = answerOf(query, store.view(), fault);
    if (!spoil(fault, response, answer)) send(response, status, answer);
  };
  const server = createServer((request, response) => {
    serve(request, response).catch((error: Error) => response.writeHead(500).end(error.message));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    scrape: (text, target = DEFAULT_TARGET) => store.scrape(text, target),
    scrapeFailed: (target = DEFAULT_TARGET) => store.scrapeFailed(target),
    break: (given) => {
      fault = given;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
