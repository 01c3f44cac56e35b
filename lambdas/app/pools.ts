/** Reading the fleet's instances in a tick that has time for it. */
import type { Memory } from '../core/memory.ts';
import type { Observation } from '../core/model.ts';
import { isFallbackNear, wantsPoolsRead } from '../core/pools.ts';
import type { EpochSeconds } from '../core/quantities.ts';
import type { ClusterView } from '../ports/cluster-store.ts';
import { type Fleet, FleetError } from '../ports/fleets.ts';
import type { CallTokens } from '../ports/tokens.ts';

interface Tick {
  readonly ports: { readonly tokens: CallTokens };
  readonly fleet: Fleet;
  readonly view: Pick<ClusterView, 'policy' | 'losses'>;
  readonly now: EpochSeconds;
}

/**
 * What the tick adds to its observation: the pools, why they could not be read, or nothing. No tick fails for want of
 * them, and their calls come after everybody else's, but before a fallback as growth does.
 * @param memory as the tick's first decision left it
 */
export const observePools = async (
  { ports, fleet, view, now }: Tick,
  memory: Memory,
): Promise<Pick<Observation, 'pools' | 'poolsFault'>> => {
  if (!wantsPoolsRead(memory, view.policy.policy, fleet.facts(), view.losses.at(-1)?.at, now)) return {};
  const priority = isFallbackNear(memory, view.policy.policy, now) ? 'growth' : 'routine';
  try {
    const pools = await fleet.pools(now, (operation) => ports.tokens.take([operation], priority, now));
    return pools === undefined ? {} : { pools };
  } catch (error) {
    if (!(error instanceof FleetError)) throw error;
    return { poolsFault: error.fault };
  }
};
