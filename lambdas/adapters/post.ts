/** One bounded POST of a form: a time-out over everything, a limit on the answer, no redirects, no header in any error. */
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';

export interface FormRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Headers to send in place of those given, with a proof of who asks. */
export type SignRequest = (request: FormRequest) => Promise<Readonly<Record<string, string>>>;

export interface PostLimits {
  /** From the start of the request to the last byte. */
  readonly timeoutMilliseconds: number;
  readonly maximumBytes: number;
  /** PEM: the only authorities that are trusted. Absent: those that Node ships. */
  readonly ca?: string;
}

export interface PostAnswer {
  readonly status: number;
  readonly body: string;
}

/** Without a password that may be in it, and without parameters. */
const shownUrl = ({ origin, pathname }: URL): string => origin + pathname;

const collect = (response: IncomingMessage, maximumBytes: number): Promise<string> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= maximumBytes) chunks.push(chunk);
      else response.destroy(new Error(`the answer is larger than ${maximumBytes} bytes`));
    });
    response.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    // Of a connection that breaks Node says no more than "aborted".
    response.on('error', (error) => reject(error.message === 'aborted' ? new Error('the answer was cut off') : error));
    response.on('close', () => {
      if (!response.complete) reject(new Error('the answer was cut off'));
    });
  });

const post = ({ url, headers, body }: FormRequest, limits: PostLimits): Promise<PostAnswer> =>
  new Promise((resolve, reject) => {
    const { timeoutMilliseconds, maximumBytes, ca } = limits;
    // A connection of its own: a kept one that the server closes at that moment would cost a sample.
    const common = { method: 'POST', headers, agent: false } as const;
    const onResponse = (response: IncomingMessage): void => {
      const status = response.statusCode ?? 0;
      collect(response, maximumBytes).then((text) => resolve({ status, body: text }), reject);
    };
    const request =
      url.protocol === 'https:'
        ? httpsRequest(url, { ...common, ...(ca === undefined ? {} : { ca }) }, onResponse)
        : httpRequest(url, common, onResponse);
    const timer = setTimeout(() => {
      reject(new Error(`no whole answer within ${timeoutMilliseconds} ms`));
      request.destroy();
    }, timeoutMilliseconds);
    request.on('close', () => clearTimeout(timer));
    request.on('error', reject);
    request.end(body);
  });

/**
 * The answer, whatever its status.
 * @throws an error that names the address without parameters, and what went wrong
 */
export const postForm = async (request: FormRequest, limits: PostLimits): Promise<PostAnswer> => {
  try {
    return await post(request, limits);
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    throw new Error(`POST ${shownUrl(request.url)}: ${message === '' ? code : message}`, { cause: error });
  }
};
