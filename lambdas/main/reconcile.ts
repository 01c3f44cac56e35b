/** Invoked by a tick queue with one message. A start that lacks something fails with the names of what is missing. */
import { handleReconcile, type QueueEvent } from '../handlers/reconcile.ts';
import { startIn } from '../runtime/aws.ts';
import { awsReconcile } from '../runtime/aws-reconcile.ts';

const wiring = awsReconcile(startIn(import.meta.dirname));

export const handler = async (event: QueueEvent): Promise<void> => handleReconcile(event, wiring);
