/** Wires what happens every minute. */
import { DynamoInbox } from '../adapters/dynamo/inbox.ts';
import { DynamoMarkers } from '../adapters/dynamo/markers.ts';
import { type CallBudget, DynamoCallTokens } from '../adapters/dynamo/tokens.ts';
import { Descriptions } from '../app/describing.ts';
import { type DispatchPorts, type DispatchSettings, dispatch, PartlyDispatchedError } from '../app/dispatch.ts';
import type { AlarmReader } from '../ports/alarms.ts';
import type { ClusterDirectory } from '../ports/cluster-directory.ts';
import type { WakeUps } from '../ports/wakeups.ts';
import type { CommonParts } from './parts.ts';
import type { DispatchWiring } from './wiring.ts';

export interface DispatchParts extends CommonParts {
  readonly directory: ClusterDirectory;
  readonly wakeUps: WakeUps;
  readonly alarms: AlarmReader;
  /** Of calls to EMR; absent: the published one. */
  readonly callBudget?: CallBudget;
}

/** Dispatches, and remembers whether the one before sent its wake-ups. */
const dispatcher = (ports: DispatchPorts, settings: DispatchSettings): DispatchWiring['dispatch'] => {
  // A process that has just started cannot know, and leaves the minute under way to the one before.
  let sentNone = false;
  return async () => {
    const catchUp = sentNone;
    sentNone = true;
    try {
      const dispatched = await dispatch(ports, settings, catchUp);
      sentNone = false;
      return dispatched;
    } catch (error) {
      sentNone = !(error instanceof PartlyDispatchedError) || error.dispatched.wakeUps === 0;
      throw error;
    }
  };
};

/** Adapters live as long as the process does. */
export const wireDispatch = (settings: DispatchSettings, parts: DispatchParts): DispatchWiring => {
  const { clock, table, wakeUps, alarms, directory, report, measure } = parts;
  const inbox = new DynamoInbox(table);
  const markers = new DynamoMarkers(table);
  const tokens = new DynamoCallTokens(table, parts.callBudget);
  const descriptions = new Descriptions();
  return {
    dispatch: dispatcher({ clock, inbox, wakeUps, alarms, directory, tokens, descriptions }, settings),
    leaveSign: () => markers.leave('dispatch', { at: clock.now() }),
    report,
    measure,
  };
};
