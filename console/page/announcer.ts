/** Tells those who cannot see the page what matters: politely, and not all of it. */
import type { DecisionLine, EventLine } from '../protocol.ts';
import { announcement } from './announcement.ts';
import { byId } from './element.ts';

/** Between two announcements; what comes faster is summed up. */
const PAUSE_MILLISECONDS = 8000;

export class Announcer {
  readonly #region = byId('announcements');
  #decisions: DecisionLine[] = [];
  #events: EventLine[] = [];
  #waiting = false;

  add(decisions: readonly DecisionLine[], events: readonly EventLine[]): void {
    this.#decisions.push(...decisions.filter((line) => line.sent));
    this.#events.push(...events.filter(({ severity }) => severity !== 'info'));
    if (!this.#waiting) this.#tell();
  }

  #tell(): void {
    const text = announcement(this.#decisions, this.#events);
    if (text === '') return;
    this.#region.textContent = text;
    this.#decisions = [];
    this.#events = [];
    this.#waiting = true;
    setTimeout(() => {
      this.#waiting = false;
      this.#tell();
    }, PAUSE_MILLISECONDS);
  }
}
