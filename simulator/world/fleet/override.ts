/**
 * What an overriding resize does with the work of the one it replaces (knob `resizes: 'override'`): launches that are
 * not needed any more are cancelled before they run, drains that were not needed after all are called back.
 */
import type { FleetContext } from './context.ts';
import type { Drains } from './drains.ts';
import type { Instance } from './instance.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { Market } from './model.ts';

const isStarting = ({ state }: Instance): boolean => state === 'provisioning' || state === 'bootstrapping';

/** Cancels starting instances, the newest first, as long as the target is not undershot. */
const cancelLaunches = ({ roster }: FleetContext, lifecycle: Lifecycle, market: Market, targetUnits: number): void => {
  const newestFirst = [...roster.live(market)].filter(isStarting).reverse();
  for (const instance of newestFirst)
    if (roster.stayingUnits(market) - instance.pool.weightUnits >= targetUnits)
      lifecycle.terminate(instance, 'cancelled');
};

/** Calls draining instances back, the last chosen first, until the target is reached; some engines refuse. */
const callBackDrains = ({ roster }: FleetContext, drains: Drains, market: Market, targetUnits: number): void => {
  const lastChosenFirst = [...roster.draining].filter((instance) => instance.market === market).reverse();
  for (const instance of lastChosenFirst) if (roster.stayingUnits(market) < targetUnits) drains.callBack(instance);
};

/** Brings one market as near to its new target as can be had without launching or draining. */
export const reshape = (
  parts: { readonly context: FleetContext; readonly lifecycle: Lifecycle; readonly drains: Drains },
  market: Market,
  targetUnits: number,
): void => {
  cancelLaunches(parts.context, parts.lifecycle, market, targetUnits);
  callBackDrains(parts.context, parts.drains, market, targetUnits);
};
