/** The policy's limits on the chart of capacity: thin lines with their names. */
import uPlot from 'uplot';
import type { RunFacts } from '../protocol.ts';
import { units } from './format.ts';
import { colour } from './palette.ts';

const FONT_PIXELS = 11;
const MARGIN_PIXELS = 4;

type Side = 'left' | 'right';

const write = (chart: uPlot, text: string, y: number, side: Side): void => {
  const { ctx, bbox } = chart;
  const gap = MARGIN_PIXELS * uPlot.pxRatio;
  const x = side === 'left' ? bbox.left + gap : bbox.left + bbox.width - gap;
  ctx.textAlign = side;
  // A rim in the colour of the ground keeps the words readable over a line.
  ctx.lineWidth = 4 * uPlot.pxRatio;
  ctx.strokeStyle = colour('--surface');
  ctx.fillStyle = colour('--quiet');
  ctx.strokeText(text, x, y);
  ctx.fillText(text, x, y);
};

const drawLine = (chart: uPlot, y: number): void => {
  const { ctx, bbox } = chart;
  ctx.beginPath();
  ctx.lineWidth = uPlot.pxRatio;
  ctx.strokeStyle = colour('--limit');
  ctx.setLineDash([uPlot.pxRatio, 3 * uPlot.pxRatio]);
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.setLineDash([]);
};

const drawLimit = (chart: uPlot, name: string, value: number, side: Side): void => {
  const { bbox } = chart;
  const gap = MARGIN_PIXELS * uPlot.pxRatio;
  const y = Math.round(chart.valToPos(value, 'y', true));
  if (y < bbox.top) {
    write(chart, `${name} ${units(value)} ↑`, bbox.top + FONT_PIXELS * uPlot.pxRatio, side);
    return;
  }
  drawLine(chart, y);
  write(chart, `${name} ${units(value)}`, y - gap, side);
};

/** Draws both limits, named at opposite sides; one above the scale is an arrow at the top. */
export const drawLimits = (chart: uPlot, facts: RunFacts): void => {
  const { ctx } = chart;
  ctx.save();
  ctx.font = `${FONT_PIXELS * uPlot.pxRatio}px system-ui, sans-serif`;
  ctx.textBaseline = 'alphabetic';
  ctx.lineJoin = 'round';
  drawLimit(chart, 'maximum', facts.maximumUnits, 'left');
  drawLimit(chart, 'minimum', facts.minimumUnits, 'right');
  ctx.restore();
};
