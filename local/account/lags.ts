/** How long things take in the simulated account, in seconds. All of these are assumptions, not measurements. */
export interface Lags {
  /** One call to DynamoDB. */
  readonly table: number;
  /** One call to SQS. */
  readonly queue: number;
  /** From the moment at which a message may be received to the begin of its invocation. */
  readonly delivery: number;
  /** One call to EMR. */
  readonly emr: number;
  /** One call to CloudWatch, EC2, or to an exporter that is scraped. */
  readonly other: number;
  /** From an event to the invocation of `route`. */
  readonly event: number;
  /** What an invocation takes beside its calls. */
  readonly compute: number;
  /** What the first invocation of a process takes more. */
  readonly coldStart: number;
}

/**
 * A quiet tick has two calls to the table and takes 120 ms with these; bundles are imported within 200 ms on two whole
 * processors, and a function has somewhat more than half of one.
 */
export const DEFAULT_LAGS: Lags = {
  table: 0.01,
  queue: 0.02,
  delivery: 0.03,
  emr: 0.3,
  other: 0.1,
  event: 1,
  compute: 0.1,
  coldStart: 1,
};
