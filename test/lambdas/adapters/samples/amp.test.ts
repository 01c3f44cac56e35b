/** Signatures for Amazon Managed Prometheus, checked by the other side's arithmetic, which AWS's own examples check. */
import { sampleFamilies } from '../../../../exporters/engine/metric-table.ts';
import { renderMetrics } from '../../../../exporters/registry.ts';
import { signFor } from '../../../../lambdas/adapters/aws-signing.ts';
import { type AmpWorkloadOptions, ampWorkload } from '../../../../lambdas/adapters/samples/amp.ts';
import { epochSeconds } from '../../../../lambdas/core/quantities.ts';
import { type PrometheusServer, startPrometheusServer } from '../../../fakes/prometheus-server.ts';
import { type Expected, type SignedRequest, signatureFault, signatureOf } from '../../../fakes/sigv4.ts';
import { NOON, workSample } from '../../core/builders.ts';

describe('AWS’s published test suite for Signature Version 4 → the checking side computes the same', () => {
  const KEYS = {
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
    region: 'us-east-1',
    service: 'service',
  };
  const headers = { host: 'example.amazonaws.com', 'x-amz-date': '20150830T123600Z' };
  const form = { ...headers, 'content-type': 'application/x-www-form-urlencoded' };

  test.each([
    [
      'get-vanilla',
      { method: 'GET', path: '/', headers, body: '' },
      ['host', 'x-amz-date'],
      '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
    ],
    [
      'post-vanilla',
      { method: 'POST', path: '/', headers, body: '' },
      ['host', 'x-amz-date'],
      '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
    ],
    [
      'post-x-www-form-urlencoded',
      { method: 'POST', path: '/', headers: form, body: 'Param1=value1' },
      ['content-type', 'host', 'x-amz-date'],
      'ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a',
    ],
  ] as const)('%s', (_, request, signedHeaders, signature) => {
    expect(signatureOf(request, signedHeaders, KEYS)).toBe(signature);
  });
});

const ROLE = { accessKeyId: 'ASIAEXAMPLE', secretAccessKey: 'secret+/key', sessionToken: 'the/token==' };
const CALLER: Expected = { ...ROLE, region: 'eu-central-1', service: 'aps', now: NOON };

const clockAt = (seconds: number) => ({ now: () => epochSeconds(seconds) });

describe('a signed request', () => {
  const request = {
    url: new URL('https://aps-workspaces.eu-central-1.amazonaws.com/workspaces/ws-1/api/v1/query'),
    headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ query: '{a="ö\n\\"x", b=~"(1|2)"}' }).toString(),
  };

  const sign = async (credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string } = ROLE) => {
    const signer = signFor('aps', {
      region: 'eu-central-1',
      credentials: async () => credentials,
      clock: clockAt(NOON),
    });
    return signer(request);
  };

  const arrived = (headers: Readonly<Record<string, string>>, change: Partial<SignedRequest> = {}): SignedRequest => ({
    method: 'POST',
    path: request.url.pathname,
    body: request.body,
    headers,
    ...change,
  });

  test('as it was sent → taken', async () => {
    expect(signatureFault(arrived(await sign()), CALLER)).toBeUndefined();
  });

  test('of a user without a session → taken, and no token is sent', async () => {
    const { sessionToken: _, ...user } = ROLE;
    const headers = await sign(user);
    const { sessionToken: __, ...caller } = CALLER;
    expect(headers).not.toHaveProperty('x-amz-security-token');
    expect(signatureFault(arrived(headers), caller)).toBeUndefined();
  });

  test.each([
    ['another body', { body: `${request.body}x` }, {}],
    ['another path', { path: '/workspaces/ws-2/api/v1/query' }, {}],
    ['another method', { method: 'GET' }, {}],
    ['another key', {}, { secretAccessKey: 'other' }],
    ['another region', {}, { region: 'us-east-1' }],
    ['another service', {}, { service: 's3' }],
    ['six minutes later', {}, { now: NOON + 360 }],
    ['another token', {}, { sessionToken: 'old' }],
  ])('%s → refused', async (_, change, expected) => {
    expect(signatureFault(arrived(await sign(), change), { ...CALLER, ...expected })).toBeDefined();
  });

  test('a host or a form that was changed on the way → refused', async () => {
    const headers = await sign();
    for (const name of ['host', 'content-type', 'x-amz-date']) {
      expect(signatureFault(arrived({ ...headers, [name]: 'x' }), CALLER)).toBeDefined();
    }
  });
});

describe('a workspace', () => {
  let server: PrometheusServer;
  let expected: Expected;
  const asked: string[] = [];

  beforeEach(async () => {
    expected = CALLER;
    server = await startPrometheusServer({
      now: () => NOON,
      refuses: (received, method) => {
        asked.push(received.headers['x-amz-security-token'] as string);
        const fault = signatureFault({ ...received, method, path: received.url }, expected);
        return fault === undefined ? undefined : { status: 403, body: JSON.stringify({ message: fault }) };
      },
    });
    server.scrape(await renderMetrics(sampleFamilies(workSample([], { takenAt: NOON }))));
  });

  afterEach(() => server.close());

  const workload = (given: Partial<AmpWorkloadOptions> = {}) => {
    const faults: string[] = [];
    const source = ampWorkload({
      region: 'eu-central-1',
      workspaceId: 'ws-1',
      url: `${server.url}/workspaces/ws-1`,
      credentials: async () => ROLE,
      clock: clockAt(NOON),
      onFault: ({ message }) => faults.push(message),
      ...given,
    });
    return { source, faults };
  };

  test('signed by the role → the sample', async () => {
    expect(await workload().source.sample()).toEqual(workSample([], { takenAt: NOON }));
    expect(server.received[0]?.url).toBe('/workspaces/ws-1/api/v1/query');
  });

  test('the credentials change between two samples → the new ones sign', async () => {
    let token = 'first';
    const { source } = workload({ credentials: async () => ({ ...ROLE, sessionToken: token }) });
    expected = { ...CALLER, sessionToken: 'first' };
    expect(await source.sample()).toBeDefined();
    token = 'second';
    expected = { ...CALLER, sessionToken: 'second' };
    expect(await source.sample()).toBeDefined();
    expect(asked.slice(-2)).toEqual(['first', 'second']);
  });

  test.each([
    [
      'a clock that is six minutes slow',
      { clock: clockAt(NOON - 360) },
      'answered 403 (who asks may not ask this; Signature expired)',
    ],
    ['a region that is not the workspace’s', { region: 'us-east-1' }, 'Credential should be scoped to a valid region'],
    ['a wrong key', { credentials: async () => ({ ...ROLE, secretAccessKey: 'x' }) }, 'does not match the signature'],
    [
      'no credentials',
      {
        credentials: async () => {
          throw new Error('Could not load credentials from any providers');
        },
      },
      'Could not load credentials from any providers',
    ],
  ])('%s → no sample, and why, without a secret', async (_, given, sentence) => {
    const { source, faults } = workload(given);
    expect(await source.sample()).toBeUndefined();
    expect(faults).toEqual([expect.stringContaining(sentence)]);
    expect(faults[0]).toContain('Amazon Managed Prometheus ws-1');
    expect(faults[0]).not.toMatch(/the\/token|secret|ASIA|Signature=/);
  });
});
