/** The SDK's EMR client with our bounds. */
import { EMRClient } from '@aws-sdk/client-emr';
import { type AwsClientSettings, clientConfig } from '../aws-client.ts';

/** Two attempts fit into one call, which ends within {@link EmrFleetSettings.callMilliseconds}. */
const BOUNDS = { maxAttempts: 2, connectMilliseconds: 1000, attemptMilliseconds: 1800 };

/** A client for any number of clusters of one region. Whoever makes it ends it with `destroy()`. */
export const emrClient = (settings: AwsClientSettings): EMRClient => new EMRClient(clientConfig(settings, BOUNDS));
