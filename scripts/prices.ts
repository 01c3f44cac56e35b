/**
 * What AWS charges for the parts that are used, in US dollars, in us-east-1, without any free tier. Kept by hand from the
 * pages that are named: when AWS changes a price, change it here and write docs/running-cost.md anew.
 */

export interface Price {
  readonly usd: number;
  /** What that is for. */
  readonly of: string;
  readonly source: string;
}

/** When these prices held. */
export const PRICES_OF = 'February 2026';

const LAMBDA = 'https://aws.amazon.com/lambda/pricing/';
const SQS = 'https://aws.amazon.com/sqs/pricing/';
const DYNAMODB = 'https://aws.amazon.com/dynamodb/pricing/on-demand/';
const EVENTBRIDGE = 'https://aws.amazon.com/eventbridge/pricing/';
const CLOUDWATCH = 'https://aws.amazon.com/cloudwatch/pricing/';
const VPC = 'https://aws.amazon.com/vpc/pricing/';
const PRIVATELINK = 'https://aws.amazon.com/privatelink/pricing/';

const MILLION = 1_000_000;

export const PRICES = {
  lambdaGigabyteSecond: { usd: 0.000_013_333_4, of: 'a GB-second on arm64', source: LAMBDA },
  lambdaInvocation: { usd: 0.2 / MILLION, of: 'an invocation', source: LAMBDA },
  queueRequest: { usd: 0.4 / MILLION, of: 'a request to a standard queue', source: SQS },
  writeUnit: { usd: 0.625 / MILLION, of: 'a write request unit, on demand', source: DYNAMODB },
  readUnit: { usd: 0.125 / MILLION, of: 'a read request unit, on demand', source: DYNAMODB },
  tableGigabyte: { usd: 0.25, of: 'a GB stored for a month', source: DYNAMODB },
  recoveryGigabyte: { usd: 0.2, of: 'a GB with point-in-time recovery for a month', source: DYNAMODB },
  schedule: { usd: 1 / MILLION, of: 'an invocation by EventBridge Scheduler', source: EVENTBRIDGE },
  customEvent: { usd: 1 / MILLION, of: 'a custom event; events of AWS services are free', source: EVENTBRIDGE },
  metric: { usd: 0.3, of: 'a custom metric for a month', source: CLOUDWATCH },
  alarmMetric: { usd: 0.1, of: 'a metric in an alarm for a month', source: CLOUDWATCH },
  dashboard: { usd: 3, of: 'a dashboard for a month', source: CLOUDWATCH },
  logGigabyte: { usd: 0.5, of: 'a GB written to logs', source: CLOUDWATCH },
  keptLogGigabyte: { usd: 0.03, of: 'a GB of logs kept for a month', source: CLOUDWATCH },
  natHour: { usd: 0.045, of: 'an hour of a NAT gateway', source: VPC },
  natGigabyte: { usd: 0.045, of: 'a GB through a NAT gateway', source: VPC },
  endpointHour: { usd: 0.01, of: 'an hour of an interface endpoint in one zone', source: PRIVATELINK },
  endpointGigabyte: { usd: 0.01, of: 'a GB through an interface endpoint', source: PRIVATELINK },
} as const satisfies Readonly<Record<string, Price>>;

export type PriceName = keyof typeof PRICES;
