/** Learns the start lag: from the command that asked for capacity to the engine having it. */
import type { LagMemory } from './memory.ts';
import type { EpochSeconds } from './quantities.ts';

/** Believed until this cluster has shown its own: EMR task nodes, median 5 min and 95th percentile 8 min (assumed). */
export const DEFAULT_LAG_SECONDS = 300;
export const DEFAULT_LAG_P95_SECONDS = 480;
const KEPT = 8;
const GIVE_UP_SECONDS = 1800;

const median = (values: readonly number[]): number | undefined => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)];
};

/** Seconds until capacity that is asked for now typically serves. */
export const typicalLag = (lag: LagMemory): number => median(lag.halfSeconds) ?? DEFAULT_LAG_SECONDS;

/** Seconds until nearly all of it serves: the largest of the last few, which is about the 95th percentile. */
export const tailLag = (lag: LagMemory): number =>
  lag.tailSeconds.length === 0 ? DEFAULT_LAG_P95_SECONDS : Math.max(...lag.tailSeconds);

const remember = (values: readonly number[], value: number): number[] => [...values, value].slice(-KEPT);

/** Starts timing a growth, unless one is being timed: overlapping growths cannot be told apart. */
export const startTiming = (lag: LagMemory, at: EpochSeconds, fromCores: number, toCores: number): LagMemory =>
  lag.timer !== undefined || toCores <= fromCores
    ? lag
    : { ...lag, timer: { at, fromCores, toCores, halfSeen: false } };

const withoutTimer = ({ timer: _timer, ...rest }: LagMemory): LagMemory => rest;

/** Looks at the ready cores and notes when half and nearly all of the timed growth has arrived. */
export const watchArrival = (lag: LagMemory, readyCores: number | undefined, now: EpochSeconds): LagMemory => {
  const timer = lag.timer;
  if (timer === undefined || readyCores === undefined) return lag;
  const seconds = now - timer.at;
  if (seconds > GIVE_UP_SECONDS) return withoutTimer(lag);
  const arrived = (readyCores - timer.fromCores) / (timer.toCores - timer.fromCores);
  const half = arrived >= 0.5 && !timer.halfSeen;
  const halfSeconds = half ? remember(lag.halfSeconds, seconds) : lag.halfSeconds;
  if (arrived >= 0.95) {
    return { halfSeconds, tailSeconds: remember(lag.tailSeconds, seconds) };
  }
  return half ? { ...lag, halfSeconds, timer: { ...timer, halfSeen: true } } : lag;
};

/** Stops timing: the target was changed before the growth had arrived. */
export const stopTiming = withoutTimer;
