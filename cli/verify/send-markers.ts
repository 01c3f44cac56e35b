/**
 * Sends one marker into each way of a deployed environment.
 *
 * Needs `events:PutEvents` on the default bus and `cloudwatch:SetAlarmState` on the alarm for verify.
 */
import { CloudWatchClient, SetAlarmStateCommand, type StateValue } from '@aws-sdk/client-cloudwatch';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { clientConfig } from '../../lambdas/adapters/aws-client.ts';
import { awsErrorLine } from '../../lambdas/adapters/aws-errors.ts';
import { EVENTS } from '../../lambdas/contract.ts';
import { clientSettings, type Deployed, PATIENT } from '../target/deployed.ts';

/** Why a marker could not be sent; undefined: it was. */
export type SendFault = string | undefined;

const faultOf = async (work: () => Promise<SendFault>): Promise<SendFault> => {
  try {
    return await work();
  } catch (error) {
    return awsErrorLine(error);
  }
};

/** An event on the default bus, which goes to route, and from there to every tick queue. */
export const sendEvent = async ({ region, environment }: Deployed, marker: string): Promise<SendFault> => {
  const client = new EventBridgeClient(clientConfig(clientSettings(region), PATIENT));
  const entry = {
    Source: EVENTS.source,
    DetailType: EVENTS.marker,
    Detail: JSON.stringify({ environment, marker }),
  };
  const fault = await faultOf(async () => {
    const { FailedEntryCount = 0, Entries = [] } = await client.send(new PutEventsCommand({ Entries: [entry] }));
    return FailedEntryCount === 0 ? undefined : `${Entries[0]?.ErrorCode}: ${Entries[0]?.ErrorMessage}`;
  });
  client.destroy();
  return fault;
};

/** The alarm goes off and is set back. Setting the state that it has tells nobody, so it is set back before, too. */
export const setOffAlarm = async ({ region, verifyAlarm }: Deployed, marker: string): Promise<SendFault> => {
  const client = new CloudWatchClient(clientConfig(clientSettings(region), PATIENT));
  const set = (StateValue: StateValue, StateReason: string) =>
    client.send(new SetAlarmStateCommand({ AlarmName: verifyAlarm, StateValue, StateReason }));
  const fault = await faultOf(async () => {
    await set('OK', 'prestoscale verify begins');
    await set('ALARM', marker);
    await set('OK', 'prestoscale verify has set it off');
    return undefined;
  });
  client.destroy();
  return fault;
};
