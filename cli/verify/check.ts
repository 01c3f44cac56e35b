/** One thing that `verify` has tried. */
export interface Check {
  /** Does not change its meaning: `route`, `tick:<network>`, `fleet:<cluster>` and so on. */
  readonly id: string;
  /** What was tried. */
  readonly what: string;
  readonly ok: boolean;
  /** What was seen. */
  readonly seen: string;
  /** What to do where it is not well. */
  readonly remedy?: string;
}

export const well = (id: string, what: string, seen: string): Check => ({ id, what, ok: true, seen });

export const wrong = (id: string, what: string, seen: string, remedy: string): Check => ({
  id,
  what,
  ok: false,
  seen,
  remedy,
});
