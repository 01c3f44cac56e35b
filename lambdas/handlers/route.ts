/**
 * Events of EventBridge in, our own words out; invoked asynchronously, so that a failure is tried again, and an event that
 * cannot be understood ends in the dead-letter queue.
 */
import type { OutsideEvent } from '../app/route.ts';
import { EVENTS, verifyAlarmName } from '../contract.ts';
import type { AlarmObservation, Hold } from '../core/model.ts';
import { epochSeconds, units } from '../core/quantities.ts';
import type { RouteWiring } from '../runtime/wiring.ts';
import {
  type BridgeEvent,
  bridgeEventOf,
  type Fields,
  fieldsOf,
  numberOf,
  secondsOf,
  shown,
  textOf,
} from './bridge-event.ts';

/** What an event asks for. */
export type Request =
  | OutsideEvent
  /** `prestoscale verify` tries the way through the bus, and the way in for alarms. */
  | { readonly kind: 'marker'; readonly marker: string }
  | { readonly kind: 'verifyAlarm'; readonly marker: string }
  /** Known, and nothing follows from it. */
  | { readonly kind: 'nothing'; readonly why: string };

const LONGEST_MARKER = 200;
const ALARM_STATES: ReadonlySet<unknown> = new Set(['OK', 'ALARM', 'INSUFFICIENT_DATA']);
const OWN: ReadonlySet<string> = new Set([EVENTS.holdRequested, EVENTS.holdReleased, EVENTS.marker]);

const alarmOf = (name: string, state: Fields, time: string): AlarmObservation => {
  if (!ALARM_STATES.has(state['value']))
    throw new Error(`an alarm's state must be OK, ALARM or INSUFFICIENT_DATA; given ${shown(state['value'])}`);
  // The event's own time has whole seconds only, and two changes in one would have no order.
  const changed = secondsOf(state['timestamp']);
  const since = Number.isFinite(changed) ? changed : secondsOf(time);
  return { name, state: state['value'] as AlarmObservation['state'], since: epochSeconds(since) };
};

const alarmRequest = ({ 'detail-type': type, detail, time }: BridgeEvent, environment: string): Request => {
  const fields = fieldsOf(detail);
  const state = fieldsOf(fields['state']);
  const alarm = alarmOf(textOf(fields, 'alarmName', type), state, time);
  if (alarm.name !== verifyAlarmName(environment)) return { kind: 'alarm', alarm };
  if (alarm.state !== 'ALARM') return { kind: 'nothing', why: 'the alarm of verify is set back' };
  // Whoever sets it off by hand gives a reason: it comes back as the marker.
  return { kind: 'verifyAlarm', marker: String(state['reason'] ?? '').slice(0, LONGEST_MARKER) };
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

/** A request that was sent to us by name: `detail.environment` says to whom. */
const ownRequest = (type: string, detail: Fields, environment: string): Request => {
  const addressee = textOf(detail, 'environment', type);
  if (addressee !== environment) return { kind: 'nothing', why: `sent to the environment ${addressee}` };
  if (type === EVENTS.marker) {
    return { kind: 'marker', marker: textOf(detail, 'marker', type).slice(0, LONGEST_MARKER) };
  }
  const cluster = textOf(detail, 'cluster', type);
  return type === EVENTS.holdRequested
    ? { kind: 'hold', cluster, hold: holdOf(detail, type) }
    : { kind: 'holdReleased', cluster, key: textOf(detail, 'key', type) };
};

/**
 * What an event asks for; undefined for one that we did not ask for.
 * @throws Error for an event of a known type that lacks what it must carry
 */
export const requestOf = (event: BridgeEvent, environment: string): Request | undefined => {
  const type = event['detail-type'];
  const detail = fieldsOf(event.detail);
  if (OWN.has(type)) return ownRequest(type, detail, environment);
  switch (type) {
    case 'EC2 Spot Instance Interruption Warning':
      return {
        kind: 'spotInterruption',
        instanceId: textOf(detail, 'instance-id', type),
        at: epochSeconds(secondsOf(event.time)),
      };
    case 'EC2 Instance Rebalance Recommendation':
      return {
        kind: 'rebalanceRecommended',
        instanceId: textOf(detail, 'instance-id', type),
        at: epochSeconds(secondsOf(event.time)),
      };
    case 'EMR Instance Fleet State Change':
    case 'EMR Instance Fleet Resize':
    case 'EMR Cluster State Change':
      return { kind: 'fleetChanged', emrClusterId: textOf(detail, 'clusterId', type) };
    case 'CloudWatch Alarm State Change':
      return alarmRequest(event, environment);
    default:
      return undefined;
  }
};

/** Handles one event; what belongs to nobody ends here. */
export const handleRoute = async (given: unknown, wiring: RouteWiring): Promise<void> => {
  const event = bridgeEventOf(given);
  const type = event['detail-type'];
  const request = requestOf(event, wiring.environment);
  if (request === undefined) return wiring.report({ event: 'event-unknown', type });
  switch (request.kind) {
    case 'nothing':
      return wiring.report({ event: 'event-ignored', type, why: request.why });
    case 'marker':
      return wiring.passMarker(request.marker);
    case 'verifyAlarm':
      return wiring.verifyAlarm(request.marker);
    default: {
      const clusters = await wiring.route(request);
      wiring.report({ event: 'routed', kind: request.kind, clusters: clusters.join(' ') });
    }
  }
};
