/** Work that is done again and again. */

/**
 * Begins work now and then at equal distances. Where it takes longer than one, the times that pass meanwhile are left
 * out: never two at once.
 * @param onError told of what the work throws; it is begun again all the same
 * @returns ends it; resolves when what is under way has ended
 */
export const every = (
  seconds: number,
  work: () => Promise<unknown>,
  onError: (error: Error) => void,
): (() => Promise<void>) => {
  let underWay: Promise<void> | undefined;
  const begin = (): void => {
    underWay ??= work()
      .then(() => {}, onError)
      .finally(() => {
        underWay = undefined;
      });
  };
  begin();
  const timer = setInterval(begin, seconds * 1000);
  return async () => {
    clearInterval(timer);
    await underWay;
  };
};
