/** The worlds that `compare-knobs` runs: the careful default, and each knob the other way. */
import type { PolicyInput } from '../lambdas/core/policy/schema.ts';
import type { Query } from '../simulator/workload/query.ts';

export interface Setting {
  readonly name: string;
  /** Put over the default knobs. */
  readonly world?: Readonly<Record<string, unknown>>;
  readonly policy?: PolicyInput;
  readonly change?: (query: Query) => Query;
}

const GIB = 1024 ** 3;
const OUTAGE_START = 16 * 3600;

const outage = { startSeconds: OUTAGE_START, endSeconds: OUTAGE_START + 3600, instanceTypes: null, reclaims: true };

export const SETTINGS: readonly Setting[] = [
  { name: 'careful defaults' },
  { name: 'resizes override each other', world: { fleet: { resizes: 'override' } } },
  { name: 'a resize ends at launch', world: { fleet: { resizeEndsWhen: 'launched' } } },
  { name: 'provisioned counts running instances', world: { fleet: { provisionedCounts: 'running' } } },
  { name: 'victims oldest first', world: { fleet: { victims: 'oldest' } } },
  { name: 'victims newest first', world: { fleet: { victims: 'newest' } } },
  { name: 'a shrink may undershoot', world: { fleet: { mayUndershoot: true } } },
  { name: 'graceful timeout 0, mode auto', world: { fleet: { gracefulTimeoutSeconds: 0 } } },
  { name: 'reads stale for 60 s', world: { fleet: { staleReadSeconds: 60 } } },
  { name: '5 % zombies', world: { fleet: { zombieShare: 0.05 } } },
  { name: '5 % of starts fail', world: { fleet: { startFailureShare: 0.05 } } },
  { name: 'spot gone for an hour (16–17 h)', world: { fleet: { outages: [outage] } } },
  {
    name: 'spot gone for an hour, on-demand may stand in for 100 units',
    world: { fleet: { outages: [outage] } },
    policy: { markets: { fallbackMaximumUnits: 100 } },
  },
  {
    name: 'the same, and the first 4 units are on-demand',
    world: { fleet: { outages: [outage] } },
    policy: { markets: { fallbackMaximumUnits: 100, onDemandBaseUnits: 4 } },
  },
  { name: 'resource-group limit of 20 queries', world: { engine: { groupLimit: 20 } } },
  { name: 'memory-bound: 60 GiB a query', change: (query) => ({ ...query, memoryBytes: 60 * GIB }) },
  { name: 'budget of 30 dollars an hour', policy: { budget: { usdPerHour: 30 } } },
];
