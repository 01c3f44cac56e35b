/**
 * As much of AWS as a deployed environment is found and tried by: DescribeStacks (query protocol), PutEvents, SetAlarmState,
 * SendMessageBatch and ListInstanceFleets (AWS JSON), over HTTP on 127.0.0.1 for unmodified clients.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

type Json = Readonly<Record<string, unknown>>;

export interface Answer {
  readonly status?: number;
  readonly json?: unknown;
  readonly xml?: string;
}

export interface FakeAws {
  readonly url: string;
  /** What was asked: operation and input, in order. */
  readonly asked: { readonly operation: string; readonly input: Json }[];
  /** Outputs by stack; a stack that is not here does not exist. */
  stacks: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Instance fleets by cluster. */
  fleets: Readonly<Record<string, unknown>>;
  /** Comes before the usual answer; undefined: the usual one. */
  instead: (operation: string, input: Json) => Answer | undefined;
  /** Told of an event or a change of the alarm after it was taken. */
  onTaken: (operation: string, input: Json) => Promise<void>;
  close(): Promise<void>;
}

const stackXml = (name: string, outputs: Readonly<Record<string, string>>): string => {
  const members = Object.entries(outputs)
    .map(([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`)
    .join('');
  return `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks><member><StackName>${name}</StackName><StackStatus>UPDATE_COMPLETE</StackStatus><CreationTime>2026-01-01T00:00:00Z</CreationTime><Outputs>${members}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`;
};

/** An error as the query protocol tells it. */
export const xmlError = (status: number, code: string, message: string): Answer => ({
  status,
  xml: `<ErrorResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>r</RequestId></ErrorResponse>`,
});

/** An error as AWS JSON tells it. */
export const jsonError = (status: number, type: string, message: string): Answer => ({
  status,
  json: { __type: type, message, Message: message },
});

const sent = ({ Entries = [] }: { Entries?: readonly { Id: string; MessageBody: string }[] }): unknown => ({
  Successful: Entries.map(({ Id, MessageBody }) => ({
    Id,
    MessageId: `m-${Id}`,
    MD5OfMessageBody: createHash('md5').update(MessageBody).digest('hex'),
  })),
  Failed: [],
});

const usual = (aws: FakeAws, operation: string, input: Json): Answer => {
  switch (operation) {
    case 'DescribeStacks': {
      const name = String(input['StackName']);
      const outputs = aws.stacks[name];
      return outputs === undefined
        ? xmlError(400, 'ValidationError', `Stack with id ${name} does not exist`)
        : { xml: stackXml(name, outputs) };
    }
    case 'PutEvents':
      return { json: { FailedEntryCount: 0, Entries: [{ EventId: 'e-1' }] } };
    case 'SetAlarmState':
      return { json: {} };
    case 'SendMessageBatch':
      return { json: sent(input) };
    case 'ListInstanceFleets': {
      const fleets = aws.fleets[String(input['ClusterId'])];
      const gone = `Cluster id '${String(input['ClusterId'])}' is not valid.`;
      return fleets === undefined
        ? jsonError(400, 'InvalidRequestException', gone)
        : { json: { InstanceFleets: fleets } };
    }
    default:
      return jsonError(400, 'UnknownOperationException', operation);
  }
};

const requestOf = async (request: IncomingMessage): Promise<{ readonly operation: string; readonly input: Json }> => {
  const body = await text(request);
  const target = request.headers['x-amz-target'];
  if (target !== undefined) return { operation: String(target).replace(/^.*\./, ''), input: JSON.parse(body) };
  const fields = Object.fromEntries(new URLSearchParams(body));
  return { operation: fields['Action'] ?? '?', input: fields };
};

export const startFakeAws = async (): Promise<FakeAws> => {
  const server = createServer(async (request, response) => {
    const { operation, input } = await requestOf(request);
    aws.asked.push({ operation, input });
    const instead = aws.instead(operation, input);
    if (instead === undefined) await aws.onTaken(operation, input);
    const { status = 200, json, xml } = instead ?? usual(aws, operation, input);
    response.writeHead(status, { 'content-type': xml === undefined ? 'application/x-amz-json-1.1' : 'text/xml' });
    response.end(xml ?? JSON.stringify(json));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const aws: FakeAws = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: [],
    stacks: {},
    fleets: {},
    instead: () => undefined,
    onTaken: async () => {},
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  return aws;
};
