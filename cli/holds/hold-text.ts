/** Holds as people read them. */
import type { Hold } from '../../lambdas/core/model.ts';
import { spanText, timeText } from '../program/text.ts';

/** `at least 40 units until 2026-03-02 06:00:00Z (5 h 12 min)`. */
export const holdText = ({ kind, units, until }: Hold, now: number): string => {
  const amount = kind === 'total' ? `at least ${units} units` : `${units} units on top of demand`;
  return `${amount} until ${timeText(until)} (${spanText(until - now)})`;
};
