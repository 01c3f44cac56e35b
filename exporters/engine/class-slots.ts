/**
 * Which classes of queries are told one by one. A sample is one small table item, so there is room for some classes,
 * fewer when their names are long; the rest is one class `other`. Counters must not fall, so a class keeps its slot
 * until it has been idle for long and another one needs the room.
 */
import type { EpochSeconds } from '../../lambdas/core/quantities.ts';
import { jsonBytes } from './formats.ts';

/** Classes that are told one by one; `other` comes on top. */
export const MOST_CLASSES = 15;
export const OTHER = 'other';

/** Bytes of JSON that all classes may take: a sample is at most 3 KB, and its other fields take at most 530 bytes. */
const CLASSES_BYTES = 3_072 - 530;
/** Bytes of JSON of one class without its name, its numbers as long as they get. */
const CLASS_BYTES = 146;
/** A class without live queries for so long gives its slot to one that needs it. */
const IDLE_SECONDS = 3_600;

/** One class that has a slot, or `other`; its counters begin when it gets the slot. */
export interface ClassSlot {
  readonly name: string;
  readonly finishedQueries: number;
  readonly finishedCpuSeconds: number;
  readonly lastLiveAt: EpochSeconds;
  /** Mean drivers of one of its running queries, decayed; absent before one ran. */
  readonly driversEach?: number;
}

const bytesOf = (slots: readonly ClassSlot[]): number =>
  slots.reduce((sum, { name }) => sum + CLASS_BYTES + jsonBytes(name), 0);

const fits = (slots: readonly ClassSlot[], name: string): boolean =>
  slots.length < MOST_CLASSES && bytesOf(slots) + 2 * CLASS_BYTES + jsonBytes(name) + jsonBytes(OTHER) <= CLASSES_BYTES;

const longestIdle = (slots: readonly ClassSlot[], at: EpochSeconds): ClassSlot | undefined =>
  slots
    .filter(({ lastLiveAt }) => at - lastLiveAt >= IDLE_SECONDS)
    .sort((one, other) => one.lastLiveAt - other.lastLiveAt)[0];

const newSlot = (name: string, at: EpochSeconds): ClassSlot => ({
  name,
  finishedQueries: 0,
  finishedCpuSeconds: 0,
  lastLiveAt: at,
});

/** The slots with one for this class if room can be made, else as they were. */
const withSlotFor = (slots: readonly ClassSlot[], name: string, at: EpochSeconds): readonly ClassSlot[] => {
  let kept = slots;
  while (!fits(kept, name)) {
    const idle = longestIdle(kept, at);
    if (idle === undefined) return slots;
    kept = kept.filter((slot) => slot !== idle);
  }
  return [...kept, newSlot(name, at)];
};

/**
 * Gives slots to the classes that are live now, first come, first served; the last is always `other` once it is needed.
 * @param names of the live queries' classes, oldest query first
 */
export const assignSlots = (
  before: readonly ClassSlot[],
  names: Iterable<string>,
  at: EpochSeconds,
): readonly ClassSlot[] => {
  const live = new Set(names);
  let slots = before
    .filter(({ name }) => name !== OTHER)
    .map((slot) => (live.has(slot.name) ? { ...slot, lastLiveAt: at } : slot));
  let other = before.find(({ name }) => name === OTHER);
  for (const name of live) {
    if (slots.some((slot) => slot.name === name)) continue;
    const more = withSlotFor(slots, name, at);
    if (more === slots) other ??= newSlot(OTHER, at);
    slots = [...more];
  }
  return other === undefined ? slots : [...slots, other];
};

/** The name under which a class is told. */
export const slotNameOf = (slots: readonly ClassSlot[], name: string): string =>
  slots.some((slot) => slot.name === name) ? name : OTHER;
