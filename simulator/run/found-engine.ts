/** What is found out about a simulated cluster: what its description over the wire says (`local/emr/world-engine.ts`). */
import type { FoundEngine } from '../../lambdas/core/model.ts';
import type { WorldKnobs } from '../world/knobs.ts';

const versionOf = ({ retriesTasks, reversibleDrain }: WorldKnobs['engine']) => {
  if (reversibleDrain) return { engine: 'trino', release: 'emr-7.12.0', version: '476' } as const;
  if (retriesTasks) return { engine: 'trino', release: 'emr-7.9.0', version: '467' } as const;
  return { engine: 'presto', release: 'emr-7.13.0', version: '0.287' } as const;
};

/** The engine that behaves as the knobs say. */
export const foundEngineOf = ({ engine, fleet }: WorldKnobs, clusterId: string): FoundEngine => ({
  clusterId,
  ...versionOf(engine),
  ...(fleet.gracefulTimeoutSeconds === 0 ? {} : { gracefulTimeoutSeconds: fleet.gracefulTimeoutSeconds }),
  ...(engine.retriesTasks ? { retryPolicy: 'TASK' } : {}),
  exchangeManager: engine.retriesTasks,
  managedScaling: false,
  unreadable: [],
});
