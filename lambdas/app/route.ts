/**
 * Takes an event from outside, finds whose it is, writes it down idempotently and wakes the cluster. What belongs to no
 * cluster of the settings ends here.
 *
 * EMR and EC2 speak of EMR's clusters; those who ask for a hold speak of a cluster by its name.
 */
import { LOSS_WINDOW_SECONDS, RECOMMENDATION_SECONDS } from '../core/losses.ts';
import type { AlarmObservation, Hold } from '../core/model.ts';
import { type Cores, type EpochSeconds, type Units, units } from '../core/quantities.ts';
import type { Clock } from '../ports/clock.ts';
import type { Inbox } from '../ports/inbox.ts';
import type { InstanceDirectory } from '../ports/instances.ts';
import type { WakeUps } from '../ports/wakeups.ts';

/** What happened, in our own words. */
export type OutsideEvent =
  | { readonly kind: 'spotInterruption'; readonly instanceId: string; readonly at: EpochSeconds }
  /** EC2 recommends to move away from a spot instance: it may be interrupted, or never. */
  | { readonly kind: 'rebalanceRecommended'; readonly instanceId: string; readonly at: EpochSeconds }
  | { readonly kind: 'fleetChanged'; readonly emrClusterId: string }
  | { readonly kind: 'alarm'; readonly alarm: AlarmObservation }
  | { readonly kind: 'hold'; readonly cluster: string; readonly hold: Hold }
  | { readonly kind: 'holdReleased'; readonly cluster: string; readonly key: string };

export interface RoutePorts {
  readonly clock: Clock;
  readonly inbox: Pick<
    Inbox,
    'clusterOfEmr' | 'clustersOfAlarm' | 'coresPerUnit' | 'putAlarms' | 'putHold' | 'putLoss' | 'removeHold'
  >;
  readonly instances: InstanceDirectory;
  readonly wakeUps: WakeUps;
  /** Names of the clusters of the settings; others in the table are left alone. */
  readonly managed: ReadonlySet<string>;
}

const managedOf = (ports: RoutePorts, cluster: string | undefined): string[] =>
  cluster !== undefined && ports.managed.has(cluster) ? [cluster] : [];

/** Weights of a fleet are whole, and no instance is nothing. */
const unitsOf = (vcpus: Cores, coresPerUnit: number): Units => units(Math.max(1, Math.ceil(vcpus / coresPerUnit)));

interface Told {
  readonly instanceId: string;
  readonly at: EpochSeconds;
}

/** The managed cluster of an instance, and the units that go with it: only spot workers of the TASK fleet have any. */
const concernedBy = async (
  ports: RoutePorts,
  instanceId: string,
): Promise<{ readonly cluster: string; readonly units?: Units } | undefined> => {
  const owner = await ports.instances.ownerOf(instanceId);
  if (owner === undefined || owner.onDemand === true) return undefined;
  const [cluster] = managedOf(ports, await ports.inbox.clusterOfEmr(owner.emrClusterId));
  if (cluster === undefined) return undefined;
  const coresPerUnit = owner.role === 'task' ? await ports.inbox.coresPerUnit(cluster) : undefined;
  return coresPerUnit === undefined ? { cluster } : { cluster, units: unitsOf(owner.vcpus, coresPerUnit) };
};

/** Nothing follows any more from what happened so long ago. */
const isOld = ({ clock }: RoutePorts, at: EpochSeconds, seconds: number): boolean => clock.now() - at >= seconds;

/**
 * Only workers of the TASK fleet are a loss: it alone is resized, and how much of it was lost is what a shrink waits for.
 * A lost CORE worker or primary node shows in what the engine says; the loop is woken to look.
 */
const onInterruption = async (ports: RoutePorts, { instanceId, at }: Told): Promise<string[]> => {
  if (isOld(ports, at, LOSS_WINDOW_SECONDS)) return [];
  const concerned = await concernedBy(ports, instanceId);
  if (concerned === undefined) return [];
  const { cluster, units: lost } = concerned;
  if (lost !== undefined) await ports.inbox.putLoss(cluster, { id: instanceId, at, units: lost });
  return [cluster];
};

/** Written down whatever the policy says, which may change; nobody is woken for what may happen in hours, or never. */
const onRecommendation = async (ports: RoutePorts, { instanceId, at }: Told): Promise<string[]> => {
  if (isOld(ports, at, RECOMMENDATION_SECONDS)) return [];
  const concerned = await concernedBy(ports, instanceId);
  if (concerned?.units !== undefined) {
    await ports.inbox.putLoss(concerned.cluster, { id: instanceId, kind: 'rebalance', at, units: concerned.units });
  }
  return [];
};

const onAlarm = async (ports: RoutePorts, alarm: AlarmObservation): Promise<string[]> => {
  const clusters = (await ports.inbox.clustersOfAlarm(alarm.name)).filter((cluster) => ports.managed.has(cluster));
  await Promise.all(clusters.map((cluster) => ports.inbox.putAlarms(cluster, [alarm], ports.clock.now())));
  return clusters;
};

/** Writes the event down; gives the clusters that it concerns. */
const writeDown = async (ports: RoutePorts, event: OutsideEvent): Promise<string[]> => {
  switch (event.kind) {
    case 'spotInterruption':
      return onInterruption(ports, event);
    case 'rebalanceRecommended':
      return onRecommendation(ports, event);
    case 'fleetChanged':
      return managedOf(ports, await ports.inbox.clusterOfEmr(event.emrClusterId));
    case 'alarm':
      return onAlarm(ports, event.alarm);
    case 'hold':
      if (ports.managed.has(event.cluster)) await ports.inbox.putHold(event.cluster, event.hold);
      return managedOf(ports, event.cluster);
    case 'holdReleased':
      if (ports.managed.has(event.cluster)) await ports.inbox.removeHold(event.cluster, event.key);
      return managedOf(ports, event.cluster);
  }
};

/**
 * Routes one event.
 * @returns the clusters that were woken; none for an event of nobody's, for one that is old news, and for a recommendation
 * @throws what a port throws: the event is then delivered again, and writing it twice changes nothing
 */
export const route = async (ports: RoutePorts, event: OutsideEvent): Promise<readonly string[]> => {
  const clusters = await writeDown(ports, event);
  const slot = ports.clock.now();
  if (clusters.length > 0) await ports.wakeUps.send(clusters.map((cluster) => ({ cluster, slot })));
  return clusters;
};
