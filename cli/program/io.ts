/** What a command sees of the process that it runs in; a test gives another. */
import type { Clock } from '../../lambdas/ports/clock.ts';

export interface Io {
  /** The answer. */
  readonly out: (text: string) => void;
  /** What goes wrong, and what is told beside the answer. */
  readonly err: (text: string) => void;
  /** Who is logged in; undefined where nobody knows. */
  readonly user: string | undefined;
  /** Where `environments/` is looked for, and paths begin. */
  readonly folder: string;
  /** Width of the terminal. */
  readonly columns: number;
  readonly colours: boolean;
  /** Time of the wall. */
  readonly clock: Clock;
  /** Everything on standard input. */
  readonly readInput: () => Promise<string>;
  readonly pause: (milliseconds: number) => Promise<void>;
  /** A value that was never given before. */
  readonly newId: () => string;
}
