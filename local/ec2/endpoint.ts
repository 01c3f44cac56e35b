/**
 * EC2's API over HTTP for the instances of clusters on this machine, as far as an autoscaler uses it, for unmodified AWS
 * clients. Signatures are ignored, so it listens on 127.0.0.1 only.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { EmrBackend } from '../emr/backend.ts';
import { callerOf, type Judge } from '../permissions.ts';
import { describeInstances, Ec2ApiError, errorBody, type VcpusOf } from './describe-instances.ts';

const HOST = '127.0.0.1';
const ACTION = 'DescribeInstances';

export interface Ec2EndpointOptions {
  readonly backends: readonly EmrBackend[];
  readonly vcpusOf: VcpusOf;
  /** Absent: everybody may ask. */
  readonly judge?: Judge;
}

/** A running endpoint. */
export interface Ec2Endpoint {
  /** For the client's `endpoint`. */
  readonly url: string;
  /** Requests so far, whatever became of them. */
  calls(): number;
  close(): Promise<void>;
}

const refused = async (judge: Judge | undefined, authorization: string | undefined): Promise<string | undefined> => {
  if (judge === undefined) return undefined;
  const caller = callerOf(authorization);
  if (caller === undefined) return 'Request must contain a signature that conforms to AWS standards';
  return judge({ ...caller, action: `ec2:${ACTION}`, tags: {} });
};

const answerOf = async (request: IncomingMessage, options: Ec2EndpointOptions): Promise<string> => {
  const parameters = new URLSearchParams(await text(request));
  const action = parameters.get('Action');
  if (action !== ACTION) {
    throw new Ec2ApiError(
      400,
      'InvalidAction',
      `${action ?? 'a request without Action'} is not served here; served is ${ACTION}`,
    );
  }
  const why = await refused(options.judge, request.headers.authorization);
  if (why !== undefined) throw new Ec2ApiError(403, 'UnauthorizedOperation', why);
  return describeInstances(parameters, options.backends, options.vcpusOf);
};

const send = (response: ServerResponse, status: number, body: string): void => {
  response.writeHead(status, { 'content-type': 'text/xml;charset=UTF-8' });
  response.end(body);
};

const handle = async (
  request: IncomingMessage,
  response: ServerResponse,
  options: Ec2EndpointOptions,
): Promise<void> => {
  try {
    send(response, 200, await answerOf(request, options));
  } catch (error) {
    // What is no error of EC2's is a mistake of the local cluster: its text reaches the caller, where it is seen.
    const known = error instanceof Ec2ApiError ? error : new Ec2ApiError(500, 'InternalError', String(error));
    send(response, known.status, errorBody(known));
  }
};

/** Starts an endpoint on a free port of 127.0.0.1. */
export const startEc2Endpoint = async (options: Ec2EndpointOptions): Promise<Ec2Endpoint> => {
  let calls = 0;
  const server = createServer((request, response) => {
    calls += 1;
    void handle(request, response, options);
  });
  // A connection that is closed for idling, just when a busy client uses it again, would look like a fault.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, HOST, resolve);
  });
  return {
    url: `http://${HOST}:${(server.address() as AddressInfo).port}`,
    calls: () => calls,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
