/** Events of EventBridge in, our own words out; invoked asynchronously, so that a failure is tried again. */
import type { OutsideEvent } from '../app/route.ts';
import type { AlarmObservation, Hold } from '../core/model.ts';
import { epochSeconds, units } from '../core/quantities.ts';
import type { Wiring } from '../runtime/wiring.ts';

export interface BridgeEvent {
  readonly source: string;
  readonly 'detail-type': string;
  readonly time: string;
  readonly detail: unknown;
}

const ALARM_STATES: ReadonlySet<unknown> = new Set(['OK', 'ALARM', 'INSUFFICIENT_DATA']);

type Fields = Readonly<Record<string, unknown>>;

const textOf = (fields: Fields, key: string, type: string): string => {
  const value = fields[key];
  if (typeof value === 'string' && value !== '') return value;
  throw new Error(`an event "${type}" must carry ${key}; given ${JSON.stringify(value) ?? 'nothing'}`);
};

const secondsOf = (time: string): number => new Date(time).getTime() / 1000;

const alarmOf = ({ detail, time }: BridgeEvent, type: string): AlarmObservation => {
  const fields = detail as Fields;
  const state = (fields['state'] as Fields | undefined)?.['value'];
  if (!ALARM_STATES.has(state))
    throw new Error(`an alarm's state must be OK, ALARM or INSUFFICIENT_DATA; given ${String(state)}`);
  return {
    name: textOf(fields, 'alarmName', type),
    state: state as AlarmObservation['state'],
    since: epochSeconds(secondsOf(time)),
  };
};

const numberOf = (fields: Fields, key: string, type: string): number => {
  const value = fields[key];
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new Error(`an event "${type}" must carry the number ${key}; given ${JSON.stringify(value) ?? 'nothing'}`);
};

const holdOf = (fields: Fields, type: string): Hold => {
  const kind = textOf(fields, 'kind', type);
  if (kind !== 'total' && kind !== 'extra') throw new Error(`a hold's kind must be total or extra; given ${kind}`);
  return {
    key: textOf(fields, 'key', type),
    kind,
    units: units(numberOf(fields, 'units', type)),
    until: epochSeconds(numberOf(fields, 'until', type)),
    owner: textOf(fields, 'owner', type),
    reason: textOf(fields, 'reason', type),
  };
};

/** The event in our own words; undefined for one that we did not ask for. */
export const outsideEvent = (event: BridgeEvent): OutsideEvent | undefined => {
  const type = event['detail-type'];
  const detail = (event.detail ?? {}) as Fields;
  switch (type) {
    case 'EC2 Spot Instance Interruption Warning':
      return {
        kind: 'spotInterruption',
        instanceId: textOf(detail, 'instance-id', type),
        at: epochSeconds(secondsOf(event.time)),
      };
    case 'EMR Instance Fleet State Change':
    case 'EMR Instance Fleet Resize':
    case 'EMR Cluster State Change':
      return { kind: 'fleetChanged', cluster: textOf(detail, 'clusterId', type) };
    case 'CloudWatch Alarm State Change':
      return { kind: 'alarm', alarm: alarmOf(event, type) };
    case 'Prestoscale Hold Requested':
      return { kind: 'hold', cluster: textOf(detail, 'cluster', type), hold: holdOf(detail, type) };
    case 'Prestoscale Hold Released':
      return { kind: 'holdReleased', cluster: textOf(detail, 'cluster', type), key: textOf(detail, 'key', type) };
    default:
      return undefined;
  }
};

/** Handles one event; what belongs to nobody ends here. */
export const handleRoute = async (event: BridgeEvent, wiring: Wiring): Promise<void> => {
  const known = outsideEvent(event);
  if (known === undefined) {
    wiring.report({ event: 'event-unknown', type: event['detail-type'] });
    return;
  }
  const clusters = await wiring.route(known);
  wiring.report({ event: 'routed', kind: known.kind, clusters: clusters.join(' ') });
};
