/** The fleet's contract on the fake, and on the real adapter over the wire before a simulated world. */
import { emrClient } from '../../../../lambdas/adapters/emr/client.ts';
import { EmrFleet } from '../../../../lambdas/adapters/emr/fleet.ts';
import { epochSeconds } from '../../../../lambdas/core/quantities.ts';
import type { FleetFault } from '../../../../lambdas/ports/fleets.ts';
import { EmrApiError } from '../../../../local/emr/api-error.ts';
import type { Fault } from '../../../../local/emr/faults.ts';
import { FakeFleet } from '../../../fakes/fleet.ts';
import { CLUSTER_ID, CREDENTIALS, localCluster } from '../../../local/emr/local-cluster.ts';
import { at } from '../../core/builders.ts';
import { type FleetHarness, fleetContract } from '../../ports/fleet.contract.ts';

const WIRE_FAULTS: Readonly<Record<FleetFault, Fault>> = {
  throttled: 'throttle',
  refused: new EmrApiError(400, 'ValidationException', 'A reason of EMR.'),
  denied: 'deny',
  'not-found': new EmrApiError(400, 'InvalidRequestException', `Cluster id '${CLUSTER_ID}' is not valid.`),
  unavailable: 'internal',
};

fleetContract('fake', async (): Promise<FleetHarness> => {
  let seconds = 0;
  const fleet = new FakeFleet(8, { staleSeconds: 10, launchSeconds: 60, growSeconds: 180, shrinkSeconds: 90 }, 2);
  return {
    fleet,
    now: () => at(seconds),
    advance: (passed) => {
      seconds += passed;
      fleet.advance(seconds);
    },
    fail: (fault) => fleet.fail(fault),
    loseAnswer: () => fleet.fail('unavailable', 'after'),
    close: async () => {},
  };
});

fleetContract('EMR over the wire', async (): Promise<FleetHarness> => {
  const local = await localCluster();
  const client = emrClient({ region: 'local', endpoint: local.endpoint.url, maxAttempts: 1, credentials: CREDENTIALS });
  const fleet = new EmrFleet(client, { clusterId: CLUSTER_ID });
  // So that the next request is the call itself and not the look-up of the fleet's id.
  await fleet.read(epochSeconds(local.now()));
  return {
    fleet,
    now: () => epochSeconds(local.now()),
    advance: local.advance,
    fail: (fault) => local.endpoint.faults.arm(WIRE_FAULTS[fault]),
    loseAnswer: () => local.endpoint.faults.arm('dropAfter', 1, 'ModifyInstanceFleet'),
    close: async () => {
      client.destroy();
      await local.close();
    },
  };
});
