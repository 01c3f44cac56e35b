/** Every minute: wake-ups for the next minute's slots, and the states of all alarms. */
import type { Wiring } from '../runtime/wiring.ts';

/** Handles the schedule's invocation. */
export const handleDispatch = async (wiring: Wiring): Promise<void> => {
  wiring.report({ event: 'dispatch', ...(await wiring.dispatch()) });
};
