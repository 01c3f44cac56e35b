import type { Execution } from './execution.ts';
import type { LiveQuery } from './live-query.ts';
import type { ClassSample, EngineSample } from './sample.ts';

interface LiveTotals {
  readonly groupHeld: number;
  readonly cpuSeconds: number;
  readonly classes: readonly ClassSample[];
}

const addUpLive = ({ classes, live, cpu }: Execution, now: number): LiveTotals => {
  classes.clearLive();
  let groupHeld = 0;
  for (const { phase, tally, query } of live) {
    if (phase === 'held') {
      tally.held += 1;
      groupHeld += 1;
      continue;
    }
    tally.live += 1;
    tally.parallelismCores += query.parallelismCores;
  }
  let cpuSeconds = 0;
  cpu.forEach(now, ({ tally }, usedSeconds, cores) => {
    tally.cpuSecondsUsed += usedSeconds;
    tally.busyCores += cores;
    cpuSeconds += usedSeconds;
  });
  return { groupHeld, cpuSeconds, classes: classes.snapshot() };
};

const oldestRunningSeconds = (started: ReadonlySet<LiveQuery>, now: number): number => {
  for (const { startedAt } of started) return now - startedAt;
  return 0;
};

/** Reads a snapshot. */
export const observe = (execution: Execution, now: number): EngineSample => {
  const { workers, admission, memory, started, unplaced, endedCpuSeconds } = execution;
  const { totals } = workers;
  const live = addUpLive(execution, now);
  return {
    atSeconds: now,
    running: started.size - unplaced.size,
    queued: unplaced.size,
    waitingForWorkers: admission.waiting.length,
    groupHeld: live.groupHeld,
    blockedOnMemory: memory.blocked,
    requiredWorkers: admission.largestRequirement(),
    readyWorkers: totals.activeWorkers,
    readyCores: totals.activeCores,
    drainingWorkers: totals.drainingWorkers,
    drainingCores: totals.drainingCores,
    cpuSecondsTotal: endedCpuSeconds + live.cpuSeconds,
    reservedMemoryBytes: memory.reservedBytes,
    totalMemoryBytes: totals.activeMemoryBytes,
    oldestWaitSeconds: Math.max(0, now - admission.oldestSubmittedAt()),
    oldestRunningSeconds: oldestRunningSeconds(started, now),
    classes: live.classes,
  };
};
