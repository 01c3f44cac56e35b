/** Reads server-sent events as a browser would. */
import { get } from 'node:http';

export interface StreamReader {
  /** The data of the next event of this name; others in between are passed over. */
  next(name: string): Promise<unknown>;
  /** The server ended the stream. */
  readonly ended: Promise<void>;
  close(): void;
}

interface Event {
  readonly name: string;
  readonly data: unknown;
}

const parse = (block: string): Event | undefined => {
  const [, name, data] = /^event: (.*)\ndata: (.*)$/.exec(block) ?? [];
  return name === undefined || data === undefined ? undefined : { name, data: JSON.parse(data) as unknown };
};

/** Opens the stream of a server at this port. */
export const readStream = (port: number): Promise<StreamReader> =>
  new Promise((resolve, reject) => {
    const request = get({ host: '127.0.0.1', port, path: '/api/stream' }, (response) => {
      const events: Event[] = [];
      let text = '';
      let wake = (): void => undefined;
      response.setEncoding('utf8').on('data', (part: string) => {
        const blocks = (text + part).split('\n\n');
        text = blocks.pop() ?? '';
        events.push(...blocks.flatMap((block) => parse(block) ?? []));
        wake();
      });
      const ended = new Promise<void>((end) => {
        response.on('close', end);
      });
      // Cut off by the server or by `close`: `ended` tells.
      response.on('error', () => undefined);
      const next = async (name: string): Promise<unknown> => {
        for (;;) {
          const event = events.shift();
          if (event?.name === name) return event.data;
          if (event !== undefined) continue;
          await new Promise<void>((more) => {
            wake = more;
          });
        }
      };
      resolve({ next, ended, close: () => request.destroy() });
    });
    request.on('error', reject);
  });
