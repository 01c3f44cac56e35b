/** The storms of the report, and those who must live through them. */
import type { PolicyInput } from '../../lambdas/core/policy/schema.ts';
import type { SpotOutage, WorldKnobs } from '../world/knobs.ts';
import { STORM_POOLS } from './pools.ts';

export interface Storm {
  readonly name: string;
  /** Hours for which spot is gone; 0: it is not. */
  readonly hours: number;
  /** Types that go, told those that the fleet holds, the largest first; null: all. */
  readonly gone: (largestFirst: readonly string[]) => readonly string[] | null;
  readonly startFailureShare: number;
}

const NONE: Storm = { name: 'no storm', hours: 0, gone: () => [], startFailureShare: 0 };

export const ALL_SPOT_GONE: Storm = { ...NONE, name: 'all spot gone for 3 h', hours: 3, gone: () => null };

export const CALM = NONE;

export const STORMS: readonly Storm[] = [
  { ...NONE, name: 'largest pool gone for 1 h', hours: 1, gone: (types) => types.slice(0, 1) },
  { ...NONE, name: 'two largest pools gone for 1 h', hours: 1, gone: (types) => types.slice(0, 2) },
  ALL_SPOT_GONE,
  { ...NONE, name: '30 % of starts fail', startFailureShare: 0.3 },
];

export interface Contender {
  readonly name: string;
  readonly policy: PolicyInput;
  /** Put over the fleet's default knobs. */
  readonly fleet: Partial<WorldKnobs['fleet']>;
  /** Nobody scales (mode `shadow`): EMR keeps a fixed number of spot units. */
  readonly leftToEmr?: boolean;
}

/** Stand-ins may carry the whole load, so that a cap does not hide what the autoscaler does. */
const POLICY: PolicyInput = { markets: { fallbackMaximumUnits: 100 } };

const DIVERSIFIED: Contender['fleet'] = { pools: STORM_POOLS, spotStrategy: 'diversified' };

export const SEQUENTIAL: Contender = { name: 'prestoscale', policy: POLICY, fleet: DIVERSIFIED };

export const CONTENDERS: readonly Contender[] = [
  SEQUENTIAL,
  {
    name: 'prestoscale, first 8 units on-demand',
    policy: { markets: { fallbackMaximumUnits: 100, onDemandBaseUnits: 8 } },
    fleet: DIVERSIFIED,
  },
  { name: 'prestoscale, resizes override', policy: POLICY, fleet: { ...DIVERSIFIED, resizes: 'override' } },
  {
    name: 'spot only, one type',
    policy: { markets: { fallbackMaximumUnits: 0 } },
    fleet: { pools: STORM_POOLS.slice(0, 1) },
  },
  { name: 'on-demand only', policy: { markets: { onDemandShare: 1 } }, fleet: DIVERSIFIED },
  { name: 'EMR without us, fixed spot target', policy: {}, fleet: DIVERSIFIED, leftToEmr: true },
];

/** The outage of a storm in a fleet that holds these types, the largest first. */
export const outagesOf = (
  storm: Storm,
  startSeconds: number,
  largestFirst: readonly string[],
): readonly SpotOutage[] =>
  storm.hours === 0
    ? []
    : [
        {
          startSeconds,
          endSeconds: startSeconds + storm.hours * 3600,
          instanceTypes: storm.gone(largestFirst),
          reclaims: true,
        },
      ];
