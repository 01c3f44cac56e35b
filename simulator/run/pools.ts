/** What ListInstances shows of a simulated fleet, added up by pool. */
import type { PoolCapacity, PoolsState } from '../../lambdas/core/model.ts';
import { type EpochSeconds, units, workers } from '../../lambdas/core/quantities.ts';
import type { FleetInstance } from '../world/fleet/fleet.ts';

/** EMR has no word for draining: such an instance counts until it is gone. */
export const poolsOf = (instances: readonly FleetInstance[], readAt: EpochSeconds): PoolsState => {
  const pools = new Map<string, PoolCapacity>();
  for (const { pool, market, state } of instances) {
    if (state === 'terminated') continue;
    const { instanceType, weightUnits } = pool;
    const before = pools.get(`${instanceType} ${market}`);
    pools.set(`${instanceType} ${market}`, {
      instanceType,
      market,
      instances: workers((before?.instances ?? 0) + 1),
      units: units((before?.units ?? 0) + weightUnits),
    });
  }
  return { readAt, pools: [...pools.values()] };
};
