/** The legend of a chart: each line's pattern, name and value; a button hides and shows the line. */
import type { Line } from './chart-lines.ts';
import { element, setText, svgElement } from './element.ts';
import { UNKNOWN } from './format.ts';

const sample = (line: Line): SVGElement =>
  svgElement(
    'svg',
    { class: 'sample', viewBox: '0 0 28 12', 'aria-hidden': 'true', 'data-line': line.colour },
    svgElement('rect', { x: '0', y: '6', width: '28', height: '6', class: line.filled === true ? 'tint' : 'no-tint' }),
    svgElement('line', {
      x1: '0',
      y1: '6',
      x2: '28',
      y2: '6',
      'stroke-width': String(line.width),
      'stroke-dasharray': line.dash.join(' '),
    }),
  );

interface Item {
  readonly line: Line;
  readonly value: HTMLElement;
}

export class Legend {
  readonly #items: readonly Item[];

  /** @param onToggle - hears the number of the line, from 0, and whether it shows. */
  constructor(host: HTMLElement, lines: readonly Line[], onToggle: (index: number, shown: boolean) => void) {
    this.#items = lines.map((line, index) => {
      const value = element('span', { class: 'value' }, UNKNOWN);
      const button = element(
        'button',
        { type: 'button', 'aria-pressed': 'true', title: `Hide or show ${line.label}` },
        sample(line),
        element('span', {}, line.label),
        value,
      );
      button.addEventListener('click', () => {
        const shown = button.getAttribute('aria-pressed') !== 'true';
        button.setAttribute('aria-pressed', String(shown));
        onToggle(index, shown);
      });
      host.append(button);
      return { line, value };
    });
  }

  /** @param values - one a line. */
  show(values: readonly (number | null)[]): void {
    for (const [index, { line, value }] of this.#items.entries()) setText(value, line.show(values[index] ?? null));
  }
}
