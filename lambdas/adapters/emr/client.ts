/** The SDK's EMR client with bounds on time and attempts; everything else is the SDK's own. */
import { EMRClient } from '@aws-sdk/client-emr';

/** How EMR is reached. */
export interface EmrClientSettings {
  readonly region: string;
  /** Another address than AWS's own, for a local cluster. */
  readonly endpoint?: string;
  /**
   * Attempts of the SDK at one call, its first among them. Default 2, because a call must end within
   * {@link EmrFleetSettings.callMilliseconds}; 1 leaves retries to the next tick, as a run that can be repeated needs.
   */
  readonly maxAttempts?: number;
  /** Longest wait for a connection. Default 1,000 ms. */
  readonly connectMilliseconds?: number;
  /** Longest wait for the answer to one attempt. Default 1,800 ms, so that two attempts fit into one call. */
  readonly attemptMilliseconds?: number;
  /** Absent: the SDK's chain (in a Lambda function: the role). A local endpoint looks at none. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** A client for any number of clusters of one region. Whoever makes it ends it with `destroy()`. */
export const emrClient = (settings: EmrClientSettings): EMRClient =>
  new EMRClient({
    region: settings.region,
    maxAttempts: settings.maxAttempts ?? 2,
    requestHandler: {
      connectionTimeout: settings.connectMilliseconds ?? 1000,
      requestTimeout: settings.attemptMilliseconds ?? 1800,
      // Without this the SDK only writes a warning and goes on waiting.
      throwOnRequestTimeout: true,
    },
    ...(settings.endpoint === undefined ? {} : { endpoint: settings.endpoint }),
    ...(settings.credentials === undefined ? {} : { credentials: settings.credentials }),
  });
