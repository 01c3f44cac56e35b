/** A month of one environment: an office that works on one cluster, or on none. */
import type { PolicyInput } from '../../lambdas/core/policy/schema.ts';
import type { ClusterEntry, SampleSettings } from '../../lambdas/settings/settings.ts';
import { workloadDefaults } from '../../simulator/workload/defaults.ts';
import { generateOffice } from '../../simulator/workload/generate-office.ts';
import { DEFAULT_KNOBS } from '../../simulator/world/knobs.ts';
import { Account } from './account.ts';
import type { AccountOptions, SampleWay } from './options.ts';
import { alarmNamesOf, type SiteOptions } from './site.ts';
import { type Usage, usageOf } from './usage.ts';

const DAY = 86_400;
const SEED = 1;
const MINIMUM_UNITS = 4;

export interface MonthOptions extends Pick<AccountOptions, 'lags' | 'tableFor' | 'onFailure'> {
  /** Clusters with an office each. 0: there is one in the settings, and none in EMR. */
  readonly clusters: number;
  readonly sample: SampleWay;
  readonly slotSeconds: number;
  readonly seconds: number;
  /** Called at the end of each day. */
  readonly onDay?: (day: number, usage: Usage) => void;
}

const SAMPLES: Readonly<Record<SampleWay, SampleSettings>> = {
  push: { from: 'push' },
  alarms: { from: 'alarms' },
  scrape: { from: 'scrape', url: 'http://{primary}:9495/metrics', network: 'vpc' },
};

const policyOf = (name: string, sample: SampleWay): PolicyInput => {
  const capacity = { minimumUnits: MINIMUM_UNITS, maximumUnits: 100 };
  if (sample !== 'alarms') return { capacity };
  const { busy, idle } = alarmNamesOf(name);
  return {
    capacity,
    signal: { source: 'alarms' },
    alarms: [
      { name: busy, direction: 'up', stepUnits: 6, holdSeconds: 300 },
      { name: idle, direction: 'down', stepUnits: 4, holdSeconds: 900 },
    ],
  };
};

const entryOf = (name: string, sample: SampleWay): ClusterEntry => ({
  name,
  find: { name },
  sample: SAMPLES[sample],
  policy: policyOf(name, sample),
});

const siteOf = (index: number, { sample, seconds }: MonthOptions): SiteOptions => {
  const seed = SEED + index;
  const queries = generateOffice({ untilSeconds: seconds, defaults: workloadDefaults(seed) });
  return {
    entry: entryOf(`applications-${index + 1}`, sample),
    knobs: DEFAULT_KNOBS,
    workload: {
      name: 'office',
      queries: queries.toSorted((first, second) => first.arrivalSeconds - second.arrivalSeconds),
    },
    seed,
    targets: { onDemandUnits: 0, spotUnits: MINIMUM_UNITS },
  };
};

/** Plays a month, or a part of one. The same options give the same counts. */
export const playMonth = async (options: MonthOptions): Promise<Usage> => {
  const { clusters, sample, slotSeconds, seconds, onDay, lags, tableFor, onFailure } = options;
  const account = await Account.start({
    environment: 'prod',
    sites: Array.from({ length: clusters }, (_, index) => siteOf(index, options)),
    sample,
    absent: clusters === 0 ? [entryOf('applications-1', sample)] : [],
    slotSeconds,
    journalRetentionDays: 30,
    mostAtOnce: Math.max(2, 2 * clusters),
    seed: SEED,
    ...(lags === undefined ? {} : { lags }),
    ...(tableFor === undefined ? {} : { tableFor }),
    ...(onFailure === undefined ? {} : { onFailure }),
  });
  for (let at = Math.min(DAY, seconds); ; at = Math.min(at + DAY, seconds)) {
    await account.runTo(at);
    onDay?.(Math.round(at / DAY), usageOf(account));
    if (at === seconds) return usageOf(account);
  }
};
