/** Invoked by EventBridge, asynchronously. A start that lacks something fails with the names of what is missing. */
import { handleRoute } from '../handlers/route.ts';
import { startIn } from '../runtime/aws.ts';
import { awsRoute } from '../runtime/aws-route.ts';

const wiring = awsRoute(startIn(import.meta.dirname));

export const handler = async (event: unknown): Promise<void> => handleRoute(event, wiring);
