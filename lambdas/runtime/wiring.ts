/** What a handler is given: use cases with their ports wired in, and a place to report to. */
import type { Dispatched } from '../app/dispatch.ts';
import type { Reconciled } from '../app/reconcile.ts';
import type { OutsideEvent } from '../app/route.ts';
import type { EpochSeconds } from '../core/quantities.ts';

/** One line of a log: allow-listed fields only, never an environment, a header or a query text. */
export type Report = (line: Readonly<Record<string, string | number | boolean | undefined>>) => void;

export interface Wiring {
  readonly reconcile: (cluster: string) => Promise<Reconciled>;
  readonly dispatch: () => Promise<Dispatched>;
  readonly route: (event: OutsideEvent) => Promise<readonly string[]>;
  readonly now: () => EpochSeconds;
  readonly report: Report;
}
