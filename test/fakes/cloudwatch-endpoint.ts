/**
 * As much of CloudWatch as reads metrics: `GetMetricData` with `MetricStat` in AWS JSON 1.0 on 127.0.0.1, for unmodified
 * clients. Periods, order and limits as in the API reference; signatures are not looked at.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Query {
  readonly Id: string;
  readonly MetricStat?: {
    readonly Metric: {
      readonly Namespace: string;
      readonly MetricName: string;
      readonly Dimensions?: readonly { readonly Name: string; readonly Value: string }[];
    };
    readonly Period: number;
    readonly Stat: string;
  };
}

interface Input {
  readonly MetricDataQueries?: readonly Query[];
  readonly StartTime: number;
  readonly EndTime: number;
  readonly ScanBy?: 'TimestampDescending' | 'TimestampAscending';
}

export interface Datum {
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions?: Readonly<Record<string, string>>;
  readonly value: number;
  /** Seconds since 1970. */
  readonly at: number;
}

export type CloudWatchFault =
  | 'hang'
  | 'html'
  | 'truncated'
  | 'throttle'
  | 'deny'
  | 'expired-token'
  | 'internal'
  /** Every second metric could not be read by CloudWatch itself. */
  | 'half'
  /** Every second metric is not in the answer at all. */
  | 'forgetful'
  /** One value more than times. */
  | 'uneven';

export interface CloudWatchEndpoint {
  readonly url: string;
  /** Bodies of the requests, in order. */
  readonly requests: readonly string[];
  put(datum: Datum): void;
  /** Everything from this moment on was never reported, seconds since 1970. */
  forget(from: number): void;
  /** For the next so many requests; default: all. */
  break(fault: CloudWatchFault | undefined, times?: number): void;
  close(): Promise<void>;
}

const JSON_TYPE = 'application/x-amz-json-1.0';
const MOST_QUERIES = 500;
const SHORT_PERIODS = [1, 5, 10, 20, 30];

class ApiError extends Error {
  readonly status: number;
  readonly shape: string;
  readonly query: string;

  constructor(status: number, shape: string, query: string, message: string) {
    super(message);
    this.status = status;
    this.shape = shape;
    this.query = query;
  }
}

const FAULTS: Partial<Record<CloudWatchFault, ApiError>> = {
  throttle: new ApiError(400, 'ThrottlingException', 'Throttling;Sender', 'Rate exceeded'),
  deny: new ApiError(
    403,
    'AccessDenied',
    'AccessDenied;Sender',
    'User: arn:aws:sts::1:assumed-role/r is not authorized to perform: cloudwatch:GetMetricData',
  ),
  'expired-token': new ApiError(
    403,
    'ExpiredTokenException',
    'ExpiredToken;Sender',
    'The security token included in the request is expired',
  ),
  internal: new ApiError(500, 'InternalServiceFault', 'InternalFailure;Receiver', 'Internal failure'),
};

const keyOf = (namespace: string, metric: string, dimensions: Readonly<Record<string, string>> = {}): string =>
  JSON.stringify([namespace, metric, Object.entries(dimensions).toSorted(([a], [b]) => (a < b ? -1 : 1))]);

const STATISTICS: Readonly<Record<string, (values: readonly number[]) => number>> = {
  Average: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  Maximum: (values) => Math.max(...values),
  Minimum: (values) => Math.min(...values),
  Sum: (values) => values.reduce((sum, value) => sum + value, 0),
};

const invalid = (message: string): ApiError =>
  new ApiError(400, 'InvalidParameterValueException', 'InvalidParameterValue;Sender', message);

const checked = ({ MetricDataQueries: queries = [], StartTime, EndTime }: Input): void => {
  if (queries.length === 0 || queries.length > MOST_QUERIES) throw invalid(`${queries.length} queries`);
  if (!(StartTime < EndTime)) throw invalid('The parameter StartTime must be less than the parameter EndTime.');
  for (const { Id, MetricStat } of queries) {
    if (!/^[a-z]\w*$/.test(Id)) throw invalid(`Invalid id ${Id}`);
    const period = MetricStat?.Period ?? 0;
    if (!SHORT_PERIODS.includes(period) && (period < 60 || period % 60 !== 0))
      throw invalid(`Invalid period ${period}`);
    if (STATISTICS[MetricStat?.Stat ?? ''] === undefined) throw invalid(`Invalid statistic ${MetricStat?.Stat}`);
  }
};

const textOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
};

class Metrics {
  readonly #data = new Map<string, Datum[]>();
  readonly requests: string[] = [];
  #fault: CloudWatchFault | undefined;
  #times = 0;

  put(datum: Datum): void {
    const key = keyOf(datum.namespace, datum.metric, datum.dimensions);
    this.#data.set(key, [...(this.#data.get(key) ?? []).slice(-500), datum]);
  }

  forget(from: number): void {
    for (const [key, data] of this.#data)
      this.#data.set(
        key,
        data.filter(({ at }) => at < from),
      );
  }

  break(fault: CloudWatchFault | undefined, times: number): void {
    this.#fault = fault;
    this.#times = times;
  }

  #nextFault(): CloudWatchFault | undefined {
    this.#times -= 1;
    return this.#times < 0 ? undefined : this.#fault;
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await textOf(request);
    this.requests.push(text);
    const fault = this.#nextFault();
    if (fault === 'hang') return;
    if (fault === 'html') return void response.writeHead(502, { 'content-type': 'text/html' }).end('<html>\n</html>');
    try {
      const error = fault === undefined ? undefined : FAULTS[fault];
      if (error !== undefined) throw error;
      const body = JSON.stringify(this.#answer(String(request.headers['x-amz-target']), text, fault));
      response.writeHead(200, { 'content-type': JSON_TYPE, 'content-length': String(Buffer.byteLength(body)) });
      if (fault === 'truncated') response.write(body.slice(0, body.length / 2), () => response.destroy());
      else response.end(body);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const { status, shape, query, message } = error;
      response.writeHead(status, { 'content-type': JSON_TYPE, 'x-amzn-query-error': query });
      response.end(JSON.stringify({ __type: `com.amazonaws.cloudwatch#${shape}`, message }));
    }
  }

  #answer(target: string, text: string, fault: CloudWatchFault | undefined) {
    if (target !== 'GraniteServiceVersion20100801.GetMetricData') throw invalid(`The action ${target} is not valid`);
    const input = JSON.parse(text) as Input;
    checked(input);
    const results = (input.MetricDataQueries ?? []).map((query, index) => {
      if (fault === 'half' && index % 2 === 1) {
        return { Id: query.Id, Label: 'x', Timestamps: [], Values: [], StatusCode: 'InternalError' };
      }
      return this.#result(query, input, fault);
    });
    return {
      Messages: [],
      MetricDataResults: fault === 'forgetful' ? results.filter((_, at) => at % 2 === 0) : results,
    };
  }

  #result({ Id, MetricStat }: Query, { StartTime, EndTime, ScanBy }: Input, fault: CloudWatchFault | undefined) {
    const { Metric, Period, Stat } = MetricStat as NonNullable<Query['MetricStat']>;
    const dimensions = Object.fromEntries((Metric.Dimensions ?? []).map(({ Name, Value }) => [Name, Value]));
    const periods = new Map<number, number[]>();
    for (const { at, value } of this.#data.get(keyOf(Metric.Namespace, Metric.MetricName, dimensions)) ?? []) {
      const begin = Math.floor(at / Period) * Period;
      if (begin < StartTime || begin >= EndTime) continue;
      periods.set(begin, [...(periods.get(begin) ?? []), value]);
    }
    const descending = ScanBy !== 'TimestampAscending';
    const points = [...periods].toSorted(([a], [b]) => (descending ? b - a : a - b));
    const values = points.map(([, all]) => STATISTICS[Stat]?.(all) ?? Number.NaN);
    return {
      Id,
      Label: Metric.MetricName,
      Timestamps: points.map(([begin]) => begin),
      Values: fault === 'uneven' ? [...values, 1] : values,
      StatusCode: 'Complete',
    };
  }
}

export const startCloudWatchEndpoint = async (): Promise<CloudWatchEndpoint> => {
  const metrics = new Metrics();
  const server = createServer((request, response) => {
    metrics.serve(request, response).catch((error: Error) => response.writeHead(500).end(error.message));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: metrics.requests,
    put: (datum) => metrics.put(datum),
    forget: (from) => metrics.forget(from),
    break: (fault, times = Number.POSITIVE_INFINITY) => metrics.break(fault, times),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
