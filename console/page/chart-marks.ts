/** Steps of a loss and of the way back in a chart: a thin line for each, and its letter at the top where there is room. */
import uPlot from 'uplot';
import type { StoryLine } from '../protocol.ts';
import { colour } from './palette.ts';
import { rowsOf } from './scales.ts';
import { STORY_WORDS } from './story-words.ts';

const BADGE_PIXELS = 13;

const drawBadge = ({ ctx, bbox }: uPlot, x: number, row: number, letter: string, ground: string): void => {
  const size = BADGE_PIXELS * uPlot.pxRatio;
  const top = bbox.top + row * (size + uPlot.pxRatio);
  const left = Math.max(bbox.left, Math.min(bbox.left + bbox.width - size, x - size / 2));
  ctx.fillStyle = ground;
  ctx.fillRect(left, top, size, size);
  ctx.fillStyle = colour('--surface');
  ctx.fillText(letter, left + size / 2, top + size / 2 + uPlot.pxRatio / 2);
};

/**
 * Draws them over the lines.
 * @param marks - in order of time
 * @param letters - whether there is room for them
 */
export const drawMarks = (chart: uPlot, marks: readonly StoryLine[], letters: boolean): void => {
  const { ctx, bbox } = chart;
  const { min = 0, max = 0 } = chart.scales['x'] ?? {};
  const seen = marks.filter(({ at }) => at >= (min ?? 0) && at <= (max ?? 0));
  const places = seen.map(({ at }) => Math.round(chart.valToPos(at, 'x', true)));
  const rows = rowsOf(places, (BADGE_PIXELS + 1) * uPlot.pxRatio);
  ctx.save();
  ctx.font = `700 ${10 * uPlot.pxRatio}px system-ui, sans-serif`;
  ctx.textAlign = 'center';
  ctx.textBaseline = 'middle';
  for (const [index, { kind }] of seen.entries()) {
    const { letter, colour: name } = STORY_WORDS[kind];
    const [x = 0, row] = [places[index], rows[index]];
    const ground = colour(`--${name}`);
    ctx.globalAlpha = letters ? 0.55 : 0.35;
    ctx.fillStyle = ground;
    ctx.fillRect(x, bbox.top, uPlot.pxRatio, bbox.height);
    ctx.globalAlpha = 1;
    if (letters && row !== undefined) drawBadge(chart, x, row, letter, ground);
  }
  ctx.restore();
};
