/**
 * EMR's API over HTTP for clusters on this machine, as far as an autoscaler uses it, for unmodified AWS clients.
 *
 * Requests are not authenticated: signatures are ignored, so it listens on 127.0.0.1 only and nothing but simulated
 * clusters belongs behind it. Whether who says to have signed one may do it is asked of a judge, where there is one.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { callerOf } from '../permissions.ts';
import type { EmrBackend } from './backend.ts';
import type { Faults } from './faults.ts';
import { EmrService, type EmrServiceOptions, type Reply, type Snapshot } from './service.ts';
import type { Operation } from './throttle.ts';

const HOST = '127.0.0.1';
/** No request of EMR's is nearly as long. */
const LONGEST_BODY = 1_000_000;

export interface EmrEndpointOptions extends EmrServiceOptions {
  /** Default 0: a free one. */
  readonly port?: number;
}

/** A running endpoint. */
export interface EmrEndpoint {
  /** For the client's `endpoint`. */
  readonly url: string;
  /** Requests by operation, whatever became of them. */
  readonly calls: Readonly<Record<Operation, number>>;
  /** Those among them that got a ThrottlingException. */
  readonly throttled: Readonly<Record<Operation, number>>;
  readonly faults: Faults<Snapshot>;
  /** Serves another cluster from now on. */
  add(backend: EmrBackend): void;
  /** Ends all connections, those that hang too. */
  close(): Promise<void>;
}

/** The whole body; undefined when it is longer than any that can be meant. */
const bodyOf = async (request: IncomingMessage): Promise<string | undefined> => {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > LONGEST_BODY) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};

const send = (response: ServerResponse, reply: Exclude<Reply, 'drop'>, requestId: string): void => {
  response.writeHead(reply.status, {
    'content-type': reply.contentType,
    'content-length': Buffer.byteLength(reply.body),
    'x-amzn-requestid': requestId,
  });
  response.end(reply.body);
};

const handler = (service: EmrService): ((request: IncomingMessage, response: ServerResponse) => Promise<void>) => {
  let requests = 0;
  return async (request, response) => {
    requests += 1;
    const requestId = `local-${requests}`;
    const { socket } = request;
    const body = await bodyOf(request).catch(() => undefined);
    const target = request.headers['x-amz-target'];
    const reply: Reply =
      body === undefined
        ? 'drop'
        : await service.answer(
            typeof target === 'string' ? target : undefined,
            body,
            () => socket.destroyed,
            callerOf(request.headers.authorization),
          );
    if (reply === 'drop') socket.destroy();
    else if (!socket.destroyed) send(response, reply, requestId);
  };
};

const listening = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, () => {
      server.off('error', reject);
      resolve();
    });
  });

/**
 * Starts an endpoint on 127.0.0.1.
 * @throws Error of `node:net`, with code EADDRINUSE for a port in use
 */
export const startEmrEndpoint = async (options: EmrEndpointOptions): Promise<EmrEndpoint> => {
  const service = new EmrService(options);
  const handle = handler(service);
  const server = createServer((request, response) => void handle(request, response));
  // A connection that is closed for idling, just when a busy client uses it again, would look like a fault.
  server.keepAliveTimeout = 0;
  await listening(server, options.port ?? 0);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${HOST}:${port}`,
    calls: service.calls,
    throttled: service.throttled,
    faults: service.faults,
    add: (backend) => service.add(backend),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        service.faults.release();
      }),
  };
};
