/** Settings of samples → where each is read, asked of real servers. */
import { createServer, type Server } from 'node:http';
import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { sampleFamilies } from '../../../exporters/engine/metric-table.ts';
import { renderMetrics } from '../../../exporters/registry.ts';
import { cloudWatchClient } from '../../../lambdas/adapters/samples/cloudwatch-client.ts';
import { epochSeconds } from '../../../lambdas/core/quantities.ts';
import { type SampleParts, workloadFor } from '../../../lambdas/runtime/samples.ts';
import type { SampleSettings } from '../../../lambdas/settings/settings.ts';
import { startCloudWatchEndpoint } from '../../fakes/cloudwatch-endpoint.ts';
import { startPrometheusServer } from '../../fakes/prometheus-server.ts';
import { signatureFault } from '../../fakes/sigv4.ts';
import { closed, listening } from '../adapters/dynamo/local-table.ts';
import { NOON, workSample } from '../core/builders.ts';

const ROLE = { accessKeyId: 'ASIAEXAMPLE', secretAccessKey: 'secret', sessionToken: 'token' };
const SAMPLE = workSample([], { takenAt: NOON });

const faults: string[] = [];
const parts = (given: Partial<SampleParts> = {}): SampleParts => ({
  region: 'eu-central-1',
  clock: { now: () => epochSeconds(NOON) },
  credentials: async () => ROLE,
  cloudWatch: () => {
    throw new Error('CloudWatch is not asked for this');
  },
  onFault: ({ message }) => faults.push(message),
  ...given,
});

afterEach(() => {
  faults.length = 0;
});

test.each([[{ from: 'push' }], [{ from: 'alarms' }]] as const)('%j → nothing is read', (sample) => {
  expect(workloadFor(sample, parts())).toBeUndefined();
});

describe('an exporter at the primary node', () => {
  let server: Server;
  let port: number;

  beforeEach(async () => {
    const text = await renderMetrics(sampleFamilies(SAMPLE));
    server = createServer((request, response) => response.writeHead(request.url === '/metrics' ? 200 : 404).end(text));
    port = await listening(server);
  });

  afterEach(() => closed(server));

  const scrape = (host: string): SampleSettings => ({
    from: 'scrape',
    url: `http://${host}:${port}/metrics`,
    network: 'vpc',
  });

  test('its host is known → read there', async () => {
    expect(await workloadFor(scrape('{primary}'), parts())?.('127.0.0.1')?.sample()).toEqual(SAMPLE);
  });

  test('its host is not known yet → there is nothing to read', () => {
    expect(workloadFor(scrape('{primary}'), parts())?.(undefined)).toBeUndefined();
  });

  test('an address without the primary node’s name → read, known or not', async () => {
    expect(await workloadFor(scrape('127.0.0.1'), parts())?.(undefined)?.sample()).toEqual(SAMPLE);
  });

  test('nobody listens → no sample, and why', async () => {
    await closed(server);
    expect(await workloadFor(scrape('{primary}'), parts())?.('127.0.0.1')?.sample()).toBeUndefined();
    expect(faults).toEqual([expect.stringContaining('ECONNREFUSED')]);
  });
});

test('a coordinator at the primary node → asked there', async () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(String(request.url));
    response.writeHead(404).end();
  });
  const port = await listening(server);
  const settings: SampleSettings = { from: 'coordinator', url: `http://{primary}:${port}`, network: 'vpc' };
  const workload = workloadFor(settings, parts());
  expect(workload?.(undefined)).toBeUndefined();
  expect(await workload?.('127.0.0.1')?.sample()).toBeUndefined();
  await closed(server);
  expect(asked).toContain('/v1/info');
  expect(faults.length).toBeGreaterThan(0);
});

describe('a Prometheus', () => {
  const startWith = async (refuses?: Parameters<typeof startPrometheusServer>[0]['refuses']) => {
    const server = await startPrometheusServer({ now: () => NOON, ...(refuses === undefined ? {} : { refuses }) });
    server.scrape(await renderMetrics(sampleFamilies(SAMPLE)));
    return server;
  };

  test('of one’s own → asked, labels and all', async () => {
    const server = await startWith();
    const sample = { from: 'prometheus', url: server.url } as const;
    expect(await workloadFor(sample, parts())?.(undefined)?.sample()).toEqual(SAMPLE);
    const other = { ...sample, labels: { cluster: 'other' } };
    expect(await workloadFor(other, parts())?.(undefined)?.sample()).toBeUndefined();
    expect(faults).toEqual([expect.stringContaining('cluster="other"')]);
    await server.close();
  });

  test('with a mapping → asked for its fields', async () => {
    const server = await startWith();
    const mapping = { readyCores: 'prestoscale_engine_ready_cores' };
    const sample = await workloadFor({ from: 'prometheus', url: server.url, mapping }, parts())?.(undefined)?.sample();
    expect(sample).toMatchObject({ readyCores: SAMPLE.readyCores });
    expect(sample).not.toHaveProperty('runningQueries');
    await server.close();
  });

  test('of Amazon → asked for the workspace, signed by the role', async () => {
    const caller = { ...ROLE, region: 'eu-central-1', service: 'aps', now: NOON };
    const server = await startWith((received, method) => {
      const fault = signatureFault({ ...received, method, path: received.url }, caller);
      return fault === undefined ? undefined : { status: 403, body: JSON.stringify({ message: fault }) };
    });
    const workload = workloadFor({ from: 'amp', workspaceId: 'ws-1' }, parts({ ampEndpoint: `${server.url}/` }));
    expect(await workload?.(undefined)?.sample()).toEqual(SAMPLE);
    expect(server.received[0]?.url).toBe('/workspaces/ws-1/api/v1/query');
    await server.close();
  });
});

test('CloudWatch → asked with the one client, when it is first needed', async () => {
  const endpoint = await startCloudWatchEndpoint();
  const metric = { namespace: 'Presto', metric: 'queued', statistic: 'Maximum', periodSeconds: 60 } as const;
  endpoint.put({ namespace: 'Presto', metric: 'queued', value: 7, at: NOON - 90 });
  let made: CloudWatchClient | undefined;
  const cloudWatch = () => {
    made ??= cloudWatchClient({ region: 'eu-central-1', endpoint: endpoint.url, credentials: ROLE });
    return made;
  };
  const workload = workloadFor({ from: 'cloudwatch', mapping: { queuedQueries: metric } }, parts({ cloudWatch }));
  expect(made).toBeUndefined();
  expect(await workload?.(undefined)?.sample()).toMatchObject({ queuedQueries: 7 });
  made?.destroy();
  await endpoint.close();
});
