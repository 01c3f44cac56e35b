/**
 * A morning of many clusters in one account: all are quiet, at one second the same step of demand comes to all of them, and
 * a moment later some lose their spot instances. What each then had to wait for is measured.
 */

import { uniform } from '../../simulator/random.ts';
import { START_OF_RUN } from '../../simulator/run/start-of-run.ts';
import { completeQuery, workloadDefaults } from '../../simulator/workload/defaults.ts';
import type { Query } from '../../simulator/workload/query.ts';
import { DEFAULT_KNOBS, type WorldKnobs } from '../../simulator/world/knobs.ts';
import type { Call } from '../emr/service.ts';
import { Account } from './account.ts';
import type { MorningOptions } from './morning-options.ts';
import { MorningRecord, type MorningResult } from './morning-record.ts';
import { emrIdOf, type SiteOptions } from './site.ts';

/** A query now and then, so that the class is known. */
const QUIET_EVERY_SECONDS = 30;
const QUIET_CPU_SECONDS = 100;
/** Queries of the step: work for all the units that a cluster may have. */
const STEP_QUERIES = 40;
const STEP_CPU_SECONDS = 4000;
const UNITS = { minimumUnits: 4, maximumUnits: 40 };
/** Ticks that run at once, as `lib/constructs/tick-queue.ts` has it. */
const mostAtOnce = (clusters: number): number => Math.min(200, Math.max(2, 2 * clusters));

const queriesOf = (cluster: string, { stepAtSeconds, seed }: MorningOptions): readonly Query[] => {
  const offset = QUIET_EVERY_SECONDS * uniform(seed, cluster, 'offset');
  const quiet = Array.from({ length: Math.floor(stepAtSeconds / QUIET_EVERY_SECONDS) }, (_, index) => ({
    id: `quiet/${index}`,
    arrivalSeconds: offset + index * QUIET_EVERY_SECONDS,
  }));
  const step = Array.from({ length: STEP_QUERIES }, (_, index) => ({
    id: `step/${index}`,
    arrivalSeconds: stepAtSeconds,
  }));
  return [...quiet, ...step]
    .toSorted((first, second) => first.arrivalSeconds - second.arrivalSeconds)
    .map(({ id, arrivalSeconds }) => {
      const cpuSeconds = id.startsWith('step') ? STEP_CPU_SECONDS : QUIET_CPU_SECONDS;
      const query = { id, arrivalSeconds, cpuSeconds, memoryBytes: 0, user: 'ann', source: 'reports' };
      return completeQuery(query, workloadDefaults(seed));
    });
};

const knobsOf = (isLosing: boolean, { stepAtSeconds, lossAfterSeconds }: MorningOptions): WorldKnobs => {
  if (!isLosing) return DEFAULT_KNOBS;
  const startSeconds = stepAtSeconds + lossAfterSeconds;
  const outage = { startSeconds, endSeconds: startSeconds + 1800, instanceTypes: null, reclaims: true };
  return { ...DEFAULT_KNOBS, fleet: { ...DEFAULT_KNOBS.fleet, outages: [outage] } };
};

const siteOf = (index: number, options: MorningOptions): SiteOptions & { readonly isLosing: boolean } => {
  const name = `cluster-${String(index + 1).padStart(4, '0')}`;
  const isLosing = index < Math.round(options.clusters * options.losingShare);
  return {
    entry: { name, find: { name }, sample: { from: 'push' }, policy: { capacity: UNITS } },
    knobs: knobsOf(isLosing, options),
    workload: { name: 'a morning', queries: queriesOf(name, options) },
    seed: options.seed + index,
    targets: { onDemandUnits: 0, spotUnits: UNITS.minimumUnits },
    isLosing,
  };
};

/** Plays a morning. The same options give the same result. */
export const playMorning = async (options: MorningOptions): Promise<MorningResult> => {
  const sites = Array.from({ length: options.clusters }, (_, index) => siteOf(index, options));
  const seconds = (): number => account.seconds;
  const record = new MorningRecord(
    options,
    sites.map(({ entry, isLosing }) => ({ name: entry.name, emrId: emrIdOf(entry.name), isLosing })),
  );
  const account = await Account.start({
    environment: 'prod',
    sites,
    slotSeconds: options.slotSeconds,
    journalRetentionDays: 7,
    mostAtOnce: mostAtOnce(options.clusters),
    seed: options.seed,
    quotaFactor: options.quotaFactor,
    located: true,
    onLine: (name, line) => record.addLine(name, line, seconds(), START_OF_RUN),
    onEmrCall: (call: Call) => record.addCall(call, seconds()),
    onFailure: (what, error) => record.addFailure(what, error),
  });
  for (let at = 60; at < options.untilSeconds + 60; at += 60) {
    await account.runTo(Math.min(at, options.untilSeconds));
    options.onProgress?.(account.seconds);
  }
  return record.result(account);
};
