/** What happened, newest on top. */
import type { EventLine } from '../protocol.ts';
import { byId, element } from './element.ts';
import { dayTime } from './format.ts';

const MOST_ROWS = 200;
const SYMBOLS: Readonly<Record<EventLine['severity'], string>> = { info: 'i', warning: '!', error: '×' };

const rowOf = ({ at, kind, severity, text }: EventLine): HTMLElement =>
  element(
    'li',
    { class: 'event', 'data-severity': severity },
    element('span', { class: 'when' }, dayTime(at)),
    ' ',
    element(
      'span',
      { class: 'severity' },
      element('span', { class: 'symbol', 'aria-hidden': 'true' }, SYMBOLS[severity]),
      ` ${severity}`,
    ),
    ' ',
    element('span', { class: 'what' }, element('b', {}, kind), ' ', text),
  );

export class EventList {
  readonly #list = byId('event-list');
  readonly #empty = byId('event-empty');

  constructor() {
    // What scrolls is scrolled with the keyboard too.
    byId('event-scroller').tabIndex = 0;
  }

  reset(lines: readonly EventLine[]): void {
    this.#list.replaceChildren();
    this.add(lines);
  }

  /** @param lines - oldest first. */
  add(lines: readonly EventLine[]): void {
    for (const line of lines.slice(-MOST_ROWS)) this.#list.prepend(rowOf(line));
    while (this.#list.childElementCount > MOST_ROWS) this.#list.lastElementChild?.remove();
    this.#empty.hidden = this.#list.childElementCount > 0;
  }
}
