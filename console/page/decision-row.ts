/** One row of the stream of decisions; it opens to its reasons and terms. */
import type { DecisionLine } from '../protocol.ts';
import { isChange, SYMBOLS, sentText, signatureOf, splitText, unitsText, whyText } from './decision-words.ts';
import { element } from './element.ts';
import { number, span } from './format.ts';

const reasonList = ({ reasons }: DecisionLine): HTMLElement =>
  element(
    'ul',
    { class: 'reasons' },
    ...reasons.map(({ code, sentence }) => element('li', {}, sentence, ' ', element('code', {}, code))),
  );

const termTable = ({ terms }: DecisionLine): HTMLElement =>
  element(
    'table',
    { class: 'terms' },
    element('caption', {}, 'Terms'),
    element(
      'tbody',
      {},
      ...Object.entries(terms).map(([name, value]) =>
        element('tr', {}, element('th', { scope: 'row' }, name), element('td', {}, number(value, 2))),
      ),
    ),
  );

export class DecisionRow {
  readonly root: HTMLDetailsElement = element('details', { class: 'decision' });
  readonly #summary = element('summary');
  readonly #body = element('div', { class: 'body' });
  readonly #from: number;
  #line: DecisionLine;

  constructor(line: DecisionLine) {
    this.#line = line;
    this.#from = line.at;
    this.root.append(this.#summary, this.#body);
    this.root.dataset['verdict'] = line.verdict;
    this.root.dataset['change'] = isChange(line) ? 'yes' : 'no';
    this.#fillSummary();
    // Most rows are never opened.
    this.root.addEventListener('toggle', () => this.#fillBody());
  }

  get change(): boolean {
    return isChange(this.#line);
  }

  get at(): number {
    return this.#line.at;
  }

  /** Takes a later tick into this row, if it decided the same. An open row stands still: somebody reads it. */
  absorb(line: DecisionLine): boolean {
    const signature = signatureOf(this.#line);
    if (this.root.open || signature === undefined || signature !== signatureOf(line)) return false;
    this.#line = line;
    this.#fillSummary();
    return true;
  }

  #fillSummary(): void {
    const line = this.#line;
    this.#summary.replaceChildren(
      element('span', { class: 'when' }, span(this.#from, line.at)),
      ' ',
      element(
        'span',
        { class: 'verdict' },
        element('span', { 'aria-hidden': 'true' }, SYMBOLS[line.verdict]),
        ` ${line.verdict}`,
      ),
      ' ',
      element('span', { class: 'units' }, unitsText(line)),
      ' ',
      element('span', { class: 'sent' }, sentText(line)),
      ' ',
      element('span', { class: 'why' }, whyText(line)),
    );
  }

  #fillBody(): void {
    if (!this.root.open) return;
    const line = this.#line;
    this.#body.replaceChildren(element('p', { class: 'split' }, splitText(line)), reasonList(line), termTable(line));
  }
}
