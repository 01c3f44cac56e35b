/** What happens in a run while it is watched, on its way to the page: the same for a simulated and a real engine. */
import type { EventLine, FleetNow, Point } from '../../console/protocol.ts';
import type { Reconciled } from '../../lambdas/app/reconcile.ts';
import type { FleetEvent } from '../../simulator/world/fleet/fleet.ts';
import { decisionLine, eventLine } from '../watch/lines.ts';
import { type LossesNow, RecentLosses } from '../watch/recent-losses.ts';
import type { Recorder } from '../watch/recorder.ts';
import { Story } from '../watch/story.ts';

export class Telling {
  readonly #recorder: Recorder;
  readonly #now: () => number;
  readonly #losses = new RecentLosses();
  readonly #story: Story;
  #wantedUnits: number;
  #standInUnits: number | null = null;

  /**
   * @param minimumUnits what is wanted until the first decision
   * @param now time of the run, epoch seconds
   */
  constructor(recorder: Recorder, minimumUnits: number, now: () => number) {
    this.#recorder = recorder;
    this.#wantedUnits = minimumUnits;
    this.#now = now;
    this.#story = new Story((line) => recorder.tellStory(line));
  }

  /** Of the last decision. */
  get wantedUnits(): number {
    return this.#wantedUnits;
  }

  /** On-demand units that stand in for spot, by the memory of the last decision; null before it. */
  get standInUnits(): number | null {
    return this.#standInUnits;
  }

  /** @param seconds of the fleet's own time */
  losses(seconds: number): LossesNow {
    return this.#losses.read(seconds);
  }

  /** Somebody did something to the spot market. */
  market(kind: 'taken' | 'given', text: string): void {
    this.tell('spot', kind === 'taken' ? 'warning' : 'info', text);
    this.#story.person(this.#now(), kind, text);
  }

  moment(point: Point, fleet: FleetNow): void {
    this.#story.fleet(point.at, fleet);
    this.#recorder.addPoint(point, fleet);
  }

  tell(kind: string, severity: EventLine['severity'], text: string): void {
    this.#recorder.addEvent({ at: this.#now(), kind, severity, text });
  }

  tick(result: Reconciled): void {
    if (result.kind !== 'decided') return;
    const { decision, memory } = result.decided;
    this.#wantedUnits = decision.terms.wantedUnits;
    this.#standInUnits = memory.spot?.standInUnits ?? 0;
    this.#story.decision(decision);
    this.#recorder.addDecision(decisionLine(decision));
  }

  failure(what: string, error: Error): void {
    this.tell('failure', 'error', `${what} failed: ${error.message}`);
  }

  /** @param startOfRun epoch seconds of the fleet's second 0 */
  fleetEvent(event: FleetEvent, startOfRun: number): void {
    this.#losses.add(event);
    this.#story.fleetEvent(event, startOfRun);
    const line = eventLine(event, startOfRun);
    if (line !== undefined) this.#recorder.addEvent(line);
  }
}
