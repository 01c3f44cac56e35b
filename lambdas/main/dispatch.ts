/** Invoked by the schedule, once a minute. A start that lacks something fails with the names of what is missing. */
import { handleDispatch } from '../handlers/dispatch.ts';
import { startIn } from '../runtime/aws.ts';
import { awsDispatch } from '../runtime/aws-dispatch.ts';

const wiring = awsDispatch(startIn(import.meta.dirname));

export const handler = async (): Promise<void> => handleDispatch(wiring);
