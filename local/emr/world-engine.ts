/** Which engine a simulated cluster shows itself to be: the one that behaves as the world's knobs say. */
import type { WorldKnobs } from '../../simulator/world/knobs.ts';
import type { ClusterView } from './backend.ts';

export type EngineView = Pick<ClusterView, 'releaseLabel' | 'application' | 'configurations'>;

const graceOf = ({ fleet }: WorldKnobs): Readonly<Record<string, string>> =>
  fleet.gracefulTimeoutSeconds === 0 ? {} : { 'graceful-shutdown-timeout': `${fleet.gracefulTimeoutSeconds}s` };

const trino = (knobs: WorldKnobs): EngineView => {
  const { retriesTasks, reversibleDrain } = knobs.engine;
  const properties = { ...graceOf(knobs), ...(retriesTasks ? { 'retry-policy': 'TASK' } : {}) };
  return {
    // A draining worker can be called back since Trino 468.
    ...(reversibleDrain
      ? { releaseLabel: 'emr-7.12.0', application: { name: 'Trino', version: '476' } }
      : { releaseLabel: 'emr-7.9.0', application: { name: 'Trino', version: '467' } }),
    configurations: [
      { classification: 'trino-config', properties },
      ...(retriesTasks ? [{ classification: 'trino-exchange-manager', properties: {} }] : []),
    ],
  };
};

/** The engine as EMR would describe it. */
export const engineViewOf = (knobs: WorldKnobs): EngineView =>
  knobs.engine.retriesTasks || knobs.engine.reversibleDrain
    ? trino(knobs)
    : {
        releaseLabel: 'emr-7.13.0',
        application: { name: 'Presto', version: '0.287' },
        configurations: [{ classification: 'presto-config', properties: graceOf(knobs) }],
      };
