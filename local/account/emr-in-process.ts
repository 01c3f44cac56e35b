/** The SDK's own EMR client in front of our EMR service in this process, in virtual time: what is on the wire is the same. */
import { EMRClient } from '@aws-sdk/client-emr';
import type { EmrService } from '../emr/service.ts';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../table.ts';
import type { Timeline } from './timeline.ts';

interface Request {
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/**
 * One attempt a call: the SDK waits in time of the wall before it tries again. What else it does, such as reading its
 * configuration from files, takes no virtual time.
 */
export const emrInProcess = (service: EmrService, timeline: Timeline, lagSeconds: number): EMRClient => {
  const answer = async ({ headers, body }: Request) => {
    await timeline.wait(lagSeconds);
    const text = typeof body === 'string' ? body : new TextDecoder().decode(body as Uint8Array);
    return service.answer(headers['x-amz-target'], text, () => false);
  };
  const handle = async (request: Request) => {
    const reply = await timeline.inside(() => answer(request));
    if (reply === 'drop') throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
    const headers = { 'content-type': reply.contentType, 'x-amzn-requestid': 'local' };
    return { response: { statusCode: reply.status, headers, body: Buffer.from(reply.body) } };
  };
  const client = new EMRClient({
    region: LOCAL_REGION,
    credentials: LOCAL_CREDENTIALS,
    endpoint: 'http://emr.local',
    maxAttempts: 1,
    requestHandler: { handle } as never,
  });
  const send = client.send.bind(client) as (...given: unknown[]) => Promise<unknown>;
  Object.assign(client, { send: (...given: unknown[]) => timeline.outside(() => send(...given)) });
  return client;
};
