/** A real engine under load, scaled by the product, with everything that is told of it in a real Prometheus. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { tableDefinition } from '../../../lambdas/adapters/dynamo/table-definition.ts';
import type { PolicyInput } from '../../../lambdas/core/policy/schema.ts';
import { defaultCacheFolder } from '../../../local/engines/jars.ts';
import { QueryLoad, SHORT_QUERY, WIDE_QUERY } from '../../../local/engines/load.ts';
import { freePorts } from '../../../local/engines/ports.ts';
import { EngineRun } from '../../../local/engines/run.ts';
import { type EngineKind, engineVersion } from '../../../local/engines/versions.ts';
import { CLUSTER } from '../../../local/system.ts';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../../local/table.ts';
import { ExporterProcess, FROM_SOURCES } from '../../exporters/process.ts';
import { agentJar } from './agent-jar.ts';
import { PrometheusServer, type ScrapeTarget } from './prometheus-server.ts';

export const ENVIRONMENT = 'e2e';
/** As a client may send it: a header of HTTP has no line breaks, and Latin letters. */
export const ODD_SOURCE = 'say "hé" \\ {x}';

/** One worker at first, so that there is something to decide. */
const POLICY: PolicyInput = {
  capacity: { minimumUnits: 1, maximumUnits: 2, coresPerUnit: 1 },
  demand: { targetUtilisation: 0.3, clearBacklogSeconds: 5 },
  scaleIn: { holdSeconds: 60, vouchedGraceSeconds: 110 },
  budget: { usdPerHour: 10, usdPerDay: 100 },
};

/** The first workers, and what may come in place of one that dies. */
const MOST_WORKERS = 4;
/** A table of its own for what the watched exporter pushes: the run has its own exporter. */
const PUSHED = 'pushed';
const WRONG_QUERY = 'select 1 / (orderkey - orderkey) from tpch.tiny.orders';
const BETWEEN_WRONG_MILLISECONDS = 2000;
const START_MILLISECONDS = 90_000;

export interface Monitored {
  readonly run: EngineRun;
  readonly load: QueryLoad;
  readonly prometheus: PrometheusServer;
  /** The text of every exporter and agent that answers, by its address. */
  scrapes(): Promise<Readonly<Record<string, string>>>;
  close(): Promise<void>;
}

/** Labels as `dashboards/prometheus/prometheus.yml` makes them of EMR's tags. */
const labelsOf = (role: string, instance: string): Readonly<Record<string, string>> => ({
  environment: ENVIRONMENT,
  cluster: CLUSTER,
  role,
  instance,
});

const startExporter = async ({ cluster, system }: EngineRun): Promise<ExporterProcess> => {
  const { url, table } = system.table;
  await table.client.send(new CreateTableCommand(tableDefinition(PUSHED)));
  const args = {
    coordinator: cluster.url,
    'engine-user': 'monitor',
    port: '0',
    'every-seconds': '2',
    'history-every-seconds': '5',
    autoscaler: 'on',
    'autoscaler-table': table.name,
    'push-table': PUSHED,
    // Nobody listens: what becomes of wake-ups is not what this is about.
    'push-queue': 'http://127.0.0.1:9/123456789012/ticks',
    cluster: CLUSTER,
    region: LOCAL_REGION,
  };
  return new ExporterProcess(
    FROM_SOURCES,
    Object.entries(args).flatMap(([name, value]) => [`--${name}`, value]),
    {
      AWS_ENDPOINT_URL_DYNAMODB: url,
      AWS_ACCESS_KEY_ID: LOCAL_CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: LOCAL_CREDENTIALS.secretAccessKey,
    },
  );
};

/** Users and sources of different kinds, short queries and long ones, and some that fail. */
const startLoad = (load: QueryLoad): (() => void) => {
  load.stream(2, SHORT_QUERY, { user: 'analyst', source: 'notebook' });
  load.stream(1, 'select count(*) from tpch.tiny.lineitem', { user: 'dashboard', source: ODD_SOURCE });
  load.stream(1, WIDE_QUERY, { user: 'reader', source: 'export', readPauseMilliseconds: 500 });
  const wrong = setInterval(() => void load.send(WRONG_QUERY, { user: 'novice' }), BETWEEN_WRONG_MILLISECONDS);
  return () => clearInterval(wrong);
};

/** One port for each node's agent, in order of their start. */
const agentPorts = async () => {
  const ports = await freePorts(MOST_WORKERS + 1);
  const taken = new Map<string, number>();
  return {
    of: (name: string): number => {
      const port = taken.get(name) ?? ports[taken.size];
      if (port === undefined) throw new Error('more nodes were started than there are ports for agents');
      taken.set(name, port);
      return port;
    },
    targets: (): readonly ScrapeTarget[] =>
      ports.map((port, index) => ({
        job: 'prestoscale-jmx',
        address: `127.0.0.1:${port}`,
        labels: labelsOf(index === 0 ? 'coordinator' : 'worker', `node-${index}`),
      })),
  };
};

/** Where it listens. @throws Error with what it told, when it says nothing of that for so long */
const addressOf = async (exporter: ExporterProcess): Promise<string> => {
  const silent = new Promise<never>((_resolve, reject) => {
    setTimeout(() => reject(new Error(`the exporter does not start: ${exporter.told}`)), START_MILLISECONDS).unref();
  });
  const [, address] = await Promise.race([exporter.tells(/http:\/\/(\S+)\/metrics/), silent]);
  return String(address);
};

const watch = async (run: EngineRun, agents: readonly ScrapeTarget[]): Promise<Omit<Monitored, 'run' | 'load'>> => {
  const exporter = await startExporter(run);
  try {
    const labels = labelsOf('coordinator', 'node-0');
    const exported: ScrapeTarget = { job: 'prestoscale-exporter', address: await addressOf(exporter), labels };
    const targets = [exported, ...agents];
    const prometheus = await PrometheusServer.start(targets);
    return {
      prometheus,
      scrapes: () => scrapesOf(targets),
      close: async () => {
        await prometheus.close();
        await exporter.end('SIGTERM');
      },
    };
  } catch (error) {
    exporter.kill();
    throw error;
  }
};

const scrapesOf = async (targets: readonly ScrapeTarget[]): Promise<Readonly<Record<string, string>>> => {
  const texts = targets.map(async ({ address }) => {
    const response = await fetch(`http://${address}/metrics`, { signal: AbortSignal.timeout(20_000) });
    return [address, await response.text()] as const;
  });
  const answered = await Promise.allSettled(texts);
  return Object.fromEntries(answered.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])));
};

/** Starts everything; the load runs from now on. */
export const startMonitored = async (kind: EngineKind): Promise<Monitored> => {
  const engine = engineVersion(kind);
  const cacheFolder = defaultCacheFolder(process.env);
  const jar = await agentJar(cacheFolder);
  const ports = await agentPorts();
  const configurations = join(__dirname, '../../../exporters/jmx');
  const run = await EngineRun.start({
    engine,
    cacheFolder,
    folder: mkdtempSync(join(tmpdir(), `prestoscale-monitored-${kind}-`)),
    policy: POLICY,
    startWorkers: 1,
    killSeconds: 120,
    resizes: 'override',
    jvmFlags: (role, name) => [`-javaagent:${jar}=127.0.0.1:${ports.of(name)}:${configurations}/${kind}-${role}.yaml`],
  });
  const load = new QueryLoad(engine, run.cluster.url);
  try {
    const { prometheus, scrapes, close } = await watch(run, ports.targets());
    const stopLoad = startLoad(load);
    return {
      run,
      load,
      prometheus,
      scrapes,
      close: async () => {
        stopLoad();
        await load.close();
        await close();
        await run.close();
      },
    };
  } catch (error) {
    await run.close();
    throw error;
  }
};
