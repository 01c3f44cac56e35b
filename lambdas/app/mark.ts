/** A marker of a command goes through the system and leaves a sign of life wherever it comes by; nothing else happens. */
import type { Clock } from '../ports/clock.ts';
import type { Markers } from '../ports/markers.ts';
import type { WakeUps } from '../ports/wakeups.ts';

export interface MarkPorts {
  readonly clock: Clock;
  readonly markers: Pick<Markers, 'leave'>;
  readonly wakeUps: WakeUps;
}

/**
 * A marker has come in through the bus of events: it goes on to every tick queue.
 * @param clusters one for each tick queue
 */
export const passMarker = async (ports: MarkPorts, marker: string, clusters: readonly string[]): Promise<void> => {
  const at = ports.clock.now();
  await ports.markers.leave('route', { at, marker });
  await ports.wakeUps.send(clusters.map((cluster) => ({ cluster, slot: at, marker })));
};
