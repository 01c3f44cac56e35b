/** A simulated cluster says over the wire what the run in process is told without it. */
import { emrClient } from '../../../lambdas/adapters/emr/client.ts';
import { EmrClusterFinder } from '../../../lambdas/adapters/emr/cluster-facts.ts';
import { factsOfEngine, safetyMode } from '../../../lambdas/core/safety-mode.ts';
import { startEmrEndpoint } from '../../../local/emr/endpoint.ts';
import { WorldBackend } from '../../../local/emr/world-backend.ts';
import { engineViewOf } from '../../../local/emr/world-engine.ts';
import { foundEngineOf } from '../../../simulator/run/found-engine.ts';
import { mergeKnobs } from '../../../simulator/world/read-knobs.ts';
import type { World } from '../../../simulator/world/world.ts';
import { facts, policyOf } from '../../lambdas/core/builders.ts';
import { CREDENTIALS, localCluster } from './local-cluster.ts';

const CLUSTER = 'j-ENGINE0000001';

const knobsOf = (retriesTasks: boolean, reversibleDrain: boolean, gracefulTimeoutSeconds: number) =>
  mergeKnobs({ engine: { retriesTasks, reversibleDrain }, fleet: { gracefulTimeoutSeconds } }, (path) => {
    throw new Error(`unknown knob ${path.join('.')}`);
  });

/** Asks a cluster with such knobs over HTTP. */
const foundOverTheWire = async (knobs: ReturnType<typeof knobsOf>) => {
  const local = await localCluster();
  const world = (): World => local.world;
  const backend = new WorldBackend({
    clusterId: CLUSTER,
    world,
    pools: knobs.fleet.pools,
    engine: engineViewOf(knobs),
  });
  const endpoint = await startEmrEndpoint({ backends: [backend], now: () => 0 });
  const client = emrClient({ region: 'local', endpoint: endpoint.url, maxAttempts: 1, credentials: CREDENTIALS });
  try {
    return await new EmrClusterFinder(client, { clusterId: CLUSTER }).find();
  } finally {
    client.destroy();
    await endpoint.close();
    await local.close();
  }
};

test.each([
  ['a fleet that kills at once', knobsOf(false, false, 0), 'sparing'],
  ['a graceful timeout', knobsOf(false, false, 1800), 'drained'],
  ['a graceful timeout of half a second', knobsOf(false, false, 0.5), 'drained'],
  ['retries of tasks', knobsOf(true, false, 0), 'retried'],
  ['retries of tasks and a graceful timeout', knobsOf(true, false, 1800), 'retried'],
  ['a reversible drain', knobsOf(false, true, 0), 'sparing'],
  [
    'a reversible drain and a graceful timeout, which is Trino’s and not believed',
    knobsOf(false, true, 1800),
    'sparing',
  ],
  ['all of it', knobsOf(true, true, 1800), 'retried'],
])('%s → the same over the wire as in process, and the mode that follows', async (_, knobs, mode) => {
  const found = await foundOverTheWire(knobs);
  expect(found).toEqual(foundEngineOf(knobs, CLUSTER));
  const known = factsOfEngine(facts(), found);
  expect(safetyMode(policyOf({}), known, { engine: found }).mode).toBe(mode);
  expect(known.reversibleDrain).toBe(knobs.engine.reversibleDrain);
});
