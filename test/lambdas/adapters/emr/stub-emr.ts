/** A server that answers what a test tells it to, and keeps what it was asked. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface StubAnswer {
  readonly status?: number;
  readonly contentType?: string;
  /** An object is sent as JSON. */
  readonly body?: unknown;
  /** `hang`: never answers; `drop`: ends the connection; `dribble`: sends headers and never the body. */
  readonly instead?: 'hang' | 'drop' | 'dribble';
}

export interface StubRequest {
  readonly headers: IncomingHttpHeaders;
  readonly operation: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface StubEmr {
  readonly url: string;
  readonly requests: readonly StubRequest[];
  close(): Promise<void>;
}

const textOf = (body: unknown): string =>
  body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);

/** @param answer called for each request, counted from 0 */
export const stubEmr = async (answer: (request: StubRequest, index: number) => StubAnswer): Promise<StubEmr> => {
  const requests: StubRequest[] = [];
  const server = createServer((incoming, outgoing) => {
    let text = '';
    incoming.setEncoding('utf8');
    incoming.on('data', (chunk: string) => {
      text += chunk;
    });
    incoming.on('end', () => {
      const operation = String(incoming.headers['x-amz-target']).replace('ElasticMapReduce.', '');
      const request = { headers: incoming.headers, operation, body: JSON.parse(text) as StubRequest['body'] };
      requests.push(request);
      const {
        status = 200,
        contentType = 'application/x-amz-json-1.1',
        body,
        instead,
      } = answer(request, requests.length - 1);
      if (instead === 'hang') return;
      if (instead === 'drop') {
        incoming.socket.destroy();
        return;
      }
      outgoing.writeHead(status, { 'content-type': contentType });
      if (instead === 'dribble') outgoing.write('{');
      else outgoing.end(textOf(body));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
