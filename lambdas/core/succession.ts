/** A cluster is replaced under the same name: what of the memory goes on, and what was true of the old one only. */
import type { Memory } from './memory.ts';

/** Memory of a time before it had a mark tells by the engine that was found. */
const ownerOf = (memory: Memory): string | undefined => memory.emrClusterId ?? memory.found?.engine?.clusterId;

/**
 * The memory for a tick on a cluster. What was learned of the queries, the start lag and the money spent belongs to the
 * name and goes on; fleet, command, shortage, counters and what was found out belong to the cluster. What was wanted goes
 * too, so nothing shrinks before a whole hold has been watched.
 */
export const ofCluster = (memory: Memory, emrClusterId: string): Memory => {
  if (memory.emrClusterId === emrClusterId) return memory;
  const owner = ownerOf(memory);
  if (owner === undefined || owner === emrClusterId) return { ...memory, emrClusterId };
  const { rate: _r, fleet: _f, command: _c, foreign: _o, absent: _a, found: _e, spot: _s, ...rest } = memory;
  const { pools: _p, poolsFailed: _pf, reserve: _v, ...kept } = rest;
  const { watchedSince: _w, idleSince: _l, demandUnits: _d, idleQueueSince: _i, shown: _n, ...named } = kept;
  const { timer: _t, ...lag } = named.lag;
  return { ...named, lag, wanted: [], emrClusterId };
};
