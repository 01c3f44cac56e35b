/**
 * When a cluster is looked at: at its own second of each slot, the same in every minute, so that the clusters of an
 * account do not all ask EMR at once (docs/decisions/0012-spread-slots.md).
 */
import { type EpochSeconds, epochSeconds } from '../core/quantities.ts';

const MINUTE = 60;

/** FNV-1a, 32 bits (public domain), and the last mixing step of MurmurHash3: names that differ at their end only spread too. */
const hashOf = (text: string): number => {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
};

/**
 * Whole seconds from the begin of a slot to a cluster's tick, below `slotSeconds`. SQS holds messages back for whole
 * seconds, and the last tick of the next minute is never more than 119 s away.
 */
export const offsetOf = (cluster: string, slotSeconds: number): number => hashOf(cluster) % slotSeconds;

/**
 * A cluster's ticks of the minute that begins after `now`.
 * @param slotSeconds a divisor of 60
 * @param catchUp also what is left of this minute: the dispatch that should have enqueued it has failed
 */
export const slotsAfter = (
  now: EpochSeconds,
  cluster: string,
  slotSeconds: number,
  catchUp = false,
): readonly EpochSeconds[] => {
  const next = (Math.floor(now / MINUTE) + 1) * MINUTE;
  const begin = catchUp ? next - MINUTE : next;
  const offset = offsetOf(cluster, slotSeconds);
  return Array.from({ length: (next + MINUTE - begin) / slotSeconds }, (_, index) =>
    epochSeconds(begin + index * slotSeconds + offset),
  ).filter((slot) => slot >= now);
};
