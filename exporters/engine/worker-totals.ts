/** Workers, cores and memory added up. A sum in which a part is unknown is unknown. */
import type { WorkloadSample } from '../../lambdas/core/model.ts';
import { type Cores, cores, workers as workerCount } from '../../lambdas/core/quantities.ts';
import type { EngineReading, NodeMemory, WorkerReading } from './reading.ts';

type WorkerTotals = Pick<WorkloadSample, 'readyWorkers' | 'readyCores' | 'drainingWorkers' | 'drainingCores'>;
type MemoryTotals = Pick<WorkloadSample, 'reservedMemoryBytes' | 'totalMemoryBytes'>;

const coresOf = (workers: readonly WorkerReading[]): Cores | undefined => {
  let sum = 0;
  for (const worker of workers) {
    if (worker.cores === undefined) return undefined;
    sum += worker.cores;
  }
  return cores(sum);
};

export const workerTotals = (workers: readonly WorkerReading[] | undefined): WorkerTotals => {
  if (workers === undefined) return {};
  const ready = workers.filter(({ standing }) => standing === 'active');
  const draining = workers.filter(({ standing }) => standing === 'draining');
  const readyCores = coresOf(ready);
  const drainingCores = coresOf(draining);
  return {
    readyWorkers: workerCount(ready.length),
    ...(readyCores === undefined ? {} : { readyCores }),
    drainingWorkers: workerCount(draining.length),
    ...(drainingCores === undefined ? {} : { drainingCores }),
  };
};

/**
 * Reserved on all workers, and what the active ones have. A worker that has just joined is in neither, as in the
 * coordinator's own books; when that is all of them, the total is unknown.
 */
const totalsByNode = (memory: readonly NodeMemory[], workers: readonly WorkerReading[] | undefined): MemoryTotals => {
  const reservedMemoryBytes = memory.reduce((sum, { reservedBytes }) => sum + reservedBytes, 0);
  if (workers === undefined) return { reservedMemoryBytes };
  const active = new Set(workers.filter(({ standing }) => standing === 'active').map(({ id }) => id));
  const known = memory.filter(({ id }) => active.has(id));
  if (known.length === 0 && active.size > 0) return { reservedMemoryBytes };
  return { reservedMemoryBytes, totalMemoryBytes: known.reduce((sum, { totalBytes }) => sum + totalBytes, 0) };
};

/** Reserved as the coordinator says for all nodes, its own share included; what workers have as they say themselves. */
const totalsTold = (reservedMemoryBytes: number, workers: readonly WorkerReading[] | undefined): MemoryTotals => {
  if (workers === undefined) return { reservedMemoryBytes };
  let totalMemoryBytes = 0;
  for (const { standing, memoryBytes } of workers) {
    if (standing !== 'active') continue;
    if (memoryBytes === undefined) return { reservedMemoryBytes };
    totalMemoryBytes += memoryBytes;
  }
  return { reservedMemoryBytes, totalMemoryBytes };
};

/** By node where the engine tells so (PrestoDB), else as sums (Trino). */
export const memoryTotals = ({ memory, cluster, workers }: EngineReading): MemoryTotals => {
  if (memory !== undefined) return totalsByNode(memory, workers);
  return cluster?.reservedMemoryBytes === undefined ? {} : totalsTold(cluster.reservedMemoryBytes, workers);
};
