/** A storm made up from a number: a world, a policy and a few queries. The same number, the same storm. */
import type { PolicyInput } from '../../lambdas/core/policy/schema.ts';
import { lognormal, uniform } from '../random.ts';
import { completeQuery, workloadDefaults } from '../workload/defaults.ts';
import type { Workload } from '../workload/query.ts';
import { ON_DEMAND_STRATEGIES, type PoolKnobs, RECORDED_SPELLS, SPOT_STRATEGIES } from '../world/knobs.ts';
import { STORM_POOLS } from './pools.ts';

export interface RandomStorm {
  readonly seed: number;
  readonly workload: Workload;
  readonly policy: PolicyInput;
  /** Put over the default knobs. */
  readonly world: {
    readonly fleet: Readonly<Record<string, unknown>>;
    readonly engine: Readonly<Record<string, unknown>>;
  };
  readonly untilSeconds: number;
}

const HOUR = 3600;
const UNTIL = 2.5 * HOUR;

/** Draws for one storm, each by its name. */
class Draws {
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed;
  }

  between(name: string, low: number, high: number): number {
    return low + (high - low) * uniform(this.#seed, 'storm', name);
  }

  whole(name: string, low: number, high: number): number {
    return Math.floor(this.between(name, low, high + 1));
  }

  /** One of them; there must be one. */
  of<Value>(name: string, choices: readonly Value[]): Value {
    return choices[this.whole(name, 0, choices.length - 1)] as Value;
  }
}

const poolsOf = (draws: Draws): readonly PoolKnobs[] => {
  const all = draws.of('weights', [STORM_POOLS.filter(({ weightUnits }) => weightUnits === 1), STORM_POOLS]);
  const count = draws.whole('pools', 1, all.length);
  const market = draws.of('market', ['calm', 'depth', 'spells'] as const);
  return all.slice(0, count).map((pool, index) => ({
    ...pool,
    ...(market === 'depth' ? { spotInstances: draws.whole(`depth ${index}`, 0, 20) } : {}),
    ...(market === 'spells' ? { spells: draws.of(`spells ${index}`, RECORDED_SPELLS) } : {}),
    ...(draws.between('scarce', 0, 1) < 0.15 ? { onDemandInstances: draws.whole(`on-demand ${index}`, 0, 6) } : {}),
  }));
};

const outagesOf = (draws: Draws, pools: readonly PoolKnobs[]) =>
  Array.from({ length: draws.whole('outages', 0, 3) }, (_, index) => {
    const startSeconds = draws.between(`outage ${index}`, 300, UNTIL - HOUR / 2);
    return {
      startSeconds,
      endSeconds: startSeconds + draws.between(`outage ${index} lasts`, 60, 1.5 * HOUR),
      instanceTypes: draws.of(`outage ${index} takes`, [null, pools.slice(0, 1).map((pool) => pool.instanceType)]),
      reclaims: draws.of(`outage ${index} reclaims`, [true, true, false]),
    };
  });

const onDemandOutagesOf = (draws: Draws) => {
  if (draws.between('on-demand outage', 0, 1) < 0.8) return [];
  const startSeconds = draws.between('on-demand outage at', 0, UNTIL);
  return [
    { startSeconds, endSeconds: startSeconds + draws.between('on-demand outage lasts', 60, HOUR), instanceTypes: null },
  ];
};

const fleetOf = (draws: Draws): RandomStorm['world']['fleet'] => {
  const pools = poolsOf(draws);
  return {
    pools,
    outages: outagesOf(draws, pools),
    onDemandOutages: onDemandOutagesOf(draws),
    spotStrategy: draws.of('spot strategy', SPOT_STRATEGIES),
    onDemandStrategy: draws.of('on-demand strategy', ON_DEMAND_STRATEGIES),
    resizes: draws.of('resizes', ['sequential', 'override']),
    resizeEndsWhen: draws.of('resize ends', ['running', 'running', 'launched']),
    provisionedCounts: draws.of('provisioned', ['launched', 'running']),
    staleReadSeconds: draws.of('stale', [0, 10, 60]),
    startFailureShare: draws.of('failing starts', [0, 0, 0.05, 0.3]),
    suspendAfterFailedStarts: draws.of('suspends after', [3, 10]),
    zombieShare: draws.of('zombies', [0, 0, 0.05]),
    victims: draws.of('victims', ['random', 'oldest', 'newest']),
    gracefulTimeoutSeconds: draws.of('grace', [0, 1800]),
    mayUndershoot: draws.of('undershoots', [false, false, true]),
    replacementDelaySeconds: draws.of('replacement', [0, 60, 60, null]),
    poolReclaimMeanSeconds: draws.of('reclaims', [null, HOUR, 4 * HOUR]),
    poolReclaimShare: draws.of('reclaims take', [0.3, 0.95]),
    outageSpread: draws.of('spread', [0, 0.3]),
    noticeShare: draws.of('noticed', [1, 1, 0.7]),
    interruptionNoticeSeconds: draws.of('notice', [120, 120, 0]),
    rebalanceLeadSeconds: draws.of('rebalance', [null, 600]),
    rebalanceShare: draws.of('rebalance share', [1, 0.3]),
  };
};

const policyOfStorm = (draws: Draws): PolicyInput => {
  const maximumUnits = draws.whole('maximum', 8, 40);
  const usdPerHour = draws.of('budget', [undefined, undefined, 20]);
  const fallbackMaximumUsdPerHour = draws.of('fallback dollars', [undefined, undefined, 8]);
  const timeoutMinutes = draws.of('timeout', [5, 10]);
  return {
    capacity: { minimumUnits: draws.whole('minimum', 0, 6), maximumUnits },
    scaleIn: { holdSeconds: draws.of('hold', [300, 900]) },
    markets: {
      onDemandBaseUnits: draws.of('base', [0, 0, 3]),
      onDemandShare: draws.of('share', [0, 0, 0.3]),
      fallbackAfterSeconds: Math.max(60 * timeoutMinutes, draws.of('fallback after', [300, 900])),
      fallbackMaximumUnits: draws.of('fallback units', [0, 5, 40]),
      rebalance: draws.of('rebalance policy', ['record', 'drain', 'help']),
      ...(fallbackMaximumUsdPerHour === undefined ? {} : { fallbackMaximumUsdPerHour }),
    },
    resize: { spotTimeoutMinutes: timeoutMinutes, onDemandTimeoutMinutes: timeoutMinutes },
    reserve: { poolsLost: draws.of('reserve', [0, 1, 2]) },
    budget: usdPerHour === undefined ? {} : { usdPerHour },
  };
};

/** Waves of queries, at most a few dozen in all: the fewer they are, the more storms fit into a minute. */
const workloadOf = (draws: Draws, seed: number): Workload => {
  const defaults = workloadDefaults(seed);
  const queries = Array.from({ length: draws.whole('waves', 2, 5) }, (_, wave) => {
    const start = draws.between(`wave ${wave}`, 0, UNTIL - HOUR / 2);
    const spread = draws.between(`wave ${wave} spread`, 10, 1800);
    return Array.from({ length: draws.whole(`wave ${wave} queries`, 2, 12) }, (_, index) => {
      const id = `${wave}/${index}`;
      const cpuSeconds = lognormal(seed, id, 'work', 3000, 30_000);
      const arrivalSeconds = start + spread * uniform(seed, id, 'arrival');
      return completeQuery({ id, arrivalSeconds, cpuSeconds, memoryBytes: 0, user: 'ann', source: 'bi' }, defaults);
    });
  });
  return { name: `storm ${seed}`, queries: queries.flat().toSorted((a, b) => a.arrivalSeconds - b.arrivalSeconds) };
};

export const randomStorm = (seed: number): RandomStorm => {
  const draws = new Draws(seed);
  const engine = { reversibleDrain: draws.of('reversible', [false, false, true]), requiredWorkersMaxWaitSeconds: HOUR };
  return {
    seed,
    workload: workloadOf(draws, seed),
    policy: policyOfStorm(draws),
    world: { fleet: fleetOf(draws), engine },
    untilSeconds: UNTIL,
  };
};
