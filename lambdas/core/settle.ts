/** Joins what is known of the last announced call to memory, before the next tick is decided. */
import type { Memory } from './memory.ts';

/** How the last call ended; `unknown`: its writer never said, it may have died before or after it; `none`: nothing new. */
export type LastCall = 'accepted' | 'failed' | 'unknown' | 'none';

/**
 * A command whose call was accepted is trusted while reads still show the targets from before: those are old answers. One
 * whose call is not known to have been accepted is unconfirmed: if the fleet still shows the targets from before, it is
 * decided anew at once instead of being waited for.
 */
export const settleCommand = (memory: Memory, last: LastCall): Memory => {
  const { command } = memory;
  if (command === undefined || command.seen || last === 'none') return memory;
  if (last === 'accepted') return { ...memory, command: { ...command, accepted: true } };
  return { ...memory, command: { ...command, unconfirmed: true } };
};
