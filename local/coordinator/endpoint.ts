/** A PrestoDB coordinator's REST interface over HTTP, on 127.0.0.1 only, over whatever engine is behind it. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  clusterBody,
  dispatcherAttributes,
  infoBody,
  queryStateBody,
  servicesBody,
  statusBody,
  workerMemoryBody,
  workerPath,
} from './answers.ts';
import type { CoordinatorBackend } from './backend.ts';
import { type AnswerFault, faultyBody } from './faults.ts';

export interface CoordinatorEndpointOptions {
  /** 0, the default: any that is free. */
  readonly port?: number;
}

export interface CoordinatorEndpoint {
  /** Such as `http://127.0.0.1:8889`. */
  readonly url: string;
  /** Requests answered so far. */
  readonly requests: number;
  /**
   * From now on answers are wrong; undefined: they are right again.
   * @param path only those to paths that begin so; default: all
   */
  setFault(fault: AnswerFault | undefined, path?: string): void;
  /** From now on connections are refused. */
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
const DISPATCHER = '/v1/jmx/mbean/com.facebook.presto.dispatcher:name=DispatchManager/';

type Route = (url: URL) => unknown;

const exactRoutes = (backend: CoordinatorBackend, origin: () => string): Readonly<Record<string, Route>> => ({
  '/v1/info': () => infoBody(backend),
  '/v1/info/state': () => 'ACTIVE',
  '/v1/cluster': () => clusterBody(backend),
  '/v1/cluster/workerMemory': () => workerMemoryBody(backend),
  '/v1/queryState': (url) => queryStateBody(backend, url.searchParams.get('includeAllQueryProgressStats') === 'true'),
  '/v1/service/presto': () => servicesBody(backend, origin()),
  '/v1/status': () => statusBody(backend, undefined),
});

/** What a worker says of itself. */
const workerAnswer = (backend: CoordinatorBackend, path: string): unknown => {
  const worker = backend.workers().find(({ id }) => path.startsWith(`${workerPath(id)}/`));
  if (worker === undefined) return undefined;
  if (path.endsWith('/v1/info/state')) return worker.draining ? 'SHUTTING_DOWN' : 'ACTIVE';
  return path.endsWith('/v1/status') ? statusBody(backend, worker) : undefined;
};

/** The coordinator passes on what active workers say of themselves, and knows no others. */
const proxiedStatus = (backend: CoordinatorBackend, path: string): unknown => {
  const id = /^\/v1\/worker\/([^/]+)\/status$/.exec(path)?.[1];
  if (id === undefined) return undefined;
  const worker = backend.workers().find((one) => one.id === decodeURIComponent(id) && !one.draining);
  return worker && statusBody(backend, worker);
};

const answerTo = (backend: CoordinatorBackend, origin: () => string, url: URL): unknown => {
  const path = url.pathname;
  const exact = exactRoutes(backend, origin)[path];
  if (exact !== undefined) return exact(url);
  if (path.startsWith(DISPATCHER)) return dispatcherAttributes(backend)[path.slice(DISPATCHER.length)];
  return proxiedStatus(backend, path) ?? workerAnswer(backend, path);
};

const send = (response: ServerResponse, status: number, type: string, body: string): void => {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
  response.end(body);
};

/**
 * Starts to listen on 127.0.0.1. A query's text is in no answer, as if it had been asked for with a limit of 0.
 * @throws Error of `node:net`, with code EADDRINUSE for a port in use
 */
export const startCoordinatorEndpoint = async (
  backend: CoordinatorBackend,
  { port = 0 }: CoordinatorEndpointOptions = {},
): Promise<CoordinatorEndpoint> => {
  const faults = new Map<string, AnswerFault>();
  let requests = 0;
  let origin = '';
  const respond = async (url: URL, response: ServerResponse): Promise<void> => {
    const fault = [...faults].find(([path]) => url.pathname.startsWith(path))?.[1];
    if (fault?.kind === 'slow') await sleep(fault.milliseconds, undefined, { ref: false });
    const body = answerTo(backend, () => origin, url);
    requests += 1;
    if (fault?.kind === 'status') send(response, fault.status, 'text/plain', '');
    else if (body === undefined)
      send(response, 404, 'text/html;charset=iso-8859-1', '<html>Error 404 Not Found</html>');
    else send(response, 200, 'application/json', faultyBody(body, fault));
  };
  const server = createServer((request, response) => {
    respond(new URL(request.url ?? '/', 'http://local'), response).catch((error: Error) =>
      send(response, 500, 'text/plain', error.message),
    );
  });
  // A connection that is closed for idling, just when a busy client uses it again, would look like a fault.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, resolve);
  });
  origin = `http://${HOST}:${(server.address() as AddressInfo).port}`;
  return {
    url: origin,
    get requests() {
      return requests;
    },
    setFault: (fault, path = '/') => {
      if (fault === undefined) faults.delete(path);
      else faults.set(path, fault);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
