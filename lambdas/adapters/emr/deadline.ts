/** Work that ends in time whatever it does: the claim of a tick must outlive its calls. */

/**
 * Runs work with a signal that aborts it after so many milliseconds. Ends then also when the work ignores the signal.
 * @throws what the work throws, or an `AbortError` that says how long was waited
 */
export const within = async <Result>(
  milliseconds: number,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> => {
  const controller = new AbortController();
  const { signal } = controller;
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = Object.assign(new Error(`given up after ${milliseconds} ms`), { name: 'AbortError' });
      reject(error);
      controller.abort(error);
    }, milliseconds);
  });
  try {
    return await Promise.race([work(signal), over]);
  } finally {
    clearTimeout(timer);
  }
};
