/** What the reserve is tried with. */
import type { PolicyInput } from '../../lambdas/core/policy/schema.ts';
import type { RecordedSpells, WorldKnobs } from '../world/knobs.ts';
import { STORM_POOLS } from './pools.ts';
import { type Contender, SEQUENTIAL } from './storms.ts';

const reserve = (name: string, given: NonNullable<PolicyInput['reserve']>): Contender => ({
  ...SEQUENTIAL,
  name,
  policy: { ...SEQUENTIAL.policy, reserve: given },
});

export const RESERVES: readonly Contender[] = [
  reserve('none', { poolsLost: 0 }),
  reserve('one pool, at most 20 % of demand (default)', { poolsLost: 1 }),
  reserve('one pool, at most 50 %', { poolsLost: 1, maximumShare: 0.5 }),
  reserve('two pools, at most 100 %', { poolsLost: 2, maximumShare: 1 }),
];

const SPELLS: readonly RecordedSpells[] = ['us-east-1b', 'us-east-1c', 'us-east-1d', 'us-east-1b', 'us-east-1d'];

export interface ReserveMarket {
  readonly name: string;
  readonly fleet: Partial<WorldKnobs['fleet']>;
}

/** Losses are far more frequent than a spot advisor's bands say, so that a working day has some. */
export const RESERVE_MARKETS: readonly ReserveMarket[] = [
  {
    name: 'Pools fall one at a time, each every four hours on average, for half an hour',
    fleet: { poolReclaimMeanSeconds: 4 * 3600, poolReclaimShare: 1, poolOutageMeanSeconds: 1800 },
  },
  {
    name: 'A market at its worst: recorded spells of us-east-1b, -c and -d, and of an outage 30 % spread to each other pool',
    fleet: {
      pools: STORM_POOLS.map((pool, index) => ({ ...pool, spells: SPELLS[index] ?? null })),
      outageSpread: 0.3,
      poolReclaimShare: 1,
    },
  },
];
