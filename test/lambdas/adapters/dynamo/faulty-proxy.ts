/** Stands between a client and dynalite, and breaks what it is told to break. */
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { closed, listening } from './local-table.ts';

export type Fault =
  /** The connection is closed before the table has seen the request. */
  | 'lose-request'
  /** The table has done it, and nobody hears of it. */
  | 'lose-answer'
  /** Nothing ever comes. */
  | 'hang'
  | 'throttle'
  | 'html'
  /** A batch is answered, and nothing of it was written. */
  | 'unprocessed';

const bodyOf = async (message: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

const answer = (response: ServerResponse, status: number, type: string, text: string): void => {
  response.writeHead(status, { 'content-type': type }).end(text);
};

const JSON_TYPE = 'application/x-amz-json-1.0';
const THROTTLED = JSON.stringify({
  __type: 'com.amazonaws.dynamodb.v20120810#ThrottlingException',
  message: 'Rate exceeded',
});

export class FaultyProxy {
  /** Operations in the order in which they came. */
  readonly calls: string[] = [];
  /** What happens to the nth request (from 0) since it was set; undefined: it goes through. */
  #fault: (index: number, operation: string) => Fault | undefined = () => undefined;
  #from = 0;
  readonly #target: number;
  readonly #server: Server;

  private constructor(target: number) {
    this.#target = target;
    this.#server = createServer((incoming, response) => void this.#serve(incoming, response));
  }

  static async start(target: number): Promise<{ readonly proxy: FaultyProxy; readonly port: number }> {
    const proxy = new FaultyProxy(target);
    return { proxy, port: await listening(proxy.#server) };
  }

  break(fault: (index: number, operation: string) => Fault | undefined): void {
    this.#fault = fault;
    this.#from = this.calls.length;
  }

  stop(): Promise<void> {
    return closed(this.#server);
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const operation = String(incoming.headers['x-amz-target']).split('.')[1] ?? '?';
    const fault = this.#fault(this.calls.length - this.#from, operation);
    this.calls.push(operation);
    const body = await bodyOf(incoming);
    if (fault === 'lose-request') return void incoming.socket.destroy();
    if (fault === 'hang') return;
    if (fault === 'throttle') return answer(response, 400, JSON_TYPE, THROTTLED);
    if (fault === 'html') return answer(response, 200, 'text/html', '<html>\n<h1>Proxy</h1>');
    if (fault === 'unprocessed') {
      const { RequestItems } = JSON.parse(body.toString('utf8')) as { RequestItems: unknown };
      return answer(response, 200, JSON_TYPE, JSON.stringify({ UnprocessedItems: RequestItems }));
    }
    this.#forward(incoming, body, response, fault === 'lose-answer');
  }

  #forward(incoming: IncomingMessage, body: Buffer, response: ServerResponse, lost: boolean): void {
    const { method, url, headers } = incoming;
    const onward = request(
      { host: '127.0.0.1', port: this.#target, method, path: url, headers, agent: false },
      async (answered) => {
        const text = await bodyOf(answered);
        if (lost) return void incoming.socket.destroy();
        response.writeHead(answered.statusCode ?? 500, answered.headers).end(text);
      },
    );
    onward.on('error', () => incoming.socket.destroy());
    onward.end(body);
  }
}
