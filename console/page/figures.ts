/** The row of big figures. */
import type { Point, RunFacts } from '../protocol.ts';
import { byId, element, setText } from './element.ts';
import { dollars, number, seconds, share, UNKNOWN, units } from './format.ts';

interface Figure {
  readonly label: string;
  readonly value: (point: Point) => string;
  readonly beneath: (point: Point, facts: RunFacts) => string;
  /** Something is wrong; said in words by `beneath`, the style only underlines it. */
  readonly alarming?: (point: Point) => boolean;
}

/** Unknown where one of the two is. */
const sum = (first: number | null, second: number | null): number | null =>
  first === null || second === null ? null : first + second;

const delayBeneath = ({ delayP95Seconds, endedQueries, lateQueries }: Point, { delayBeyond }: RunFacts): string => {
  if (delayP95Seconds !== null) return `${delayBeyond}, in 10 minutes`;
  return endedQueries > 0 && lateQueries === null ? 'not known yet' : 'none in 10 minutes';
};

const failedBeneath = ({ failedQueries, failedBy, endedQueries }: Point): string => {
  if (failedQueries === 0) return 'none was lost';
  const shown = `${share(failedQueries, endedQueries)} of the ended`;
  if (failedBy === null) return shown;
  const causes = [
    [failedBy.interrupted, 'interrupted'],
    [failedBy.removed, 'by removal'],
    [failedBy.other, 'lacked workers or memory'],
  ] as const;
  const told = causes.filter(([count]) => count > 0).map(([count, cause]) => `${number(count)} ${cause}`);
  return `${shown}: ${told.join(', ')}`;
};

const FIGURES: readonly Figure[] = [
  {
    label: 'Ready / target units',
    value: (p) => `${units(p.readyUnits)} / ${units(p.targetUnits)}`,
    beneath: (p) => `${units(p.arrivingUnits)} arriving, ${units(p.drainingUnits)} draining`,
  },
  {
    label: 'Wanted units',
    value: (p) => units(p.wantedUnits),
    beneath: (_, facts) => `limits ${units(facts.minimumUnits)}–${units(facts.maximumUnits)}`,
  },
  {
    label: 'Live queries',
    value: (p) => number(sum(p.runningQueries, p.waitingQueries)),
    beneath: (p) => `${number(p.runningQueries)} running, ${number(p.waitingQueries)} waiting`,
  },
  {
    label: 'Delay, 95th percentile',
    value: (p) => seconds(p.delayP95Seconds),
    beneath: delayBeneath,
  },
  {
    label: 'Late share',
    value: (p) => share(p.lateQueries, p.endedQueries),
    beneath: (p) => `${number(p.lateQueries)} of ${number(p.endedQueries)} ended`,
  },
  {
    label: 'Failed queries',
    value: (p) => number(p.failedQueries),
    beneath: failedBeneath,
    alarming: (p) => p.failedQueries > 0,
  },
  {
    label: 'Dollars so far',
    value: (p) => dollars(p.usd),
    beneath: (p) => (p.fixedUsd === null ? 'fixed: not known yet' : `fixed: ${dollars(p.fixedUsd)}`),
  },
  {
    label: 'Share of fixed cost',
    value: (p) => share(p.usd, p.fixedUsd),
    beneath: (_, facts) => (facts.fixedCluster === null ? 'still being looked for' : `of ${facts.fixedCluster}`),
  },
];

interface Tile {
  readonly figure: Figure;
  readonly box: HTMLElement;
  readonly value: HTMLElement;
  readonly beneath: HTMLElement;
}

const tileOf = (figure: Figure): Tile => {
  const value = element('dd', { class: 'big' }, UNKNOWN);
  const beneath = element('dd', { class: 'beneath' });
  return { figure, value, beneath, box: element('div', {}, element('dt', {}, figure.label), value, beneath) };
};

/** Makes the tiles; the answer fills them. */
export const makeFigures = (): ((point: Point, facts: RunFacts) => void) => {
  const tiles = FIGURES.map(tileOf);
  byId('figures').append(...tiles.map(({ box }) => box));
  return (point, facts) => {
    for (const { figure, box, value, beneath } of tiles) {
      setText(value, figure.value(point));
      setText(beneath, figure.beneath(point, facts));
      box.classList.toggle('alarming', figure.alarming?.(point) === true);
    }
  };
};
