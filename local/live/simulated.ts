/** The simulated world behind the page: what it says of itself, and a burst of made-up queries. */
import { completeQuery, workloadDefaults } from '../../simulator/workload/defaults.ts';
import type { World } from '../../simulator/world/world.ts';
import type { EngineLoad } from './point.ts';

/** Work of one query of a burst: 40 of them keep 100 workers busy for a minute. */
const BURST_CPU_SECONDS = 2500;

export const worldLoad = ({ engine }: World): EngineLoad => {
  const { readyCores, drainingCores, running, queued, waitingForWorkers, groupHeld } = engine.sample();
  return { readyCores, drainingCores, runningQueries: running, waitingQueries: queued + waitingForWorkers + groupHeld };
};

/** Queries of one kind arrive now; the answer says of which. */
export const submitBurst = (world: World, queries: number, seed: number): string => {
  const common = { arrivalSeconds: world.now, memoryBytes: 0, user: 'you', source: 'page' };
  const defaults = workloadDefaults(seed);
  world.inject(
    Array.from({ length: queries }, (_, index) =>
      completeQuery({ ...common, id: `burst-${world.now}-${index}`, cpuSeconds: BURST_CPU_SECONDS }, defaults),
    ),
  );
  return `each needs ${BURST_CPU_SECONDS} core-seconds`;
};
