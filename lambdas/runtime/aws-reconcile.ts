/** The function `reconcile` in AWS: one for each network, and one outside any. */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { emrClient } from '../adapters/emr/client.ts';
import { cloudWatchClient } from '../adapters/samples/cloudwatch-client.ts';
import type { ClusterEntry } from '../settings/settings.ts';
import { commonParts, type Start } from './aws.ts';
import { type SampleParts, workloadFor } from './samples.ts';
import { commonVariables, endpointOf } from './variables.ts';
import { type ClusterSettings, wireReconcile } from './wire-reconcile.ts';
import type { ReconcileWiring } from './wiring.ts';

/** Makes a value when it is first asked for. */
const once = <Value>(make: () => Value): (() => Value) => {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
};

const clusterOf = (entry: ClusterEntry, parts: Omit<SampleParts, 'onFault'>, tell: (told: string) => void) => {
  const { minimumWorkerAgeSeconds, usdPerUnitHour, typePrices } = entry;
  const workload = workloadFor(entry.sample, { ...parts, onFault: ({ message }) => tell(message) });
  return {
    entry,
    facts: {
      ...(minimumWorkerAgeSeconds === undefined ? {} : { minimumWorkerAgeSeconds }),
      ...(usdPerUnitHour === undefined ? {} : { usdPerUnitHour }),
      ...(typePrices === undefined ? {} : { typePrices }),
    },
    ...(workload === undefined ? {} : { workload }),
  } satisfies ClusterSettings;
};

/** @throws Error that says what is missing in the environment */
export const awsReconcile = (start: Start): ReconcileWiring => {
  const { settings } = start;
  const variables = commonVariables(start.variables);
  const { region } = variables;
  const common = commonParts(start, variables);
  const ampEndpoint = endpointOf(start.variables, 'AMP');
  const samples = {
    region,
    clock: common.clock,
    credentials: defaultProvider(),
    cloudWatch: once((): CloudWatchClient => cloudWatchClient({ region })),
    ...(ampEndpoint === undefined ? {} : { ampEndpoint }),
  };
  const clusters = settings.clusters.map((entry) =>
    clusterOf(entry, samples, (told) =>
      common.report({ level: 'WARN', event: 'sample-fault', cluster: entry.name, told }),
    ),
  );
  return wireReconcile(clusters, {
    ...common,
    emr: emrClient({ region }),
    newId: randomUUID,
    pause: async (milliseconds) => pause(milliseconds),
    retentionDays: settings.journalRetentionDays,
    callBudget: { quotas: settings.emrQuotas, slotSeconds: settings.slotSeconds },
  });
};
