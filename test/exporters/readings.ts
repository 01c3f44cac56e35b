/** Small readings of an engine. What a situation does not name has a harmless default. */
import type { EngineReading, LiveQuery } from '../../exporters/engine/reading.ts';
import { epochSeconds } from '../../lambdas/core/quantities.ts';

/** Monday 2026-03-02, 12:00 UTC. */
export const NOON = 1_772_452_800;

/** One that runs. */
export const query = (id: string, given: Partial<LiveQuery> = {}): LiveQuery => ({
  id,
  className: 'bi|ann|global',
  stage: 'running',
  ageSeconds: 10,
  runningSeconds: 9,
  cpuSeconds: 20,
  memoryBytes: 0,
  blockedOnMemory: false,
  drivers: 8,
  ...given,
});

/** A whole reading, so many seconds after noon, of an engine up for an hour at noon: two workers, no queries. */
export const reading = (seconds: number, given: Partial<EngineReading> = {}): EngineReading => ({
  at: epochSeconds(NOON + seconds),
  uptime: { seconds: 3600 + seconds, errorSeconds: 36 },
  cluster: { activeNodes: 2, adjustedQueueSize: 0, cpuSecondsTotal: 1000 },
  queries: [],
  workers: [
    { id: 'a', standing: 'active', cores: 16 },
    { id: 'b', standing: 'active', cores: 64 },
  ],
  memory: [
    { id: 'a', reservedBytes: 10, totalBytes: 100 },
    { id: 'b', reservedBytes: 20, totalBytes: 400 },
  ],
  reports: [],
  ...given,
});

/** The reading without some of its parts. */
export const without = (whole: EngineReading, ...parts: readonly (keyof EngineReading)[]): EngineReading =>
  Object.fromEntries(
    Object.entries(whole).filter(([name]) => !parts.includes(name as keyof EngineReading)),
  ) as unknown as EngineReading;
