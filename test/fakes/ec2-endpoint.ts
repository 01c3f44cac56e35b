/**
 * As much of EC2 as tells what instances are: `DescribeInstances` of the query API on 127.0.0.1. Requests must be signed
 * for the service `ec2`. The answers have the form of AWS's own examples (API reference, DescribeInstances).
 */
import { createServer, type IncomingMessage } from 'node:http';
import { closed, listening } from '../lambdas/adapters/dynamo/local-table.ts';
import { type Expected, signatureFault } from './sigv4.ts';

export interface KeptInstance {
  readonly id: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Cores and threads of each; absent: EC2 does not say. */
  readonly cpu?: readonly [number, number];
  /** Absent: running. */
  readonly state?: 'running' | 'shutting-down' | 'terminated';
  /** Absent: spot. */
  readonly onDemand?: true;
}

export interface Ec2Endpoint {
  readonly url: string;
  readonly requests: readonly string[];
  instances: readonly KeptInstance[];
  /** Answers of the next requests, in place of the right ones. */
  answers: ('hang' | readonly [status: number, body: string])[];
  close(): Promise<void>;
}

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`).replace(/'/g, '&apos;');

const item = (inside: string): string => `<item>${inside}</item>`;

const instanceXml = ({ id, tags, cpu, state = 'running', onDemand }: KeptInstance): string => {
  const tagSet = Object.entries(tags).map(([key, value]) =>
    item(`<key>${escaped(key)}</key><value>${escaped(value)}</value>`),
  );
  const options =
    cpu && `<cpuOptions><coreCount>${cpu[0]}</coreCount><threadsPerCore>${cpu[1]}</threadsPerCore></cpuOptions>`;
  return item(
    `<instanceId>${id}</instanceId><instanceState><code>16</code><name>${state}</name></instanceState><productCodes/>
     ${onDemand === true ? '' : '<instanceLifecycle>spot</instanceLifecycle>'}
     <blockDeviceMapping>${item('<deviceName>/dev/xvda</deviceName><ebs><volumeId>vol-1</volumeId></ebs>')}</blockDeviceMapping>
     <tagSet>${tagSet.join('\n')}</tagSet>${options ?? ''}`,
  );
};

const answerXml = (instances: readonly KeptInstance[]): string =>
  `<?xml version="1.0" encoding="UTF-8"?>
<DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
    <requestId>8f7724cf-496f-496e-8fe3-example</requestId>
    <reservationSet>${instances
      .map((one) =>
        item(`<reservationId>r-1</reservationId><groupSet/><instancesSet>${instanceXml(one)}</instancesSet>`),
      )
      .join('')}</reservationSet>
</DescribeInstancesResponse>`;

export const errorXml = (code: string, message: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>
<Response><Errors><Error><Code>${code}</Code><Message>${escaped(message)}</Message></Error></Errors><RequestID>ea966190-f9aa-478e-9ede-example</RequestID></Response>`;

const textOf = async (request: IncomingMessage): Promise<string> => {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
};

export const startEc2Endpoint = async (caller: Expected): Promise<Ec2Endpoint> => {
  const requests: string[] = [];
  const answerTo = (request: IncomingMessage, body: string): readonly [number, string] => {
    const fault = signatureFault(
      { method: String(request.method), path: String(request.url), headers: request.headers, body },
      caller,
    );
    if (fault !== undefined) return [403, errorXml('AuthFailure', fault)];
    const form = new URLSearchParams(body);
    if (form.get('Action') !== 'DescribeInstances' || form.get('Version') !== '2016-11-15') {
      return [400, errorXml('InvalidAction', `The action ${form.get('Action')} is not valid for this web service.`)];
    }
    const id = form.get('InstanceId.1');
    const found = endpoint.instances.filter((instance) => instance.id === id);
    return found.length === 0
      ? [400, errorXml('InvalidInstanceID.NotFound', `The instance ID '${id}' does not exist`)]
      : [200, answerXml(found)];
  };
  const server = createServer(async (request, response) => {
    const body = await textOf(request);
    requests.push(body);
    const answer = endpoint.answers.shift() ?? answerTo(request, body);
    if (answer !== 'hang') response.writeHead(answer[0], { 'content-type': 'text/xml;charset=UTF-8' }).end(answer[1]);
  });
  const endpoint: Ec2Endpoint = {
    url: `http://127.0.0.1:${await listening(server)}`,
    requests,
    instances: [],
    answers: [],
    close: () => closed(server),
  };
  return endpoint;
};
