/**
 * One bounded GET, of which the body is read as a text or in slices: a time-out over everything, a limit on the body, no
 * redirects; no body and no header in any error.
 */
import { Agent as HttpAgent, get as httpGet, type IncomingMessage, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, get as httpsGet } from 'node:https';
import { setImmediate as otherWork } from 'node:timers/promises';
import { accessTo, type EngineAccess, OPEN_ACCESS } from './access.ts';
import { NonsenseError } from './untrusted.ts';

export interface GetLimits {
  /** From the start of the request to the last byte. */
  readonly timeoutMilliseconds: number;
  readonly maximumBytes: number;
  /** Default: open. A password is left out where the address is not https. */
  readonly access?: EngineAccess;
  /** Without a byte; default: as long as the whole may take. */
  readonly silentMilliseconds?: number;
  /** On a connection of its own, which does not keep the process alive; default: on one that others use too. */
  readonly background?: boolean;
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

/** A millisecond of work or so. */
const SLICE_BYTES = 64 * 1024;

const send = (url: URL, limits: GetLimits, onResponse: (response: IncomingMessage) => void) => {
  const { headers, ca } = accessTo(url, limits.access ?? OPEN_ACCESS);
  const options: RequestOptions = { headers: { accept: ACCEPTED, ...headers } };
  const isShared = limits.background !== true;
  return url.protocol === 'https:'
    ? httpsGet(
        url,
        { ...options, ...(ca === undefined ? {} : { ca }), agent: isShared && httpsAgentOf(ca) },
        onResponse,
      )
    : httpGet(url, { ...options, agent: isShared && httpAgent }, onResponse);
};

/** The answer once its head has come; it fails when the time is over. */
const open = (url: URL, limits: GetLimits, mayRetry: boolean): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const { timeoutMilliseconds, silentMilliseconds, background } = limits;
    let answer: IncomingMessage | undefined;
    const request = send(url, limits, (response) => {
      answer = response;
      response.on('error', reject);
      if (response.statusCode === 200) resolve(response);
      else {
        response.resume();
        reject(new StatusError(url, response.statusCode ?? 0));
      }
    });
    const fail = (message: string) => (answer ?? request).destroy(new Error(message));
    const timer = setTimeout(() => fail(`no whole answer within ${timeoutMilliseconds} ms`), timeoutMilliseconds);
    if (background === true) {
      timer.unref();
      request.on('socket', (socket) => socket.unref());
    }
    if (silentMilliseconds !== undefined) {
      request.setTimeout(silentMilliseconds, () => fail(`silent for ${silentMilliseconds} ms`));
    }
    request.on('close', () => clearTimeout(timer));
    request.on('error', (error: NodeJS.ErrnoException) => {
      // The server may close a kept connection in the moment in which it is used again.
      if (mayRetry && request.reusedSocket && error.code === 'ECONNRESET') resolve(open(url, limits, false));
      else reject(error);
    });
  });

const readSlices = async (
  response: AsyncIterable<Buffer>,
  maximumBytes: number,
  onSlice: (slice: Buffer) => void,
): Promise<void> => {
  let left = maximumBytes;
  for await (const chunk of response) {
    const allowed = chunk.subarray(0, left);
    for (let from = 0; from < allowed.length; from += SLICE_BYTES) {
      onSlice(allowed.subarray(from, from + SLICE_BYTES));
      await otherWork();
    }
    if (chunk.length > left) throw new Error(`the answer is larger than ${maximumBytes} bytes`);
    left -= chunk.length;
  }
};

/** What is told of an error: where it was, and why. */
const toldOf = (url: URL, error: unknown): Error => {
  if (error instanceof StatusError || error instanceof NonsenseError) return error;
  const { message, code } = error as NodeJS.ErrnoException;
  const why = code === 'ECONNRESET' ? 'the answer was cut off' : message || code;
  return new Error(`GET ${shown(url)}: ${why}`, { cause: error });
};

/**
 * Hands the body of a GET that answers 200 to `onSlice`, piece by piece and with the event loop free in between. Whoever
 * keeps a slice should keep a copy: it may be a small part of something large.
 * @throws {StatusError} for any other status; {NonsenseError} as `onSlice` throws it; an error that names the address and
 * what went wrong for everything else
 */
export const getSlices = async (url: string, limits: GetLimits, onSlice: (slice: Buffer) => void): Promise<void> => {
  const target = new URL(url);
  try {
    await readSlices(await open(target, limits, true), limits.maximumBytes, onSlice);
  } catch (error) {
    throw toldOf(target, error);
  }
};

/**
 * The body of a GET that answers 200, for answers that are small.
 * @throws as {@link getSlices}
 */
export const getText = async (url: string, limits: GetLimits): Promise<string> => {
  const slices: Buffer[] = [];
  await getSlices(url, limits, (slice) => slices.push(slice));
  return Buffer.concat(slices).toString('utf8');
};
