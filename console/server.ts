/** The page's server: loopback only, no framework. Life cycle: `startConsole` listens, `close` ends every stream. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BadAction, parseAction } from './actions.ts';
import type { ConsoleBackend } from './backend.ts';
import { buildPage, type Page } from './build.ts';
import { refusalOf, SECURITY_HEADERS } from './guard.ts';
import { serveStream } from './stream.ts';

const HOST = '127.0.0.1';
const HEARTBEAT_MILLISECONDS = 5000;
/** The longest action has less than a hundred. */
const MOST_BODY_BYTES = 4096;
const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#2563c9"/><path d="M3 12h3V8h3V5h4" fill="none" stroke="#fff" stroke-width="2"/></svg>';

export interface ConsoleOptions {
  readonly backend: ConsoleBackend;
  /** 0 takes any free port. */
  readonly port: number;
  /** Milliseconds between two heartbeats of a stream; the page takes 15 s of silence for a lost connection. */
  readonly heartbeatMilliseconds?: number;
}

export interface ConsoleServer {
  /** Where the page is, e.g. `http://127.0.0.1:4646`. */
  readonly url: string;
  readonly port: number;
  /** Ends all streams and stops listening. */
  close(): Promise<void>;
}

/** An answer other than success; the message is for people. */
class HttpError extends Error {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' } as const;

const answer = (response: ServerResponse, contentType: string, body: string): void => {
  response.writeHead(200, { 'content-type': contentType }).end(body);
};

const readBody = async (request: IncomingMessage): Promise<string> => {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request) {
    bytes += (part as Buffer).length;
    // The rest is not worth reading: the connection ends with the answer.
    if (bytes > MOST_BODY_BYTES)
      throw new HttpError(413, `The body is longer than ${MOST_BODY_BYTES} bytes.`, { connection: 'close' });
    parts.push(part as Buffer);
  }
  return Buffer.concat(parts).toString('utf8');
};

const act = async (request: IncomingMessage, response: ServerResponse, backend: ConsoleBackend): Promise<void> => {
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? ''))
    throw new HttpError(415, 'The body of an action is application/json.');
  const action = parseAction(await readBody(request));
  try {
    await backend.act(action);
  } catch (error) {
    throw new BadAction(error instanceof Error ? error.message : String(error), { cause: error });
  }
  response.writeHead(204).end();
};

/** Where commands on this machine find the run's state. */
const local = (response: ServerResponse, backend: ConsoleBackend): void => {
  const facts = backend.local?.();
  if (facts === undefined) throw new HttpError(503, 'The run is not under way: ask again when the page shows points.');
  answer(response, JSON_TYPE['content-type'], JSON.stringify(facts));
};

type Route = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

const routesOf = (page: Page, { backend, heartbeatMilliseconds }: ConsoleOptions): ReadonlyMap<string, Route> => {
  const file =
    (contentType: string, body: string): Route =>
    (_, response) =>
      answer(response, `${contentType}; charset=utf-8`, body);
  return new Map<string, Route>([
    ['GET /', file('text/html', page.html)],
    ['GET /app.js', file('text/javascript', page.js)],
    ['GET /app.css', file('text/css', page.css)],
    ['GET /icon.svg', file('image/svg+xml', ICON)],
    ['GET /api/state', (_, response) => answer(response, JSON_TYPE['content-type'], JSON.stringify(backend.state()))],
    [
      'GET /api/stream',
      (_, response) => serveStream(response, backend, heartbeatMilliseconds ?? HEARTBEAT_MILLISECONDS),
    ],
    ['GET /api/local', (_, response) => local(response, backend)],
    ['POST /api/actions', (request, response) => act(request, response, backend)],
  ]);
};

const route = async (
  routes: ReadonlyMap<string, Route>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const refusal = refusalOf(request);
  if (refusal !== undefined) throw new HttpError(403, refusal);
  const pathname = (request.url ?? '/').split('?', 1)[0];
  const found = routes.get(`${request.method} ${pathname}`);
  if (found !== undefined) return found(request, response);
  const allow = ['GET', 'POST'].find((method) => routes.has(`${method} ${pathname}`));
  if (allow === undefined) throw new HttpError(404, 'There is nothing here.');
  throw new HttpError(405, `Only ${allow} is answered here.`, { allow });
};

const statusOf = (error: unknown): number => {
  if (error instanceof HttpError) return error.status;
  return error instanceof BadAction ? 400 : 500;
};

const answerError = (response: ServerResponse, error: unknown): void => {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const headers = error instanceof HttpError ? error.headers : {};
  const text = error instanceof Error ? error.message : String(error);
  response.writeHead(statusOf(error), { ...JSON_TYPE, ...headers }).end(JSON.stringify({ error: text }));
};

const listen = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'is in use' : `cannot be opened (${error.code ?? error.message})`;
      reject(new Error(`Port ${port} of ${HOST} ${why}: choose another one.`, { cause: error }));
    });
    server.listen(port, HOST, resolve);
  });

const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });

/**
 * Builds the page and serves it at 127.0.0.1.
 * @throws Error with one line when the port cannot be had.
 */
export const startConsole = async (options: ConsoleOptions): Promise<ConsoleServer> => {
  const routes = routesOf(buildPage(), options);
  const server = createServer((request, response) => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    route(routes, request, response).catch((error: unknown) => answerError(response, error));
  });
  await listen(server, options.port);
  const { port } = server.address() as AddressInfo;
  return { url: `http://${HOST}:${port}`, port, close: () => close(server) };
};
