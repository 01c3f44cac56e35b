/** What happens in a run while it is watched, on its way to the page: the same for a simulated and a real engine. */
import type { EventLine } from '../../console/protocol.ts';
import type { Reconciled } from '../../lambdas/app/reconcile.ts';
import type { FleetEvent } from '../../simulator/world/fleet/fleet.ts';
import { decisionLine, eventLine } from '../watch/lines.ts';
import type { Recorder } from '../watch/recorder.ts';

export class Telling {
  readonly #recorder: Recorder;
  readonly #now: () => number;
  #wantedUnits: number;

  /**
   * @param minimumUnits what is wanted until the first decision
   * @param now time of the run, epoch seconds
   */
  constructor(recorder: Recorder, minimumUnits: number, now: () => number) {
    this.#recorder = recorder;
    this.#wantedUnits = minimumUnits;
    this.#now = now;
  }

  /** Of the last decision. */
  get wantedUnits(): number {
    return this.#wantedUnits;
  }

  tell(kind: string, severity: EventLine['severity'], text: string): void {
    this.#recorder.addEvent({ at: this.#now(), kind, severity, text });
  }

  tick(result: Reconciled): void {
    if (result.kind !== 'decided') return;
    this.#wantedUnits = result.decided.decision.terms.wantedUnits;
    this.#recorder.addDecision(decisionLine(result.decided.decision));
  }

  failure(what: string, error: Error): void {
    this.tell('failure', 'error', `${what} failed: ${error.message}`);
  }

  /** @param startOfRun epoch seconds of the fleet's second 0 */
  fleetEvent(event: FleetEvent, startOfRun: number): void {
    const line = eventLine(event, startOfRun);
    if (line !== undefined) this.#recorder.addEvent(line);
  }
}
