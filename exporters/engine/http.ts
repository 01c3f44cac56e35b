/** One bounded GET: a time-out over everything, a limit on the body, no redirects; no body and no header in any error. */
import { Agent as HttpAgent, get as httpGet, type IncomingMessage, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, get as httpsGet } from 'node:https';
import { accessTo, type EngineAccess, OPEN_ACCESS } from './access.ts';

export interface GetLimits {
  /** From the start of the request to the last byte. */
  readonly timeoutMilliseconds: number;
  readonly maximumBytes: number;
  /** Default: open. A password is left out where the address is not https. */
  readonly access?: EngineAccess;
}

/** An address without what may be secret in it: a password, parameters. */
const shown = ({ origin, pathname }: URL): string => origin + pathname;

/** The server answered, and not with 200. */
export class StatusError extends Error {
  readonly status: number;

  constructor(url: URL, status: number) {
    super(`GET ${shown(url)} answered ${status}`);
    this.name = 'StatusError';
    this.status = status;
  }
}

/** Trino's `/metrics` is of a type of its own, and refuses who does not take it. */
const ACCEPTED = 'application/json, text/plain, */*;q=0.1';

const SOCKETS = { keepAlive: true, maxSockets: 16 } as const;
const httpAgent = new HttpAgent(SOCKETS);
/** By the authorities that are trusted: a kept connection must not serve somebody who trusts others. */
const httpsAgents = new Map<string | undefined, HttpsAgent>();

const httpsAgentOf = (ca: string | undefined): HttpsAgent => {
  const known = httpsAgents.get(ca);
  if (known !== undefined) return known;
  const agent = new HttpsAgent(ca === undefined ? SOCKETS : { ...SOCKETS, ca });
  httpsAgents.set(ca, agent);
  return agent;
};

const send = (url: URL, limits: GetLimits, onResponse: (response: IncomingMessage) => void) => {
  const { headers, ca } = accessTo(url, limits.access ?? OPEN_ACCESS);
  const options: RequestOptions = { headers: { accept: ACCEPTED, ...headers } };
  return url.protocol === 'https:'
    ? httpsGet(url, { ...options, agent: httpsAgentOf(ca) }, onResponse)
    : httpGet(url, { ...options, agent: httpAgent }, onResponse);
};

const collectBody = (
  response: IncomingMessage,
  maximumBytes: number,
  done: (body: string) => void,
  fail: (error: Error) => void,
): void => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= maximumBytes) chunks.push(chunk);
    else response.destroy(new Error(`the answer is larger than ${maximumBytes} bytes`));
  });
  response.on('end', () => done(Buffer.concat(chunks).toString('utf8')));
  response.on('error', fail);
  response.on('close', () => {
    if (!response.complete) fail(new Error('the answer was cut off'));
  });
};

const getOnce = (url: URL, limits: GetLimits, mayRetry: boolean): Promise<string> =>
  new Promise((resolve, reject) => {
    const request = send(url, limits, (response) => {
      if (response.statusCode === 200) {
        collectBody(response, limits.maximumBytes, resolve, reject);
        return;
      }
      response.resume();
      reject(new StatusError(url, response.statusCode ?? 0));
    });
    const timer = setTimeout(
      () => request.destroy(new Error(`no whole answer within ${limits.timeoutMilliseconds} ms`)),
      limits.timeoutMilliseconds,
    );
    request.on('close', () => clearTimeout(timer));
    request.on('error', (error: NodeJS.ErrnoException) => {
      // The server may close a kept connection in the moment in which it is used again.
      if (mayRetry && request.reusedSocket && error.code === 'ECONNRESET') resolve(getOnce(url, limits, false));
      else reject(error);
    });
  });

/**
 * The body of a GET that answers 200.
 * @throws {StatusError} for any other status; an error that names the address and what went wrong for everything else
 */
export const getText = async (url: string, limits: GetLimits): Promise<string> => {
  const target = new URL(url);
  try {
    return await getOnce(target, limits, true);
  } catch (error) {
    if (error instanceof StatusError) throw error;
    const { message, code } = error as NodeJS.ErrnoException;
    throw new Error(`GET ${shown(target)}: ${message === '' ? code : message}`, { cause: error });
  }
};
