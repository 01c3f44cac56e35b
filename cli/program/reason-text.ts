/** Reasons as people read them. */
import { type Reason, sentenceOf } from '../../lambdas/core/reasons.ts';
import { timeText } from './text.ts';

/** The reason as a sentence; times as times. */
export const saidReason = (reason: Reason): string => {
  const { until } = reason.numbers;
  return typeof until === 'number'
    ? sentenceOf({ ...reason, numbers: { ...reason.numbers, until: timeText(until) } })
    : sentenceOf(reason);
};
