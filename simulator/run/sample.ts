/** From the simulated engine's snapshot to the sample that an exporter would give. */
import type { WorkloadSample } from '../../lambdas/core/model.ts';
import { cores, epochSeconds, workers } from '../../lambdas/core/quantities.ts';
import type { ClassSample, EngineSample } from '../world/engine/sample.ts';

/** Virtual second 0: Monday 2026-03-02, 00:00 UTC. */
export const START_OF_RUN = 1_772_409_600;

/** Classes beyond so many are one class `other`, as in an exporter's sample, which stays within 3 KB. */
const MOST_CLASSES = 15;

/** Counters of a class must never fall, so a class stays where it was first put: by order of its first query. */
const cappedClasses = (classes: readonly ClassSample[]): readonly ClassSample[] => {
  if (classes.length <= MOST_CLASSES) return classes;
  const other = classes.slice(MOST_CLASSES).reduce((sum, one) => ({
    name: 'other',
    live: sum.live + one.live,
    held: sum.held + one.held,
    cpuSecondsUsed: sum.cpuSecondsUsed + one.cpuSecondsUsed,
    parallelismCores: sum.parallelismCores + one.parallelismCores,
    busyCores: sum.busyCores + one.busyCores,
    finishedQueries: sum.finishedQueries + one.finishedQueries,
    finishedCpuSeconds: sum.finishedCpuSeconds + one.finishedCpuSeconds,
  }));
  return [...classes.slice(0, MOST_CLASSES), { ...other, name: 'other' }];
};

/** The sample an exporter would take now. */
export const workloadSample = (engine: EngineSample): WorkloadSample => ({
  takenAt: epochSeconds(START_OF_RUN + engine.atSeconds),
  runningQueries: engine.running,
  queuedQueries: engine.queued,
  waitingForWorkersQueries: engine.waitingForWorkers,
  groupHeldQueries: engine.groupHeld,
  blockedOnMemoryQueries: engine.blockedOnMemory,
  requiredWorkers: workers(engine.requiredWorkers),
  readyWorkers: workers(engine.readyWorkers),
  readyCores: cores(engine.readyCores),
  drainingWorkers: workers(engine.drainingWorkers),
  drainingCores: cores(engine.drainingCores),
  cpuSecondsTotal: engine.cpuSecondsTotal,
  reservedMemoryBytes: engine.reservedMemoryBytes,
  totalMemoryBytes: engine.totalMemoryBytes,
  oldestWaitSeconds: engine.oldestWaitSeconds,
  oldestRunningSeconds: engine.oldestRunningSeconds,
  classes: cappedClasses(engine.classes).map((one) => ({
    name: one.name,
    live: one.live,
    held: one.held,
    cpuSecondsUsed: one.cpuSecondsUsed,
    parallelismCores: cores(one.parallelismCores),
    finishedQueries: one.finishedQueries,
    finishedCpuSeconds: one.finishedCpuSeconds,
  })),
});
