/** Whether the engine has restarted between two readings, and a CPU counter that does not go back in between. */
import type { EpochSeconds } from '../../lambdas/core/quantities.ts';
import type { EngineReading, Uptime } from './reading.ts';

/** The last uptime that was read. */
export interface Boot {
  readonly at: EpochSeconds;
  readonly uptime: Uptime;
}

/** The clocks of engine and exporter may run apart by so much between two readings. */
const CLOCK_TOLERANCE_SECONDS = 30;

/** Less uptime than before, or much less than time has passed since. */
const isRestart = (before: Boot, now: Boot): boolean => {
  const errors = before.uptime.errorSeconds + now.uptime.errorSeconds;
  if (now.uptime.seconds < before.uptime.seconds - errors) return true;
  const passed = now.at - before.at;
  return now.uptime.seconds + errors + CLOCK_TOLERANCE_SECONDS < before.uptime.seconds + passed;
};

export interface Booted {
  readonly boot: Boot | undefined;
  readonly restarted: boolean;
}

/** Without an uptime nobody can say, and the engine is believed to be the same. */
export const bootOf = (before: Boot | undefined, { at, uptime }: EngineReading): Booted => {
  if (uptime === undefined) return { boot: before, restarted: false };
  const boot: Boot = { at, uptime };
  return { boot, restarted: before !== undefined && isRestart(before, boot) };
};

/**
 * PrestoDB's total dips for a moment when a query is over and not yet among the ended ones; a reader would take that
 * for a restart, and the way back for a burst. So the counter stands still until the total has caught up.
 */
export const steadyCounter = (before: number | undefined, read: number | undefined): number | undefined =>
  read === undefined ? before : Math.max(before ?? 0, read);
