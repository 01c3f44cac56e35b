/** The truth about a simulated engine, with which samples of it are compared. */
import type { WorkloadSample } from '../../lambdas/core/model.ts';
import { cores, epochSeconds, workers } from '../../lambdas/core/quantities.ts';
import { START_OF_RUN } from '../../simulator/run/start-of-run.ts';
import type { EngineSample } from '../../simulator/world/engine/sample.ts';

/** The sample of an exporter that misses nothing. */
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
  classes: engine.classes.map((one) => ({
    name: one.name,
    live: one.live,
    held: one.held,
    cpuSecondsUsed: one.cpuSecondsUsed,
    parallelismCores: cores(one.parallelismCores),
    finishedQueries: one.finishedQueries,
    finishedCpuSeconds: one.finishedCpuSeconds,
  })),
});
