/** The exporter over HTTP: `/metrics`, `/healthz` and `/queries`. Answers from the last collection, so asking is cheap. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Exporter } from './exporter.ts';
import { METRICS_CONTENT_TYPE } from './registry.ts';

export interface ListenOptions {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
}

export interface RunningServer {
  /** Such as `http://127.0.0.1:9495`. */
  readonly url: string;
  close(): Promise<void>;
}

const answer = (response: ServerResponse, status: number, type: string, body: string): void => {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
  response.end(body);
};

const answerJson = (response: ServerResponse, status: number, value: unknown): void =>
  answer(response, status, 'application/json', `${JSON.stringify(value)}\n`);

const route = async (exporter: Exporter, path: string, response: ServerResponse): Promise<void> => {
  if (path === '/metrics') answer(response, 200, METRICS_CONTENT_TYPE, await exporter.metrics());
  else if (path === '/healthz') answerJson(response, exporter.health.ok ? 200 : 503, exporter.health);
  else if (path === '/queries') answerJson(response, 200, exporter.oldest);
  else answer(response, 404, 'text/plain', 'Here are /metrics, /healthz and /queries.\n');
};

/**
 * Starts to listen.
 * @throws if the address cannot be had
 */
export const serve = (exporter: Exporter, { host, port }: ListenOptions): Promise<RunningServer> => {
  const server = createServer((request, response) => {
    const path = (request.url ?? '/').replace(/\?.*$/, '');
    route(exporter, path, response).catch((error: Error) => answer(response, 500, 'text/plain', `${error.message}\n`));
  });
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      const address = server.address() as AddressInfo;
      const shown = address.family === 'IPv6' ? `[${address.address}]` : address.address;
      resolve({ url: `http://${shown}:${address.port}`, close });
    });
  });
};
