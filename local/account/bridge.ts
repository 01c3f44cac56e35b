/** What happens to fleets and alarms as events of EventBridge, in the form in which AWS sends them. */
import type { AlarmObservation } from '../../lambdas/core/model.ts';
import type { BridgeEvent } from '../../lambdas/handlers/bridge-event.ts';
import { START_OF_RUN } from '../../simulator/run/start-of-run.ts';
import type { FleetEvent } from '../../simulator/world/fleet/fleet.ts';
import type { Site } from './site.ts';

const timeOf = (epochSeconds: number): string => `${new Date(epochSeconds * 1000).toISOString().slice(0, 19)}Z`;

const ofInstance = (type: string, site: Site, instanceId: string, time: string): BridgeEvent => ({
  source: 'aws.ec2',
  'detail-type': type,
  time,
  detail: { 'instance-id': site.ec2IdOf(instanceId), 'instance-action': 'terminate' },
});

const ofFleet = (type: string, { emrId }: Site, state: string, time: string): BridgeEvent => ({
  source: 'aws.emr',
  'detail-type': type,
  time,
  detail: { clusterId: emrId, instanceFleetType: 'TASK', state },
});

/** Undefined: AWS tells nobody of it by an event that is listened to. */
export const bridgeEventFor = (site: Site, event: FleetEvent): BridgeEvent | undefined => {
  const time = timeOf(START_OF_RUN + event.at);
  switch (event.kind) {
    case 'interruptionNotice':
      return ofInstance('EC2 Spot Instance Interruption Warning', site, event.instanceId, time);
    case 'rebalanceRecommendation':
      return ofInstance('EC2 Instance Rebalance Recommendation', site, event.instanceId, time);
    case 'resizeStarted':
      return ofFleet('EMR Instance Fleet State Change', site, 'RESIZING', time);
    case 'resizeEnded':
      return ofFleet('EMR Instance Fleet State Change', site, 'RUNNING', time);
    case 'suspended':
      return ofFleet('EMR Instance Fleet State Change', site, 'SUSPENDED', time);
    case 'provisioningTimeout':
    case 'insufficientCapacity':
      return ofFleet('EMR Instance Fleet Resize', site, 'RESIZING', time);
    default:
      return undefined;
  }
};

export const alarmEventFor = ({ name, state, since }: AlarmObservation): BridgeEvent => ({
  source: 'aws.cloudwatch',
  'detail-type': 'CloudWatch Alarm State Change',
  time: timeOf(since),
  detail: {
    alarmName: name,
    state: { value: state, timestamp: new Date(since * 1000).toISOString().replace('Z', '+0000') },
  },
});
