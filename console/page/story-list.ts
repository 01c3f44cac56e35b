/** Losses of spot and the way back, step by step, newest on top. */
import type { StoryLine } from '../protocol.ts';
import { byId, element } from './element.ts';
import { dayTime } from './format.ts';
import { STORY_WORDS } from './story-words.ts';

const MOST_ROWS = 200;

const fill = (row: HTMLElement, { at, kind, text }: StoryLine): void => {
  const { letter, word, colour } = STORY_WORDS[kind];
  row.replaceChildren(
    element('span', { class: 'when' }, dayTime(at)),
    ' ',
    element(
      'span',
      { class: 'step', 'data-colour': colour },
      element('span', { class: 'symbol', 'aria-hidden': 'true' }, letter),
      ` ${word}`,
    ),
    ' ',
    element('span', { class: 'what' }, text),
  );
};

export class StoryList {
  readonly #list = byId('story-list');
  readonly #empty = byId('story-empty');
  /** By id, oldest first. */
  readonly #rows = new Map<number, { readonly row: HTMLElement; line: StoryLine }>();

  constructor() {
    byId('story-scroller').tabIndex = 0;
  }

  /** What is told now, oldest first. */
  get lines(): readonly StoryLine[] {
    return [...this.#rows.values()].map(({ line }) => line);
  }

  reset(lines: readonly StoryLine[]): void {
    this.#list.replaceChildren();
    this.#rows.clear();
    this.add(lines);
  }

  /** @param lines - oldest first; one with a known id replaces the row. */
  add(lines: readonly StoryLine[]): void {
    for (const line of lines) this.#put(line);
    for (const [id, { row }] of this.#rows) {
      if (this.#rows.size <= MOST_ROWS) break;
      row.remove();
      this.#rows.delete(id);
    }
    this.#empty.hidden = this.#rows.size > 0;
  }

  #put(line: StoryLine): void {
    const known = this.#rows.get(line.id);
    if (known !== undefined) {
      known.line = line;
      fill(known.row, line);
      return;
    }
    const row = element('li', { class: 'event' });
    fill(row, line);
    this.#rows.set(line.id, { row, line });
    this.#list.prepend(row);
  }
}
