/** What the clients of the SDK have in common: bounds on time and attempts. Everything else is the SDK's own. */

/** How a service of AWS is reached. */
export interface AwsClientSettings {
  readonly region: string;
  /** Another address than AWS's own. Absent: the SDK's own choice, which `AWS_ENDPOINT_URL_<SERVICE>` may change. */
  readonly endpoint?: string;
  /**
   * Attempts of the SDK at one call, its first among them. 1 leaves retries to the next tick, as a run that can be
   * repeated needs.
   */
  readonly maxAttempts?: number;
  /** Longest wait for a connection. */
  readonly connectMilliseconds?: number;
  /** Longest wait for the answer to one attempt. */
  readonly attemptMilliseconds?: number;
  /** Absent: the SDK's chain (in a Lambda function: the role; on an instance: its profile). */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** What holds for a service where nothing else is said. */
export type ClientBounds = Required<
  Pick<AwsClientSettings, 'maxAttempts' | 'connectMilliseconds' | 'attemptMilliseconds'>
>;

/** Configuration for the constructor of any client of the SDK. */
export const clientConfig = (settings: AwsClientSettings, bounds: ClientBounds) => ({
  region: settings.region,
  maxAttempts: settings.maxAttempts ?? bounds.maxAttempts,
  requestHandler: {
    connectionTimeout: settings.connectMilliseconds ?? bounds.connectMilliseconds,
    requestTimeout: settings.attemptMilliseconds ?? bounds.attemptMilliseconds,
    // Without this the SDK only writes a warning and goes on waiting.
    throwOnRequestTimeout: true,
  },
  ...(settings.endpoint === undefined ? {} : { endpoint: settings.endpoint }),
  ...(settings.credentials === undefined ? {} : { credentials: settings.credentials }),
});
