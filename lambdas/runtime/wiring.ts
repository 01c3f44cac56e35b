/** What handlers are given: use cases with their ports wired in, and places to report to. */
import type { Dispatched } from '../app/dispatch.ts';
import type { Reconciled } from '../app/reconcile.ts';
import type { OutsideEvent } from '../app/route.ts';
import type { EpochSeconds } from '../core/quantities.ts';
import type { Measure } from '../ports/measures.ts';

/** One line of a log: allow-listed fields only, never an environment, a header or a query text. */
export type Report = (line: Readonly<Record<string, string | number | boolean | undefined>>) => void;

interface Told {
  readonly report: Report;
  readonly measure: Measure;
}

export interface DispatchWiring extends Told {
  readonly dispatch: () => Promise<Dispatched>;
  /** Leaves a sign of life of this function. */
  readonly leaveSign: () => Promise<void>;
}

export interface ReconcileWiring extends Told {
  readonly now: () => EpochSeconds;
  readonly reconcile: (cluster: string) => Promise<Reconciled>;
  /** Leaves a sign of life of the queue that this cluster's wake-ups come by. */
  readonly answerMarker: (cluster: string, marker: string) => Promise<void>;
}

export interface RouteWiring extends Told {
  /** Name of the environment: requests to others are none of ours. */
  readonly environment: string;
  readonly route: (event: OutsideEvent) => Promise<readonly string[]>;
  /** Leaves a sign of life, and sends the marker to every tick queue. */
  readonly passMarker: (marker: string) => Promise<void>;
  /** Leaves a sign of life of the way in for alarms. */
  readonly verifyAlarm: (marker: string) => Promise<void>;
}

/** All three in one process. */
export interface Wiring extends DispatchWiring, ReconcileWiring, RouteWiring {}
