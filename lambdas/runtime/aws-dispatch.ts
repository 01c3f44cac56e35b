/** The function `dispatch` in AWS. */
import { CloudWatchAlarms } from '../adapters/cloudwatch/alarms.ts';
import { emrClient } from '../adapters/emr/client.ts';
import { EmrClusterDirectory } from '../adapters/emr/cluster-directory.ts';
import { cloudWatchClient } from '../adapters/samples/cloudwatch-client.ts';
import { commonParts, type Start, tickQueuesOf } from './aws.ts';
import { wakingVariables } from './variables.ts';
import { wireDispatch } from './wire-dispatch.ts';
import type { DispatchWiring } from './wiring.ts';

/** @throws Error that says what is missing in the environment */
export const awsDispatch = (start: Start): DispatchWiring => {
  const { settings } = start;
  const variables = wakingVariables(start.variables, settings.clusters);
  const { region, tickQueues } = variables;
  return wireDispatch(settings, {
    ...commonParts(start, variables),
    wakeUps: tickQueuesOf(settings.clusters, region, tickQueues),
    alarms: new CloudWatchAlarms(cloudWatchClient({ region })),
    directory: new EmrClusterDirectory(emrClient({ region })),
    callBudget: { quotas: settings.emrQuotas, slotSeconds: settings.slotSeconds },
  });
};
