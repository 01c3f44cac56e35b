/**
 * One GET whose answer is read in slices, with the event loop free in between: bounded in bytes, in time, and in the time
 * without a byte. The connection is its own and does not keep the process alive.
 */
import { get as httpGet, type IncomingMessage, type RequestOptions } from 'node:http';
import { get as httpsGet } from 'node:https';
import { setImmediate as otherWork } from 'node:timers/promises';
import { accessTo, type EngineAccess } from '../engine/access.ts';
import { StatusError } from '../engine/http.ts';

export interface StreamLimits {
  readonly access: EngineAccess;
  readonly maximumBytes: number;
  /** From the start of the request to the last byte. */
  readonly wholeMilliseconds: number;
  /** Without a byte. */
  readonly silentMilliseconds: number;
}

/** A few milliseconds of work at most. */
const SLICE_BYTES = 64 * 1024;

const send = (url: URL, access: EngineAccess, onResponse: (response: IncomingMessage) => void) => {
  const { headers, ca } = accessTo(url, access);
  const options: RequestOptions = { agent: false, headers: { accept: 'application/json', ...headers } };
  return url.protocol === 'https:'
    ? httpsGet(url, ca === undefined ? options : { ...options, ca }, onResponse)
    : httpGet(url, options, onResponse);
};

interface OpenAnswer {
  readonly response: IncomingMessage;
  readonly close: () => void;
}

/** The answer once its head has come, and what ends it. */
const open = (url: URL, limits: StreamLimits): Promise<OpenAnswer> =>
  new Promise((resolve, reject) => {
    const { access, wholeMilliseconds, silentMilliseconds } = limits;
    let answer: IncomingMessage | undefined;
    const request = send(url, access, (response) => {
      answer = response;
      if (response.statusCode === 200) resolve({ response, close });
      else {
        close();
        reject(new StatusError(url, response.statusCode ?? 0));
      }
    });
    const fail = (message: string) => (answer ?? request).destroy(new Error(message));
    const timer = setTimeout(() => fail(`no whole answer within ${wholeMilliseconds} ms`), wholeMilliseconds).unref();
    const close = (): void => {
      clearTimeout(timer);
      request.destroy();
    };
    request.setTimeout(silentMilliseconds, () => fail(`silent for ${silentMilliseconds} ms`));
    request.on('socket', (socket) => socket.unref());
    request.on('error', (error) => {
      close();
      reject(error);
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

/**
 * Hands the body of a GET that answers 200 to `onSlice`, which must not keep the slices.
 * @throws {StatusError} for any other status; what `onSlice` throws; an error that names the address for everything else
 */
export const streamSlices = async (
  address: string,
  limits: StreamLimits,
  onSlice: (slice: Buffer) => void,
): Promise<void> => {
  const url = new URL(address);
  try {
    const { response, close } = await open(url, limits);
    try {
      await readSlices(response, limits.maximumBytes, onSlice);
    } finally {
      close();
    }
  } catch (error) {
    if (error instanceof StatusError) throw error;
    const { message, code } = error as NodeJS.ErrnoException;
    const shown = code === 'ECONNRESET' || message === '' ? 'the answer was cut off' : message;
    throw new Error(`GET ${url.origin}${url.pathname}: ${shown}`, { cause: error });
  }
};
