/** Ctrl-C, a stop, a terminal that was closed. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const LOOK_MILLISECONDS = 1000;

/** npm runs a script in a shell, and hands signals to that shell, which dies of them and tells nobody. */
const whenOrphaned = (parent: number, stop: () => void): void => {
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    stop();
  }, LOOK_MILLISECONDS);
  timer.unref();
};

/**
 * Resolves at the first of these signals, or when the shell of npm that it was started from is gone. More signals do
 * nothing, for npm repeats what the terminal has already sent.
 */
export const untilStopped = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of SIGNALS) process.on(signal, () => resolve());
    if (process.env['npm_lifecycle_event'] !== undefined) whenOrphaned(process.ppid, resolve);
  });
