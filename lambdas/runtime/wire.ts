/** All functions in one process, as `npm start` and tests run them. In AWS each function wires its own part (aws.ts). */
import type { Measure } from '../ports/measures.ts';
import type { CommonParts } from './parts.ts';
import { type DispatchParts, wireDispatch } from './wire-dispatch.ts';
import { type ClusterSettings, type ReconcileParts, wireReconcile } from './wire-reconcile.ts';
import { type RouteParts, wireRoute } from './wire-route.ts';
import type { Wiring } from './wiring.ts';

export type { ClusterSettings } from './wire-reconcile.ts';

/** Everything from outside that the functions are made of. */
export interface Parts extends Omit<CommonParts & ReconcileParts & DispatchParts & RouteParts, 'measure'> {
  /** Absent: nobody is told. */
  readonly measure?: Measure;
  /** Name of the environment. */
  readonly environment: string;
  readonly slotSeconds: number;
}

/** Wires the use cases; adapters live as long as the process does. */
export const wire = (clusters: readonly ClusterSettings[], parts: Parts): Wiring => {
  const { environment, slotSeconds } = parts;
  const told = { ...parts, measure: parts.measure ?? (() => undefined) };
  const entries = clusters.map(({ entry }) => entry);
  return {
    ...wireDispatch({ environment, slotSeconds, clusters: entries }, told),
    ...wireReconcile(clusters, told),
    ...wireRoute({ environment, clusters: entries }, told),
  };
};
