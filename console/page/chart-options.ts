/** A chart plan in uPlot's words. */
import uPlot from 'uplot';
import type { ChartPlan, Line } from './chart-lines.ts';
import { dayOf, hourMinute } from './format.ts';
import { colour } from './palette.ts';
import { valueRange } from './scales.ts';

const FONT = '11px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';
const MINUTE = 60;
const DAY = 86_400;
const TIME_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10_080].map((minutes) => minutes * MINUTE);
const series = (line: Line): uPlot.Series => ({
  label: line.label,
  scale: line.right === true ? 'right' : 'y',
  stroke: () => colour(line.colour),
  width: line.width,
  dash: [...line.dash],
  points: { show: false },
  // Lines that creep would have steps.
  pxAlign: line.stepped === true ? 1 : 0,
  ...(line.filled === true ? { fill: () => colour(`${line.colour}-tint`) } : {}),
  ...(line.stepped === true && uPlot.paths.stepped ? { paths: uPlot.paths.stepped({ align: 1 }) } : {}),
});

const timeTexts = (_: uPlot, splits: number[], __: number, ___: number, step: number): string[] =>
  splits.map((at, index) => {
    if (step >= DAY) return dayOf(at);
    return index === 0 || at % DAY === 0 ? `${hourMinute(at)}\n${dayOf(at)}` : hourMinute(at);
  });

const axisBase = (): uPlot.Axis => ({
  stroke: () => colour('--quiet'),
  font: FONT,
  grid: { stroke: () => colour('--grid'), width: 1 },
  ticks: { stroke: () => colour('--grid'), width: 1, size: 4 },
  border: { show: false },
});

const timeAxis = (): uPlot.Axis => ({
  ...axisBase(),
  incrs: TIME_STEPS,
  space: 56,
  size: 40,
  values: timeTexts,
});

const valueAxis = (scale: string, text: (value: number) => string, right: boolean): uPlot.Axis => ({
  ...axisBase(),
  scale,
  side: right ? 1 : 3,
  values: (_, splits) => splits.map(text),
  size: (_, texts) => Math.max(30, 14 + 6.2 * Math.max(0, ...(texts ?? []).map((shown) => shown.length))),
  space: 34,
  ...(right ? { grid: { show: false } } : {}),
});

export interface Surroundings {
  readonly width: number;
  readonly height: number;
  /** First and last virtual second shown. */
  readonly window: () => [number, number];
  /** The highest limit to be drawn, while there is one. */
  readonly limit: () => number | undefined;
  readonly onDraw: (chart: uPlot) => void;
  readonly onCursor: (chart: uPlot) => void;
}

/** Options for `new uPlot`. Pointing at one chart points at the same moment in all. */
export const chartOptions = (plan: ChartPlan, around: Surroundings): uPlot.Options => ({
  width: around.width,
  height: around.height,
  padding: [8, plan.rightAxis === undefined ? 18 : 0, 0, 0],
  legend: { show: false },
  cursor: {
    y: false,
    drag: { x: false, y: false },
    points: { size: 6 },
    sync: { key: 'run', scales: ['x', null] },
  },
  scales: {
    x: { time: false, range: () => around.window() },
    y: { range: (_, __, max) => valueRange(max, around.limit(), plan.smallestTop) },
    ...(plan.rightAxis === undefined
      ? {}
      : { right: { range: (_: uPlot, __: number, max: number) => valueRange(max, undefined) } }),
  },
  axes: [
    timeAxis(),
    valueAxis('y', plan.leftAxis, false),
    ...(plan.rightAxis === undefined ? [] : [valueAxis('right', plan.rightAxis, true)]),
  ],
  series: [{}, ...plan.lines.map(series)],
  hooks: { draw: [around.onDraw], setCursor: [around.onCursor] },
});
