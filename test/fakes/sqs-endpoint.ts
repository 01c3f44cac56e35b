/**
 * As much of SQS as sends wake-ups: `SendMessageBatch` in AWS JSON 1.0 over HTTP on 127.0.0.1, for unmodified clients.
 * Limits and error names are those of the API reference (SendMessageBatch); signatures are not looked at.
 */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Entry {
  readonly Id: string;
  readonly MessageBody: string;
  readonly DelaySeconds?: number;
}

/** A message that was taken; due in seconds of the endpoint's clock. */
export interface TakenMessage {
  readonly body: string;
  readonly delaySeconds: number;
  readonly dueAt: number;
}

export type SqsFault =
  /** Nothing ever comes. */
  | 'hang'
  /** The messages are taken, and the connection breaks before the answer. */
  | 'lose-answer'
  | 'throttle'
  | 'deny'
  | 'html'
  /** The answer has the check sum of another body. */
  | 'wrong-md5'
  /** Every second entry is refused by a fault of SQS, or of the sender. */
  | 'half'
  | 'half-sender'
  /** The last entry is neither taken nor refused. */
  | 'forget-last';

export interface SqsEndpoint {
  readonly url: string;
  /** Of its one queue. */
  readonly queueUrl: string;
  readonly messages: readonly TakenMessage[];
  /** Bodies of the requests, in order. */
  readonly requests: readonly string[];
  /** What happens to the nth request (from 0) from now on. */
  break(fault: (index: number) => SqsFault | undefined): void;
  close(): Promise<void>;
}

const JSON_TYPE = 'application/x-amz-json-1.0';
const MOST_DELAY = 900;

class ApiError extends Error {
  readonly shape: string;
  readonly query: string;

  constructor(shape: string, query: string, message: string) {
    super(message);
    this.shape = shape;
    this.query = query;
  }
}

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

const textOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
};

const send = (response: ServerResponse, status: number, value: unknown, headers: Record<string, string> = {}): void => {
  response.writeHead(status, { 'content-type': JSON_TYPE, ...headers }).end(JSON.stringify(value));
};

const FAULTS: Partial<Record<SqsFault, ApiError>> = {
  throttle: new ApiError('RequestThrottled', 'RequestThrottled;Sender', 'Rate exceeded'),
  deny: new ApiError('AccessDeniedException', 'AccessDenied;Sender', 'no identity-based policy allows sqs:sendmessage'),
};

const checkedEntries = (entries: readonly Entry[] | undefined): readonly Entry[] => {
  if (entries === undefined || entries.length === 0)
    throw new ApiError('EmptyBatchRequest', 'AWS.SimpleQueueService.EmptyBatchRequest;Sender', 'There should be one');
  if (entries.length > 10)
    throw new ApiError(
      'TooManyEntriesInBatchRequest',
      'AWS.SimpleQueueService.TooManyEntriesInBatchRequest;Sender',
      `Maximum number of entries per request are 10. You have sent ${entries.length}.`,
    );
  if (new Set(entries.map(({ Id }) => Id)).size < entries.length)
    throw new ApiError(
      'BatchEntryIdsNotDistinct',
      'AWS.SimpleQueueService.BatchEntryIdsNotDistinct;Sender',
      'Id repeated',
    );
  return entries;
};

const refusalOf = (entry: Entry, index: number, fault: SqsFault | undefined) => {
  const delay = entry.DelaySeconds ?? 0;
  if (!Number.isInteger(delay) || delay < 0 || delay > MOST_DELAY) {
    const Message = `Value ${delay} for parameter DelaySeconds is invalid.`;
    return { Id: entry.Id, SenderFault: true, Code: 'InvalidParameterValue', Message };
  }
  if (index % 2 === 1 && fault === 'half')
    return { Id: entry.Id, SenderFault: false, Code: 'InternalError', Message: 'We could not' };
  if (index % 2 === 1 && fault === 'half-sender')
    return { Id: entry.Id, SenderFault: true, Code: 'InvalidMessageContents', Message: 'Bad' };
  return undefined;
};

class Queue {
  readonly messages: TakenMessage[] = [];
  readonly requests: string[] = [];
  readonly #now: () => number;
  #fault: (index: number) => SqsFault | undefined = () => undefined;
  #from = 0;
  url = '';

  constructor(now: () => number) {
    this.#now = now;
  }

  break(fault: (index: number) => SqsFault | undefined): void {
    this.#fault = fault;
    this.#from = this.requests.length;
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await textOf(request);
    const fault = this.#fault(this.requests.length - this.#from);
    this.requests.push(text);
    if (fault === 'hang') return;
    if (fault === 'html') return void response.writeHead(502, { 'content-type': 'text/html' }).end('<html>\n</html>');
    try {
      const error = fault === undefined ? undefined : FAULTS[fault];
      if (error !== undefined) throw error;
      const answer = this.#take(String(request.headers['x-amz-target']), text, fault);
      if (fault === 'lose-answer') request.socket.destroy();
      else send(response, 200, answer);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const body = { __type: `com.amazonaws.sqs#${error.shape}`, message: error.message };
      send(response, 400, body, { 'x-amzn-query-error': error.query });
    }
  }

  #take(target: string, text: string, fault: SqsFault | undefined) {
    if (target !== 'AmazonSQS.SendMessageBatch')
      throw new ApiError('InvalidAction', 'InvalidAction;Sender', `The action ${target} is not valid`);
    const { QueueUrl, Entries } = JSON.parse(text) as { QueueUrl?: string; Entries?: readonly Entry[] };
    if (QueueUrl !== this.url)
      throw new ApiError(
        'QueueDoesNotExist',
        'AWS.SimpleQueueService.NonExistentQueue;Sender',
        'The specified queue does not exist.',
      );
    const entries = checkedEntries(Entries).slice(0, fault === 'forget-last' ? -1 : undefined);
    const Failed = entries.flatMap((entry, index) => refusalOf(entry, index, fault) ?? []);
    const taken = entries.filter(({ Id }) => !Failed.some((refused) => refused.Id === Id));
    const Successful = taken.map((entry) => this.#keep(entry, fault));
    return { Successful, ...(Failed.length === 0 ? {} : { Failed }) };
  }

  #keep({ Id, MessageBody: body, DelaySeconds: delaySeconds = 0 }: Entry, fault: SqsFault | undefined) {
    this.messages.push({ body, delaySeconds, dueAt: this.#now() + delaySeconds });
    const MD5OfMessageBody = md5(fault === 'wrong-md5' ? `${body}!` : body);
    return { Id, MessageId: `message-${this.messages.length}`, MD5OfMessageBody };
  }
}

const listening = (server: Server): Promise<number> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });

/** @param now the clock from which delays are counted; default: wall time */
export const startSqsEndpoint = async (now: () => number = () => Date.now() / 1000): Promise<SqsEndpoint> => {
  const queue = new Queue(now);
  const server = createServer((request, response) => {
    queue.serve(request, response).catch((error: Error) => response.writeHead(500).end(error.message));
  });
  const url = `http://127.0.0.1:${await listening(server)}`;
  queue.url = `${url}/123456789012/ticks`;
  return {
    url,
    queueUrl: queue.url,
    messages: queue.messages,
    requests: queue.requests,
    break: (fault) => queue.break(fault),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
