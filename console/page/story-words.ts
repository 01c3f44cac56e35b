/** Steps of a loss and of the way back in words, letters and colours; the letters stand in the chart of capacity too. */
import type { StoryKind } from '../protocol.ts';

interface StoryWord {
  /** In the list and in the charts. */
  readonly letter: string;
  readonly word: string;
  /** Custom property of the style sheet, without its dashes. */
  readonly colour: 'bad' | 'warn' | 'accent' | 'good';
}

export const STORY_WORDS: Readonly<Record<StoryKind, StoryWord>> = {
  taken: { letter: 'T', word: 'taken away', colour: 'bad' },
  given: { letter: 'G', word: 'given back', colour: 'good' },
  loss: { letter: 'L', word: 'loss', colour: 'bad' },
  missing: { letter: 'M', word: 'missing', colour: 'warn' },
  fallback: { letter: 'F', word: 'fallback', colour: 'warn' },
  ready: { letter: 'C', word: 'covered', colour: 'good' },
  probe: { letter: 'P', word: 'probe', colour: 'accent' },
  refused: { letter: 'N', word: 'not yet', colour: 'warn' },
  return: { letter: 'R', word: 'return', colour: 'good' },
  released: { letter: 'S', word: 'given up', colour: 'good' },
  over: { letter: 'E', word: 'end', colour: 'good' },
};
