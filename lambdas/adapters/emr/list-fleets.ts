/** The fleets of a cluster, all pages, and the one among them that is resized. */
import { type EMRClient, type InstanceFleet, ListInstanceFleetsCommand } from '@aws-sdk/client-emr';
import { FleetError } from '../../ports/fleets.ts';
import { answerError } from './errors.ts';

/** A cluster has three fleets at most; more pages than this are no answer to our question. */
const MOST_PAGES = 10;

/** A fleet whose id is known to be given. */
export type IdentifiedFleet = InstanceFleet & { readonly Id: string };

/** Whether the next page may be asked for. */
const checkMarker = (marker: string, seen: Set<string>, doing: string): void => {
  if (seen.has(marker)) throw answerError(doing, [`Marker ${JSON.stringify(marker)} came twice, expected a new one`]);
  if (seen.size + 1 >= MOST_PAGES)
    throw answerError(doing, [`more than ${MOST_PAGES} pages, expected at most 3 fleets`]);
  seen.add(marker);
};

/**
 * Every instance fleet of a cluster.
 * @throws FleetError `unavailable` for pages that do not end; what the SDK throws
 */
export const listFleets = async (
  client: EMRClient,
  clusterId: string,
  signal: AbortSignal,
  doing: string,
): Promise<readonly InstanceFleet[]> => {
  const fleets: InstanceFleet[] = [];
  const seen = new Set<string>();
  let marker: string | undefined;
  do {
    const command = new ListInstanceFleetsCommand({ ClusterId: clusterId, Marker: marker });
    const page = await client.send(command, { abortSignal: signal });
    fleets.push(...(page.InstanceFleets ?? []));
    // An empty marker ends the list too.
    marker = page.Marker || undefined;
    if (marker !== undefined) checkMarker(marker, seen, doing);
  } while (marker !== undefined);
  return fleets;
};

const named = (fleets: readonly InstanceFleet[]): string =>
  fleets.length === 0 ? 'none' : fleets.map(({ Id, InstanceFleetType }) => `${InstanceFleetType} ${Id}`).join(', ');

/** Which fleet is looked for. */
export interface WantedFleet {
  /** Absent: the TASK fleet. */
  readonly id?: string;
  /** Whether EMR has shown it before. */
  readonly seen: boolean;
}

/**
 * The fleet that is resized.
 * @throws FleetError `unavailable` when no true answer can look like this, `not-found` for a cluster without such a
 *   fleet, `refused` for the primary node
 */
export const pickFleet = (
  fleets: readonly InstanceFleet[],
  { id, seen }: WantedFleet,
  doing: string,
): IdentifiedFleet => {
  const wanted = id === undefined ? 'one TASK fleet' : `the fleet ${id}`;
  const given = `instance fleets were ${named(fleets)}, expected ${wanted}`;
  const found = fleets.filter((fleet) => (id === undefined ? fleet.InstanceFleetType === 'TASK' : fleet.Id === id));
  const [fleet] = found;
  if (fleet === undefined) {
    // Every cluster has a MASTER fleet, and no API removes a fleet.
    if (seen || !fleets.some(({ InstanceFleetType }) => InstanceFleetType === 'MASTER'))
      throw answerError(doing, [given]);
    throw new FleetError('not-found', `${doing}: ${given}`);
  }
  if (found.length > 1 || fleet.Id === undefined) throw answerError(doing, [given]);
  if (fleet.InstanceFleetType === 'MASTER') {
    throw new FleetError('refused', `${doing}: ${fleet.Id} is the primary node, expected a fleet of workers`);
  }
  return { ...fleet, Id: fleet.Id };
};
