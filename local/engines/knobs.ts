/** A world in which workers are processes of this machine: small, quick to start, soon old enough to be removed. */
import { DEFAULT_KNOBS, type FleetKnobs, type PoolKnobs, type WorldKnobs } from '../../simulator/world/knobs.ts';
import type { EngineVersion } from './versions.ts';

/** What every worker's JVM is told to have, whatever the machine has. */
export const CORES_PER_WORKER = 1;

const LOCAL_WORKER: PoolKnobs = {
  instanceType: 'local.worker',
  vcpu: CORES_PER_WORKER,
  weightUnits: 1,
  onDemandUsdPerHour: 0.096,
  spotPriceShare: 0.35,
  emrUsdPerHour: 0.024,
  spotInstances: null,
};

export interface LocalFleetSettings {
  /** From the removal of a worker to its end by force; 0: at once. */
  readonly killSeconds: number;
  /** From launch to the start of the engine's process, which itself needs 15 to 40 seconds. Default 2. */
  readonly machineSeconds?: number;
  readonly resizes?: FleetKnobs['resizes'];
  readonly requiredWorkers?: number;
  /** The engine is configured to retry tasks. */
  readonly retriesTasks?: boolean;
}

/**
 * EMR's rules at the scale of a test; ten minutes of minimum age become 20 s, counted from when EMR says RUNNING. An engine may
 * need longer to start; nothing is given back before what is kept serves (`shrink-arriving`).
 */
export const localKnobs = (engine: EngineVersion, settings: LocalFleetSettings): WorldKnobs => {
  const { killSeconds, machineSeconds = 2, resizes = 'sequential', requiredWorkers = 1 } = settings;
  return {
    engine: {
      ...DEFAULT_KNOBS.engine,
      requiredWorkers,
      reversibleDrain: engine.reversibleDrain,
      retriesTasks: settings.retriesTasks ?? false,
    },
    fleet: {
      ...DEFAULT_KNOBS.fleet,
      pools: [LOCAL_WORKER],
      // The same for every instance: half of it for the machine, half until EMR says RUNNING.
      startLagMedianSeconds: 2 * machineSeconds,
      startLagP95Seconds: 2 * machineSeconds,
      provisionShare: 0.5,
      staleReadSeconds: 1,
      minimumAgeSeconds: 20,
      shrinkTimeoutSeconds: 600,
      gracefulTimeoutSeconds: killSeconds,
      replacementDelaySeconds: 3,
      spotRetrySeconds: 5,
      resizes,
    },
  };
};
