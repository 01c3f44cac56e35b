/**
 * The ways on which what an exporter shows comes back as a sample: each over real HTTP on 127.0.0.1, with a clock of the
 * test's own.
 */

import { ampWorkload } from '../../../../lambdas/adapters/samples/amp.ts';
import { PrometheusWorkload, type PrometheusWorkloadOptions } from '../../../../lambdas/adapters/samples/prometheus.ts';
import { ScrapedWorkload } from '../../../../lambdas/adapters/samples/scraped.ts';
import type { QueryClassSample, WorkloadSample } from '../../../../lambdas/core/model.ts';
import { epochSeconds } from '../../../../lambdas/core/quantities.ts';
import type { WorkloadSource } from '../../../../lambdas/ports/workload.ts';
import { parsePrometheusMapping } from '../../../../lambdas/settings/prometheus-mapping.ts';
import { type Answer, startAnswering } from '../../../exporters/answering.ts';
import { type PrometheusFault, startPrometheusServer } from '../../../fakes/prometheus-server.ts';
import { type Expected, signatureFault } from '../../../fakes/sigv4.ts';
import type { Plain } from '../../core/builders.ts';

export type Break = 'down' | 'slow' | 'half' | 'html' | 'redirect' | 'unknown' | 'forbidden' | 'failing';

export interface Clock {
  /** Seconds since 1970. */
  now: number;
}

export interface Relay {
  readonly source: WorkloadSource;
  /** What the source told of its faults. */
  readonly faults: Error[];
  /** Of a sample, what gets through. */
  carried(sample: WorkloadSample): WorkloadSample;
  /** A text of `/metrics` goes in at the present moment; undefined: the exporter does not answer. */
  publish(text: string | undefined): Promise<void>;
  /** The moment from which on what goes in now can be read. */
  readableAt(): number;
  break(kind: Break | undefined): Promise<void>;
  close(): Promise<void>;
}

export type MakeRelay = (clock: Clock) => Promise<Relay>;

/** A time-out for relays that are broken by waiting. */
const TIMEOUT_MILLISECONDS = 2_000;

export const CLUSTER = 'reports "Ö"\n1';
const TARGET = { instance: '10.0.0.7:9495', cluster: CLUSTER };

const STATUSES: Partial<Record<Break, number>> = { redirect: 302, unknown: 401, forbidden: 403, failing: 500 };

/** The text of an exporter, asked for straight away. */
export const scrapedRelay: MakeRelay = async (clock) => {
  let text: string | undefined;
  let broken: Break | undefined;
  const answer = (): Answer => {
    if (text === undefined || broken === 'slow') return 'hang';
    if (broken === 'html') return '<html>\n<body>Sign in</body></html>';
    return STATUSES[broken ?? 'down'] ?? (broken === 'half' ? text.slice(0, text.length / 2) : text);
  };
  const server = await startAnswering(answer);
  const faults: Error[] = [];
  const source = new ScrapedWorkload({
    url: `${server.url}/metrics`,
    timeoutMilliseconds: TIMEOUT_MILLISECONDS,
    onFault: (error) => faults.push(error),
  });
  return {
    source,
    faults,
    carried: (sample) => sample,
    publish: async (given) => {
      text = given;
    },
    readableAt: () => clock.now,
    break: async (kind) => {
      broken = kind;
      if (kind === 'down') await server.close();
    },
    close: () => server.close(),
  };
};

const PROMETHEUS_FAULTS: Partial<Record<Break, PrometheusFault>> = {
  slow: 'hang',
  half: 'truncated',
  html: 'html',
  redirect: 'redirect',
  unknown: { status: 401, body: '{"status":"error","errorType":"unauthorized","error":"no bearer token"}' },
  forbidden: { status: 403 },
  failing: { status: 500, body: '{"status":"error","errorType":"internal","error":"out of memory"}' },
};

interface PrometheusKind {
  readonly source: (url: string, options: Pick<PrometheusWorkloadOptions, 'onFault'>, clock: Clock) => WorkloadSource;
  readonly carried: Relay['carried'];
  readonly caller?: Omit<Expected, 'now'>;
}

const prometheusRelay =
  ({ source, carried, caller }: PrometheusKind): MakeRelay =>
  async (clock) => {
    const server = await startPrometheusServer({
      now: () => clock.now,
      ...(caller === undefined
        ? {}
        : {
            refuses: (received, method) => {
              const request = { ...received, method, path: received.url };
              const fault = signatureFault(request, { ...caller, now: clock.now });
              return fault === undefined ? undefined : { status: 403, body: JSON.stringify({ Message: fault }) };
            },
          }),
    });
    const faults: Error[] = [];
    return {
      source: source(server.url, { onFault: (error) => faults.push(error) }, clock),
      faults,
      carried,
      publish: async (text) => (text === undefined ? server.scrapeFailed(TARGET) : server.scrape(text, TARGET)),
      readableAt: () => clock.now,
      break: async (kind) => {
        if (kind === 'down') await server.close();
        else server.break(kind === undefined ? undefined : PROMETHEUS_FAULTS[kind]);
      },
      close: () => server.close(),
    };
  };

const timeoutMilliseconds = TIMEOUT_MILLISECONDS;

/** Prometheus keeps no order. */
const inOrder = (sample: WorkloadSample): WorkloadSample =>
  sample.classes === undefined
    ? sample
    : { ...sample, classes: sample.classes.toSorted((one, other) => (one.name < other.name ? -1 : 1)) };

/** Our exporter's own metrics, kept by a Prometheus. */
export const prometheusOwnRelay = prometheusRelay({
  source: (url, options) =>
    new PrometheusWorkload({ ...options, url, labels: { cluster: CLUSTER }, timeoutMilliseconds }),
  carried: inOrder,
});

export const ROLE = {
  accessKeyId: 'ASIAEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  sessionToken: 'FwoGZXIvYXdzEXAMPLE/token==',
};

export const ampRelay = prometheusRelay({
  source: (url, options, clock) =>
    ampWorkload({
      ...options,
      url: `${url}/workspaces/ws-1`,
      labels: { cluster: CLUSTER },
      timeoutMilliseconds,
      region: 'eu-central-1',
      workspaceId: 'ws-1',
      credentials: async () => ROLE,
      clock: { now: () => epochSeconds(clock.now) },
    }),
  carried: inOrder,
  caller: { ...ROLE, region: 'eu-central-1', service: 'aps' },
});

/** All classes as one, as sums over their label are. */
export const withOneClass = (sample: WorkloadSample): WorkloadSample => {
  const { classes, ...rest } = sample;
  if (classes === undefined || classes.length === 0) return rest;
  const sum = (
    field: 'live' | 'held' | 'cpuSecondsUsed' | 'finishedQueries' | 'finishedCpuSeconds' | 'parallelismCores',
  ) => classes.reduce((total, one) => total + (one[field] ?? 0), 0);
  const known = classes.some(({ parallelismCores }) => parallelismCores !== undefined);
  const all: Plain<QueryClassSample> = {
    name: 'all',
    live: sum('live'),
    held: sum('held'),
    cpuSecondsUsed: sum('cpuSecondsUsed'),
    ...(known ? { parallelismCores: sum('parallelismCores') } : {}),
    finishedQueries: sum('finishedQueries'),
    finishedCpuSeconds: sum('finishedCpuSeconds'),
  };
  return { ...rest, classes: [all as QueryClassSample] };
};

export const NAMES = {
  runningQueries: 'running_queries',
  queuedQueries: 'queued_queries',
  waitingForWorkersQueries: 'waiting_for_workers_queries',
  groupHeldQueries: 'group_held_queries',
  blockedOnMemoryQueries: 'blocked_on_memory_queries',
  requiredWorkers: 'required_workers',
  readyWorkers: 'ready_workers',
  readyCores: 'ready_cores',
  drainingWorkers: 'draining_workers',
  drainingCores: 'draining_cores',
  cpuSecondsTotal: 'cpu_seconds_total',
  reservedMemoryBytes: 'reserved_memory_bytes',
  totalMemoryBytes: 'memory_bytes',
  oldestWaitSeconds: 'oldest_wait_seconds',
  oldestRunningSeconds: 'oldest_running_seconds',
};

export const CLASS_NAMES = {
  live: 'class_live_queries',
  held: 'class_held_queries',
  cpuSecondsUsed: 'class_live_cpu_seconds',
  parallelismCores: 'class_parallelism_cores',
  finishedQueries: 'class_finished_queries_total',
  finishedCpuSeconds: 'class_finished_cpu_seconds_total',
};

const SELECTED = `{cluster=${JSON.stringify(CLUSTER)}}`;

/** The same series as if they were somebody else's: found by a mapping, their age by Prometheus's own times. */
export const FOREIGN_MAPPING = {
  takenAt: `min(timestamp(prestoscale_engine_sample_timestamp_seconds${SELECTED}))`,
  ...Object.fromEntries(Object.entries(NAMES).map(([field, name]) => [field, `prestoscale_engine_${name}${SELECTED}`])),
  all: Object.fromEntries(
    Object.entries(CLASS_NAMES).map(([field, name]) => [
      field,
      `sum(prestoscale_engine_${name}${SELECTED}) # over ${field}`,
    ]),
  ),
};

const parsedForeign = () => {
  const { mapping, problems } = parsePrometheusMapping(FOREIGN_MAPPING);
  if (mapping === undefined) throw new Error(JSON.stringify(problems));
  return mapping;
};

export const prometheusMappedRelay = prometheusRelay({
  source: (url, options) => new PrometheusWorkload({ ...options, url, mapping: parsedForeign(), timeoutMilliseconds }),
  carried: withOneClass,
});
