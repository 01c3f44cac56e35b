/**
 * Price against speed as an SVG whose places are per cent of its box: it fits any width without being scaled, so that
 * letters stay as large as they are. On top is dear, on the right is fast; on a line through nought work costs the same.
 */
import type { Plan } from '../portfolio/model.ts';
import { escaped } from './html.ts';
import type { Point } from './points.ts';
import { type Scale, scaleOf } from './scale.ts';

const MOST_TICKS = 6;
const RADIUS = { chosen: 9, left: 4 } as const;

interface Axes {
  readonly speed: Scale;
  readonly price: Scale;
}

const place = (value: number): string => `${Number(value.toFixed(3))}%`;

/** As many decimals as the finest tick needs. */
const tickTexts = ({ ticks }: Scale): readonly string[] => {
  const decimals = Math.max(0, ...ticks.map((tick) => String(tick).split('.')[1]?.length ?? 0));
  return ticks.map((tick) => tick.toFixed(decimals));
};

const grid = ({ speed, price }: Axes): string => {
  const speeds = tickTexts(speed).map((text, index) => {
    const x = place(speed.at(speed.ticks[index] ?? 0));
    return `<line class="grid" x1="${x}" x2="${x}" y1="0" y2="100%"/><text class="tick" x="${x}" y="100%" dy="18" text-anchor="middle">${text}</text>`;
  });
  const prices = tickTexts(price).map((text, index) => {
    const y = place(100 - price.at(price.ticks[index] ?? 0));
    return `<line class="grid" x1="0" x2="100%" y1="${y}" y2="${y}"/><text class="tick" x="0" y="${y}" dx="-8" dy="4" text-anchor="end">$${text}</text>`;
  });
  return [...speeds, ...prices].join('');
};

/** Where work costs so much, at every speed; what goes beyond the box is cut off by its own frame. */
const ray = ({ speed, price }: Axes, usdPerWork: number, name: string): string => {
  const [from, to] = [speed.low, speed.high].map((at) => place(100 - price.at(at * usdPerWork)));
  return `<line class="ray ${name}" x1="0" x2="100%" y1="${from}" y2="${to}"/>`;
};

const rays = (axes: Axes, plan: Plan): string => {
  const reference = plan.referenceUsdPerWorkHour;
  const lines = [
    reference === undefined ? '' : ray(axes, reference, 'reference'),
    plan.chosen.length === 0 ? '' : ray(axes, plan.spotUsdPerWorkHour, 'mean'),
  ];
  return `<svg width="100%" height="100%">${lines.join('')}</svg>`;
};

/** A circle for x86, a square for Arm: colour alone tells nobody anything. */
const mark = (arch: string, x: string, y: string, radius: number): string =>
  arch === 'arm64'
    ? `<rect x="${x}" y="${y}" width="${2 * radius}" height="${2 * radius}" rx="2" transform="translate(-${radius} -${radius})"/>`
    : `<circle cx="${x}" cy="${y}" r="${radius}"/>`;

const pointSvg = ({ rated, number, lines }: Point, isFirst: boolean, { speed, price }: Axes): string => {
  const [x, y] = [place(speed.at(rated.relativeSpeed)), place(100 - price.at(rated.spotUsdPerUnitHour))];
  const chosen = number !== undefined;
  const shape = mark(rated.type.arch, x, y, chosen ? RADIUS.chosen : RADIUS.left);
  const label = escaped(lines.join('\n'));
  const attributes = `class="point ${chosen ? 'chosen' : 'left'}" role="img" tabindex="${isFirst ? 0 : -1}" data-name="${escaped(rated.type.name)}" aria-label="${label}"`;
  const text = chosen
    ? `<text class="number" x="${x}" y="${y}" dy="4" text-anchor="middle">${number}</text><text class="name" x="${x}" y="${y}" hidden="">${escaped(rated.type.name)}</text>`
    : '';
  return `<g ${attributes}>${shape}${text}</g>`;
};

/** Of a plan whose catalogue has nothing that could be rated there is no chart. */
export const chartSvg = (plan: Plan, points: readonly Point[]): string => {
  if (points.length === 0) return '<p class="quiet">Nothing here has both a price and a speed.</p>';
  const axes: Axes = {
    speed: scaleOf(
      points.map(({ rated }) => rated.relativeSpeed),
      MOST_TICKS,
    ),
    price: scaleOf(
      points.map(({ rated }) => rated.spotUsdPerUnitHour),
      MOST_TICKS,
    ),
  };
  // Who is drawn last lies on top.
  const drawn = points.toReversed().map((point) => pointSvg(point, point === points[0], axes));
  return [
    '<div class="plot" id="plot">',
    '<svg class="chart" width="100%" height="100%" role="group" aria-label="Price against speed. Arrow keys go from type to type, the chosen ones first.">',
    grid(axes),
    rays(axes, plan),
    drawn.join(''),
    '</svg>',
    '<p class="axis across">speed of a unit, r5.4xlarge = 1 →</p>',
    '<p class="axis up">dollars a unit and hour, spot with EMR’s fee ↑</p>',
    '<div class="tip" id="tip" aria-hidden="true" hidden></div>',
    '</div>',
  ].join('\n');
};
