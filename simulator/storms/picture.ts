/** The long outage as a picture (SVG): what should serve, what did in each market, and what it cost, over time. */
import type { Moment } from './track.ts';
import type { WatchedRun } from './watched-run.ts';
import { demandUnits } from './yardstick.ts';

const WIDTH = 960;
const LEFT = 56;
const RIGHT = 16;
const TOP = 44;
const UNITS_HEIGHT = 230;
const GAP = 46;
const USD_HEIGHT = 110;
const HEIGHT = TOP + UNITS_HEIGHT + GAP + USD_HEIGHT + 44;
const COLOURS = { spot: '#7fb3d5', onDemand: '#e59866', wanted: '#1b2631', usd: '#7d3c98', outage: '#f2f3f4' };

interface Point {
  readonly at: number;
  readonly value: number;
}

/** From virtual seconds and a value to a place in the picture. */
interface Scale {
  x(seconds: number): string;
  y(value: number): string;
}

const scaleOf = (span: readonly [number, number], most: number, top: number, height: number): Scale => ({
  x: (seconds) => (LEFT + ((seconds - span[0]) / (span[1] - span[0])) * (WIDTH - LEFT - RIGHT)).toFixed(1),
  y: (value) => (top + height - (value / most) * height).toFixed(1),
});

/** Only where the value changes: a step holds until the next one. */
const steps = (points: readonly Point[]): readonly Point[] =>
  points.filter(
    (point, index) => index === 0 || index === points.length - 1 || point.value !== points[index - 1]?.value,
  );

const pathOf = (points: readonly Point[], scale: Scale): string =>
  steps(points)
    .map(({ at, value }, index) =>
      index === 0 ? `M${scale.x(at)},${scale.y(value)}` : `H${scale.x(at)}V${scale.y(value)}`,
    )
    .join('');

const areaOf = (points: readonly Point[], scale: Scale, colour: string): string => {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return '';
  const base = scale.y(0);
  return `<path d="${pathOf(points, scale)}V${base}H${scale.x(first.at)}Z" fill="${colour}"/>`;
};

const lineOf = (points: readonly Point[], scale: Scale, colour: string): string =>
  `<path d="${pathOf(points, scale)}" fill="none" stroke="${colour}" stroke-width="1.5"/>`;

const text = (x: number | string, y: number | string, words: string, anchor = 'start'): string =>
  `<text x="${x}" y="${y}" text-anchor="${anchor}">${words}</text>`;

const roundUp = (value: number, step: number): number => Math.max(step, Math.ceil(value / step) * step);

const levels = (scale: Scale, most: number, step: number): string =>
  Array.from({ length: Math.floor(most / step) + 1 }, (_, index) => index * step)
    .map(
      (value) =>
        `<path d="M${LEFT},${scale.y(value)}H${WIDTH - RIGHT}" stroke="#d5d8dc" stroke-width="0.5"/>` +
        text(LEFT - 6, Number(scale.y(value)) + 4, String(value), 'end'),
    )
    .join('');

const hours = (scale: Scale, [from, to]: readonly [number, number], startSeconds: number): string =>
  Array.from({ length: Math.floor((to - from) / 1800) + 1 }, (_, index) => from + index * 1800)
    .map((at) => text(scale.x(at), HEIGHT - 24, String((at - startSeconds) / 3600), 'middle'))
    .join('');

const legend = (): string =>
  (
    [
      ['asked for by demand', COLOURS.wanted],
      ['ready, spot', COLOURS.spot],
      ['ready, on-demand', COLOURS.onDemand],
      ['dollars an hour', COLOURS.usd],
    ] as const
  )
    .map(([words, colour], index) => {
      const x = LEFT + index * 180;
      return `<rect x="${x}" y="14" width="12" height="12" fill="${colour}"/>${text(x + 18, 24, words)}`;
    })
    .join('');

export interface Outage {
  readonly startSeconds: number;
  readonly endSeconds: number;
}

const within = <Item extends { readonly atSeconds: number }>(
  items: readonly Item[],
  [from, to]: readonly [number, number],
): readonly Item[] => items.filter(({ atSeconds }) => atSeconds >= from && atSeconds <= to);

const pointsOf = (moments: readonly Moment[], value: (moment: Moment) => number): readonly Point[] =>
  moments.map((moment) => ({ at: moment.atSeconds, value: value(moment) }));

/** Half an hour before the outage until three hours after it. */
export const pictureOf = (run: WatchedRun, { startSeconds, endSeconds }: Outage): string => {
  const span = [startSeconds - 1800, endSeconds + 3 * 3600] as const;
  const moments = within(run.moments, span);
  const wanted = run.decisions.flatMap(({ terms }, index): Point[] => {
    const at = run.moments[index]?.atSeconds;
    const units = demandUnits(terms, run.maximumUnits);
    return at === undefined || at < span[0] || at > span[1] || units === undefined ? [] : [{ at, value: units }];
  });
  const all = pointsOf(moments, ({ readyUnits }) => readyUnits.spot + readyUnits.onDemand);
  const mostUnits = roundUp(Math.max(...all.map(({ value }) => value), ...wanted.map(({ value }) => value)), 20);
  const mostUsd = roundUp(Math.max(...moments.map(({ usdPerHour }) => usdPerHour)), 20);
  const unitScale = scaleOf(span, mostUnits, TOP, UNITS_HEIGHT);
  const usdScale = scaleOf(span, mostUsd, TOP + UNITS_HEIGHT + GAP, USD_HEIGHT);
  const [goneX, backX] = [Number(unitScale.x(startSeconds)), Number(unitScale.x(endSeconds))];
  const shade = `<rect x="${goneX}" y="${TOP}" width="${(backX - goneX).toFixed(1)}" height="${HEIGHT - TOP - 44}" fill="${COLOURS.outage}"/>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    '<title>All spot gone for three hours: what demand asked for, what was ready, and dollars an hour</title>',
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>${shade}${text(goneX + 6, TOP + 14, 'no spot')}`,
    levels(unitScale, mostUnits, 20),
    areaOf(all, unitScale, COLOURS.onDemand),
    areaOf(
      pointsOf(moments, ({ readyUnits }) => readyUnits.spot),
      unitScale,
      COLOURS.spot,
    ),
    lineOf(wanted, unitScale, COLOURS.wanted),
    levels(usdScale, mostUsd, mostUsd > 80 ? 40 : 20),
    lineOf(
      pointsOf(moments, ({ usdPerHour }) => usdPerHour),
      usdScale,
      COLOURS.usd,
    ),
    hours(unitScale, span, startSeconds) + text(WIDTH / 2, HEIGHT - 6, 'hours since all spot was taken', 'middle'),
    `${legend()}${text(8, TOP - 6, 'units')}${text(8, TOP + UNITS_HEIGHT + GAP - 8, '$/h')}`,
    '</svg>\n',
  ].join('\n');
};
