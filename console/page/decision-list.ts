/** The stream of decisions, newest on top. What is being read stays where it is. */
import type { DecisionLine } from '../protocol.ts';
import { DecisionRow } from './decision-row.ts';
import { byId, inputById } from './element.ts';

/** Rows in the document. */
const MOST_ROWS = 500;
/** Of them, rows without a change: those with one are what people look for, and stay longer. */
const MOST_STEADY_ROWS = 250;

export class DecisionList {
  readonly #list = byId('decision-list');
  readonly #scroller = byId('decision-scroller');
  readonly #empty = byId('decision-empty');
  readonly #newest = byId('decision-newest');
  readonly #onlyChanges = inputById('only-changes');
  /** Newest first. */
  #rows: DecisionRow[] = [];

  constructor() {
    this.#scroller.tabIndex = 0;
    this.#onlyChanges.addEventListener('change', () => this.#showState());
    this.#newest.addEventListener('click', () => this.#scroller.scrollTo({ top: 0 }));
    this.#scroller.addEventListener('scroll', () => this.#showNewest(), { passive: true });
  }

  /** Starts over, with the rows open that were open. */
  reset(lines: readonly DecisionLine[]): void {
    const open = new Set(this.#rows.filter(({ root }) => root.open).map(({ at }) => at));
    this.#list.replaceChildren();
    this.#rows = [];
    this.add(lines);
    for (const row of this.#rows) if (open.has(row.at)) row.root.open = true;
  }

  /** @param lines - oldest first. */
  add(lines: readonly DecisionLine[]): void {
    const anchor = this.#anchor();
    const before = anchor?.getBoundingClientRect().top ?? 0;
    for (const line of lines.slice(-MOST_ROWS)) if (this.#rows[0]?.absorb(line) !== true) this.#prepend(line);
    this.#forgetOld();
    if (anchor?.isConnected === true) this.#scroller.scrollTop += anchor.getBoundingClientRect().top - before;
    this.#showState();
  }

  #prepend(line: DecisionLine): void {
    const row = new DecisionRow(line);
    this.#rows.unshift(row);
    this.#list.prepend(row.root);
  }

  /** What must not move: where somebody scrolled to, or reads, or stands with the keyboard. */
  #anchor(): HTMLElement | undefined {
    const top = this.#scroller.scrollTop;
    const reading = this.#rows.some(({ root }) => root.open) || this.#list.contains(document.activeElement);
    if (top === 0 && !reading) return undefined;
    return this.#rows.find(({ root }) => root.offsetTop + root.offsetHeight > top && root.offsetHeight > 0)?.root;
  }

  #forgetOld(): void {
    const steady = this.#rows.filter((row) => !row.change);
    const surplus = new Set(steady.slice(MOST_STEADY_ROWS));
    const kept = this.#rows.length <= MOST_ROWS ? this.#rows : this.#rows.filter((row) => !surplus.has(row));
    const gone = new Set([...this.#rows.filter((row) => !kept.includes(row)), ...kept.slice(MOST_ROWS)]);
    for (const { root } of gone) root.remove();
    this.#rows = kept.slice(0, MOST_ROWS);
  }

  #showState(): void {
    const onlyChanges = this.#onlyChanges.checked;
    this.#list.classList.toggle('only-changes', onlyChanges);
    const shown = onlyChanges ? this.#rows.some((row) => row.change) : this.#rows.length > 0;
    this.#empty.hidden = shown;
    this.#empty.textContent =
      this.#rows.length === 0 ? 'No decision yet.' : `No change in the last ${this.#rows.length} decisions.`;
    this.#showNewest();
  }

  #showNewest(): void {
    this.#newest.hidden = this.#scroller.scrollTop < 1;
  }
}
