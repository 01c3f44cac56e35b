/** Wires what happens on an event from outside. */
import { DynamoInbox } from '../adapters/dynamo/inbox.ts';
import { DynamoMarkers } from '../adapters/dynamo/markers.ts';
import { passMarker } from '../app/mark.ts';
import { route } from '../app/route.ts';
import type { InstanceDirectory } from '../ports/instances.ts';
import type { WakeUps } from '../ports/wakeups.ts';
import { type ClusterEntry, type FunctionSettings, networkOf } from '../settings/settings.ts';
import type { CommonParts } from './parts.ts';
import type { RouteWiring } from './wiring.ts';

export interface RouteParts extends CommonParts {
  readonly wakeUps: WakeUps;
  readonly instances: InstanceDirectory;
}

/** One cluster for each tick queue. */
const oneOfEachQueue = (clusters: readonly ClusterEntry[]): readonly string[] => {
  const names = new Map(clusters.toReversed().map((entry) => [networkOf(entry), entry.name]));
  return [...names.values()];
};

/** Adapters live as long as the process does. */
export const wireRoute = (
  { environment, clusters }: Pick<FunctionSettings, 'environment' | 'clusters'>,
  parts: RouteParts,
): RouteWiring => {
  const { clock, table, wakeUps, instances, report, measure } = parts;
  const inbox = new DynamoInbox(table);
  const markers = new DynamoMarkers(table);
  const managed = new Set(clusters.map(({ name }) => name));
  const reached = oneOfEachQueue(clusters);
  return {
    environment,
    route: (event) => route({ clock, inbox, instances, wakeUps, managed }, event),
    passMarker: (marker) => passMarker({ clock, markers, wakeUps }, marker, reached),
    verifyAlarm: (marker) => markers.leave('alarm', { at: clock.now(), marker }),
    report,
    measure,
  };
};
