/** A decision in words and symbols. Everything here is text in, text out. */
import type { DecisionLine } from '../protocol.ts';
import { exactTime, units } from './format.ts';

/** Beside the word, never instead of it. */
export const SYMBOLS: Readonly<Record<DecisionLine['verdict'], string>> = { grow: '▲', shrink: '▼', steady: '=' };

/** They repeat what the row says anyway. */
const SAID_BY_THE_ROW = new Set(['grow-wanted', 'steady', 'floor-minimum']);

/** The target after the decision; null while the fleet was never read. */
export const afterUnits = ({ onDemandUnits, spotUnits }: DecisionLine): number | null =>
  onDemandUnits === null && spotUnits === null ? null : (onDemandUnits ?? 0) + (spotUnits ?? 0);

/** Whether something changes or was sent. */
export const isChange = (line: DecisionLine): boolean => line.verdict !== 'steady' || line.sent;

/** `24 → 36 units`, or the target where it stays. */
export const unitsText = (line: DecisionLine): string => {
  const after = afterUnits(line);
  const shown = `${units(after)} ${after === 1 ? 'unit' : 'units'}`;
  if (after === line.beforeUnits || line.beforeUnits === null) return shown;
  return `${units(line.beforeUnits)} → ${shown}`;
};

/** What became of it; a steady tick without a call needs no word. */
export const sentText = (line: DecisionLine): string => {
  if (line.sent) return 'sent';
  return line.verdict === 'steady' ? '' : 'not sent';
};

/** A mode explains what is told beside it; only its change is a piece of news. */
const isBackground = (code: string): boolean => code.startsWith('mode-') && code !== 'mode-changed';

/** The core adds reasons in the order of its steps, so the last one that is not plain from the row decided. */
export const whyText = ({ reasons }: DecisionLine): string => {
  const telling = reasons.findLast(({ code }) => !SAID_BY_THE_ROW.has(code) && !isBackground(code)) ?? reasons.at(-1);
  return telling?.sentence ?? 'No reason was given.';
};

/** When it was, and how the target is made up. */
export const splitText = ({ at, onDemandUnits, spotUnits, sent }: DecisionLine): string =>
  [
    exactTime(at),
    `${units(onDemandUnits)} on-demand + ${units(spotUnits)} spot units`,
    sent ? 'a call was made' : 'no call',
  ].join(' · ');

/** Ticks that decide the same are one row: equal here means the same row. */
export const signatureOf = (line: DecisionLine): string | undefined =>
  isChange(line) ? undefined : [afterUnits(line), ...line.reasons.map(({ code }) => code)].join(' ');
