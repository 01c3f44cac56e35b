/**
 * As much of CloudWatch as tells the states of alarms: `DescribeAlarms` by names in AWS JSON 1.0 on 127.0.0.1, for
 * unmodified clients. Limits, and what is left out without `AlarmTypes`, as in the API reference.
 */
import { createServer, type IncomingMessage } from 'node:http';
import { closed, listening } from '../lambdas/adapters/dynamo/local-table.ts';

export interface KeptAlarm {
  readonly name: string;
  readonly type: 'MetricAlarm' | 'CompositeAlarm';
  readonly state: string;
  /** Seconds since 1970. */
  readonly transitioned?: number;
  readonly updated?: number;
}

export interface AlarmsEndpoint {
  readonly url: string;
  /** Bodies of the requests, in order. */
  readonly requests: readonly string[];
  alarms: readonly KeptAlarm[];
  /** So many alarms in one answer. */
  pageSize: number;
  /** For the next so many requests. */
  break(fault: 'hang' | 'deny' | 'throttle' | 'internal', times?: number): void;
  close(): Promise<void>;
}

interface Input {
  readonly AlarmNames?: readonly string[];
  readonly AlarmTypes?: readonly string[];
  readonly MaxRecords?: number;
  readonly NextToken?: string;
}

const JSON_TYPE = 'application/x-amz-json-1.0';
const MOST_NAMES = 100;

const FAULTS = {
  deny: [403, 'AccessDenied', 'is not authorized to perform: cloudwatch:DescribeAlarms'],
  throttle: [400, 'ThrottlingException', 'Rate exceeded'],
  internal: [500, 'InternalServiceFault', 'Internal failure'],
} as const;

const described = ({ name, state, transitioned, updated }: KeptAlarm) => ({
  AlarmName: name,
  StateValue: state,
  ...(transitioned === undefined ? {} : { StateTransitionedTimestamp: transitioned }),
  ...(updated === undefined ? {} : { StateUpdatedTimestamp: updated }),
});

const answerOf = (input: Input, alarms: readonly KeptAlarm[], pageSize: number) => {
  const { AlarmNames = [], AlarmTypes = ['MetricAlarm'], MaxRecords = 50, NextToken } = input;
  if (AlarmNames.length === 0 || AlarmNames.length > MOST_NAMES || MaxRecords > MOST_NAMES) return undefined;
  const found = alarms.filter(({ name, type }) => AlarmNames.includes(name) && AlarmTypes.includes(type));
  const from = Number(NextToken ?? 0);
  const most = Math.min(pageSize, MaxRecords);
  const page = found.slice(from, from + most);
  const of = (type: KeptAlarm['type']) => page.filter((alarm) => alarm.type === type).map(described);
  return {
    MetricAlarms: of('MetricAlarm'),
    CompositeAlarms: of('CompositeAlarm'),
    ...(from + most < found.length ? { NextToken: String(from + most) } : {}),
  };
};

const textOf = async (request: IncomingMessage): Promise<string> => {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
};

export const startAlarmsEndpoint = async (): Promise<AlarmsEndpoint> => {
  const requests: string[] = [];
  let fault: Parameters<AlarmsEndpoint['break']>[0] | undefined;
  let times = 0;
  const server = createServer(async (request, response) => {
    const text = await textOf(request);
    requests.push(text);
    times -= 1;
    const broken = times >= 0 ? fault : undefined;
    if (broken === 'hang') return;
    const isAsked = request.headers['x-amz-target'] === 'GraniteServiceVersion20100801.DescribeAlarms';
    const answer = isAsked ? answerOf(JSON.parse(text) as Input, endpoint.alarms, endpoint.pageSize) : undefined;
    const refusal = broken === undefined ? ([400, 'ValidationError', 'not this'] as const) : FAULTS[broken];
    if (broken === undefined && answer !== undefined) {
      response.writeHead(200, { 'content-type': JSON_TYPE }).end(JSON.stringify(answer));
    } else {
      const [status, shape, message] = refusal;
      response.writeHead(status, { 'content-type': JSON_TYPE }).end(JSON.stringify({ __type: shape, message }));
    }
  });
  const endpoint: AlarmsEndpoint = {
    url: `http://127.0.0.1:${await listening(server)}`,
    requests,
    alarms: [],
    pageSize: MOST_NAMES,
    break: (next, count = 1) => {
      fault = next;
      times = count;
    },
    close: () => closed(server),
  };
  return endpoint;
};
