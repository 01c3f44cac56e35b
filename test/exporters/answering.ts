/** A server that gives prepared answers, for readers of real ones. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A body for status 200, another status, or no answer at all. */
export type Answer = string | number | 'hang';

export interface AnsweringServer {
  readonly url: string;
  /** Paths with queries, in the order in which they were asked for. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

export interface AskedRequest {
  /** Path with its query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

/** @param answer by path without query; undefined: 404 with a page of HTML, as Jetty does */
export const startAnswering = async (
  answer: (path: string, request: AskedRequest) => Answer | undefined,
): Promise<AnsweringServer> => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const url = request.url ?? '/';
    asked.push(url);
    const given = answer(decodeURIComponent(url.replace(/\?.*$/, '')), { url, headers: request.headers });
    if (given === 'hang') return;
    if (typeof given === 'string') {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(given);
      return;
    }
    response.writeHead(given ?? 404, { 'content-type': 'text/html' });
    response.end('<html>Error</html>');
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
