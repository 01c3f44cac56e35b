/**
 * Every minute: enqueues each cluster's slots of the next minute at absolute times, and reads the states of all alarms
 * once for all clusters. A dispatch that runs twice enqueues the same slots again, which changes nothing.
 */
import { type EpochSeconds, epochSeconds } from '../core/quantities.ts';
import type { AlarmReader } from '../ports/alarms.ts';
import type { Clock } from '../ports/clock.ts';
import type { Inbox } from '../ports/inbox.ts';
import type { WakeUp, WakeUps } from '../ports/wakeups.ts';

const MINUTE = 60;

export interface DispatchPorts {
  readonly clock: Clock;
  readonly inbox: Pick<Inbox, 'clusters' | 'alarmsOf' | 'putAlarms'>;
  readonly wakeUps: WakeUps;
  readonly alarms: AlarmReader;
}

export interface Dispatched {
  readonly clusters: number;
  readonly wakeUps: number;
  readonly alarms: number;
}

/**
 * The slots of the minute that begins after `now`.
 * @param catchUp also what is left of this minute: the dispatch that should have enqueued it has failed
 */
export const slotsAfter = (now: EpochSeconds, slotSeconds: number, catchUp = false): EpochSeconds[] => {
  const minute = (Math.floor(now / MINUTE) + 1) * MINUTE;
  if (catchUp) {
    const first = Math.ceil(now / slotSeconds) * slotSeconds;
    const left = Array.from(
      { length: Math.round((minute - first) / slotSeconds) },
      (_, index) => first + index * slotSeconds,
    );
    return [...left.map(epochSeconds), ...slotsAfter(now, slotSeconds)];
  }
  return Array.from({ length: Math.ceil(MINUTE / slotSeconds) }, (_, index) =>
    epochSeconds(minute + index * slotSeconds),
  );
};

const refreshAlarms = async (ports: DispatchPorts, clusters: readonly string[], now: EpochSeconds): Promise<number> => {
  const named = await Promise.all(
    clusters.map(async (cluster) => ({ cluster, names: await ports.inbox.alarmsOf(cluster) })),
  );
  const all = [...new Set(named.flatMap(({ names }) => names))];
  if (all.length === 0) return 0;
  const states = new Map((await ports.alarms.read(all)).map((alarm) => [alarm.name, alarm]));
  const writes = named
    .filter(({ names }) => names.length > 0)
    .map(({ cluster, names }) =>
      ports.inbox.putAlarms(
        cluster,
        names.flatMap((name) => states.get(name) ?? []),
        now,
      ),
    );
  await Promise.all(writes);
  return states.size;
};

/**
 * Runs one dispatch.
 * @param slotSeconds distance of two slots; divides a minute
 * @param catchUp whether the dispatch before failed, so that slots of this minute may be missing
 * @throws what a port throws, after the wake-ups are sent: alarms that cannot be read do not stop the loop
 */
export const dispatch = async (ports: DispatchPorts, slotSeconds: number, catchUp = false): Promise<Dispatched> => {
  const now = ports.clock.now();
  const clusters = await ports.inbox.clusters();
  const slots = slotsAfter(now, slotSeconds, catchUp);
  const wakeUps: WakeUp[] = clusters.flatMap((cluster) => slots.map((slot) => ({ cluster, slot })));
  await ports.wakeUps.send(wakeUps);
  const alarms = await refreshAlarms(ports, clusters, now);
  return { clusters: clusters.length, wakeUps: wakeUps.length, alarms };
};
