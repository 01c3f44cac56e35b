/**
 * Takes an event from outside, finds whose it is, writes it down idempotently and wakes the cluster. What belongs to no
 * managed cluster ends here.
 */
import type { AlarmObservation, Hold } from '../core/model.ts';
import type { EpochSeconds } from '../core/quantities.ts';
import type { Clock } from '../ports/clock.ts';
import type { Inbox } from '../ports/inbox.ts';
import type { InstanceDirectory } from '../ports/instances.ts';
import type { WakeUps } from '../ports/wakeups.ts';

/** What happened, in our own words. */
export type OutsideEvent =
  | { readonly kind: 'spotInterruption'; readonly instanceId: string; readonly at: EpochSeconds }
  | { readonly kind: 'fleetChanged'; readonly cluster: string }
  | { readonly kind: 'alarm'; readonly alarm: AlarmObservation }
  | { readonly kind: 'hold'; readonly cluster: string; readonly hold: Hold }
  | { readonly kind: 'holdReleased'; readonly cluster: string; readonly key: string };

export interface RoutePorts {
  readonly clock: Clock;
  readonly inbox: Inbox;
  readonly instances: InstanceDirectory;
  readonly wakeUps: WakeUps;
}

const isManaged = async (ports: RoutePorts, cluster: string): Promise<boolean> =>
  (await ports.inbox.clusters()).includes(cluster);

const onInterruption = async (ports: RoutePorts, instanceId: string, at: EpochSeconds): Promise<string[]> => {
  const owner = await ports.instances.ownerOf(instanceId);
  if (owner === undefined || !(await isManaged(ports, owner.cluster))) return [];
  await ports.inbox.putLoss(owner.cluster, { id: instanceId, at, units: owner.units });
  return [owner.cluster];
};

const onAlarm = async (ports: RoutePorts, alarm: AlarmObservation): Promise<string[]> => {
  const clusters = [...(await ports.inbox.clustersOfAlarm(alarm.name))];
  await Promise.all(clusters.map((cluster) => ports.inbox.putAlarms(cluster, [alarm], ports.clock.now())));
  return clusters;
};

/** Writes the event down; gives the clusters that it concerns. */
const writeDown = async (ports: RoutePorts, event: OutsideEvent): Promise<string[]> => {
  if (event.kind === 'spotInterruption') return onInterruption(ports, event.instanceId, event.at);
  if (event.kind === 'alarm') return onAlarm(ports, event.alarm);
  if (!(await isManaged(ports, event.cluster))) return [];
  if (event.kind === 'hold') await ports.inbox.putHold(event.cluster, event.hold);
  if (event.kind === 'holdReleased') await ports.inbox.removeHold(event.cluster, event.key);
  return [event.cluster];
};

/**
 * Routes one event.
 * @returns the clusters that were woken; none for an event of nobody's
 * @throws what a port throws: the event is then delivered again, and writing it twice changes nothing
 */
export const route = async (ports: RoutePorts, event: OutsideEvent): Promise<readonly string[]> => {
  const clusters = await writeDown(ports, event);
  const slot = ports.clock.now();
  if (clusters.length > 0) await ports.wakeUps.send(clusters.map((cluster) => ({ cluster, slot })));
  return clusters;
};
