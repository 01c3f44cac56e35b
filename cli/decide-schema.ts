/** One line in and one line out of `npm run decide`, as schemas: checked at run time, printed into docs/decide.md. */
import * as z from 'zod/mini';
import type { Memory } from '../lambdas/core/memory.ts';
import type { Observation } from '../lambdas/core/model.ts';
import type { EpochSeconds } from '../lambdas/core/quantities.ts';

const said = <Schema extends z.core.$ZodType>(schema: Schema, description: string): Schema => {
  z.globalRegistry.add(schema, { description });
  return schema;
};

const count = (description: string) => said(z.optional(z.number().check(z.minimum(0))), description);
const amount = (description: string) => said(z.number().check(z.minimum(0)), description);
const time = (description: string) => said(z.number().check(z.minimum(0)), `${description} (seconds since 1970)`);
const name = (description: string) => said(z.string().check(z.minLength(1)), description);

const queryClass = z.strictObject({
  name: name('`source|user|group`'),
  live: amount('queries that run, or would run if there were capacity'),
  held: amount('queries held back by their resource group’s own limit'),
  cpuSecondsUsed: amount('CPU seconds used so far by the live ones'),
  parallelismCores: count('cores that the live ones could use at once, summed'),
  busyCores: count('cores that the live ones keep busy now, summed'),
  finishedQueries: amount('counter'),
  finishedCpuSeconds: amount('counter'),
});

const sample = z.strictObject({
  takenAt: time('when the engine was read'),
  runningQueries: count('queries that have started'),
  queuedQueries: count('queued for capacity, not by a group’s limit'),
  waitingForWorkersQueries: count('queries that wait for a number of workers'),
  groupHeldQueries: count('held back by a resource group’s own limit'),
  blockedOnMemoryQueries: count('blocked until memory is free'),
  requiredWorkers: count('largest number of workers that a waiting query requires; 0 when none waits'),
  readyWorkers: count('active workers'),
  readyCores: count('processors of active workers, summed'),
  drainingWorkers: count('workers that drain'),
  drainingCores: count('their processors, summed'),
  cpuSecondsTotal: count('counter since the engine started'),
  reservedMemoryBytes: count('reserved by queries'),
  totalMemoryBytes: count('that queries may reserve on active workers'),
  oldestWaitSeconds: count('longest wait of a query that has not started'),
  oldestRunningSeconds: count('age of the oldest query that has started; 0 when none runs'),
  classes: said(z.optional(z.array(queryClass)), 'live queries by class; absent: only counts can be read'),
});

const market = z.strictObject({
  targetUnits: amount('what the fleet was told'),
  provisionedUnits: amount('what EMR shows as provisioned'),
});

const fleet = z.strictObject({
  id: said(z.optional(z.string()), 'EMR’s id of the fleet'),
  readAt: time('when the fleet was read'),
  status: z.enum([
    'provisioning',
    'bootstrapping',
    'running',
    'resizing',
    'reconfiguring',
    'suspended',
    'terminating',
    'terminated',
  ]),
  onDemand: market,
  spot: market,
  largestWeightUnits: said(z.number().check(z.minimum(1)), 'largest weight among the instance types'),
  instanceTypes: said(z.optional(z.number().check(z.int(), z.minimum(1))), 'how many instance types the fleet may use'),
});

const pool = z.strictObject({
  instanceType: name('as EC2 calls it'),
  market: z.enum(['onDemand', 'spot']),
  instances: amount('instances'),
  units: amount('units'),
});

const pools = z.strictObject({ readAt: time('when they were read'), pools: z.array(pool) });

const facts = z.strictObject({
  minimumWorkerAgeSeconds: amount('younger workers cannot be removed (EMR: 600)'),
  drainGraceSeconds: count('removed workers finish their tasks for at most this long; 0: killed at once'),
  reversibleDrain: said(z.boolean(), 'a draining worker can be called back'),
  retriesTasks: said(z.boolean(), 'a lost worker costs tasks, not queries'),
  usdPerUnitHour: said(
    z.optional(z.strictObject({ onDemand: amount('dollars'), spot: amount('dollars') })),
    'price of a unit at the fleet’s dearest type, EMR fee included',
  ),
});

const engine = z.strictObject({
  clusterId: name('of the cluster that was described'),
  release: z.optional(z.string()),
  engine: z.enum(['presto', 'trino', 'none']),
  version: z.optional(z.string()),
  gracefulTimeoutSeconds: count('graceful-shutdown-timeout; absent: not set'),
  retryPolicy: z.optional(z.enum(['TASK', 'QUERY', 'NONE'])),
  exchangeManager: said(z.boolean(), 'on every node'),
  unreadable: said(z.array(z.string()), 'settings that cannot be understood'),
});

const found = z.union([
  z.strictObject({ kind: z.literal('found'), at: time('when it was asked'), engine }),
  z.strictObject({ kind: z.literal('failed'), at: time('when it was asked'), fault: z.string() }),
]);

const hold = z.strictObject({
  key: name('same key replaces'),
  kind: z.enum(['total', 'extra']),
  units: amount('units'),
  until: time('end'),
  owner: z.string(),
  reason: z.string(),
});

const alarm = z.strictObject({
  name: name('as in the policy'),
  state: z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']),
  since: time('last change'),
});

const loss = z.strictObject({
  id: name('of the instance'),
  kind: said(
    z.optional(z.literal('rebalance')),
    'a recommendation to move away; absent: the notice of an interruption',
  ),
  at: time('of the notice'),
  units: amount('units'),
});

const observation = z.strictObject({
  sample: said(z.optional(sample), 'what the engine says of itself; absent when it could not be read'),
  sampleSource: said(z.optional(z.string()), 'where the sample is read, as people call it; reasons name it'),
  fleet: said(z.optional(fleet), 'a read of the task fleet; absent in a tick that did not read it'),
  pools: said(
    z.optional(pools),
    'a read of its instances by type and market; it is remembered, and the reserve rests on it',
  ),
  facts: said(facts, 'what is known of the cluster; changes rarely'),
  found: said(z.optional(found), 'what the cluster says of its engine; it is remembered and replaces those facts'),
  holds: said(z._default(z.array(hold), []), 'floors until a time'),
  alarms: said(z._default(z.array(alarm), []), 'CloudWatch alarms named in the policy'),
  losses: said(
    z._default(z.array(loss), []),
    'spot losses of the last ten minutes or more, and rebalance recommendations of the last half an hour',
  ),
});

export const decideInput = z.strictObject({
  now: time('time of this tick; never earlier than the one before'),
  observation,
  memory: said(
    z.optional(z.looseObject({ version: z.literal(1) })),
    'memory of the line before, as it came out; absent: what this process remembers of its last line',
  ),
});

export interface DecideInput {
  readonly now: EpochSeconds;
  readonly observation: Observation;
  readonly memory?: Memory;
}

const units = (description: string) =>
  said(z.optional(z.strictObject({ onDemandUnits: amount('units'), spotUnits: amount('units') })), description);

export const decideOutput = z.strictObject({
  decision: z.strictObject({
    at: time('`now` of the input'),
    verdict: z.enum(['grow', 'shrink', 'steady']),
    before: units('targets in force before this tick; absent while the fleet was never read'),
    targets: units('targets in force after it'),
    terms: said(
      z.record(z.string(), z.number()),
      'what the wanted capacity is made of; a term that did not apply is absent',
    ),
    reasons: z.array(
      z.strictObject({ code: z.string(), numbers: z.record(z.string(), z.union([z.number(), z.string()])) }),
    ),
    command: said(
      z.optional(
        z.strictObject({
          targets: z.strictObject({ onDemandUnits: amount('units'), spotUnits: amount('units') }),
          onDemandTimeoutSeconds: amount('resize timeout'),
          spotTimeoutSeconds: amount('resize timeout'),
        }),
      ),
      'the call to make; absent: none',
    ),
    needsFleetRead: said(
      z.boolean(),
      'read the fleet, and send the same line again with it and with the memory of the line before',
    ),
    record: said(z.enum(['full', 'brief']), 'whether a journal would keep this decision in full'),
  }),
  memory: said(z.looseObject({ version: z.literal(1) }), 'hand it to the next line'),
});
