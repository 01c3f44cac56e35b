/** The function `route` in AWS. */
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { Ec2Instances } from '../adapters/ec2/instances.ts';
import { commonParts, type Start, tickQueuesOf } from './aws.ts';
import { endpointOf, wakingVariables } from './variables.ts';
import { wireRoute } from './wire-route.ts';
import type { RouteWiring } from './wiring.ts';

/** @throws Error that says what is missing in the environment */
export const awsRoute = (start: Start): RouteWiring => {
  const { settings } = start;
  const variables = wakingVariables(start.variables, settings.clusters);
  const { region, tickQueues } = variables;
  const common = commonParts(start, variables);
  const endpoint = endpointOf(start.variables, 'EC2');
  return wireRoute(settings, {
    ...common,
    wakeUps: tickQueuesOf(settings.clusters, region, tickQueues),
    instances: new Ec2Instances({
      region,
      clock: common.clock,
      credentials: defaultProvider(),
      ...(endpoint === undefined ? {} : { endpoint }),
    }),
  });
};
