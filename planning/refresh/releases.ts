/** EMR's releases. */

/** `emr-7.10.0`; other labels (`emr-spark-8.0.0`, previews) are not what Presto and Trino come with. */
const RELEASE = /^emr-(\d+)\.(\d+)\.(\d+)$/;

export const isRelease = (label: string): boolean => RELEASE.test(label);

const numbersOf = (label: string): readonly number[] => (RELEASE.exec(label) ?? []).slice(1).map(Number);

const compared = (a: string, b: string): number => {
  const theirs = numbersOf(b);
  const index = numbersOf(a).findIndex((value, at) => value !== theirs[at]);
  return index < 0 ? 0 : (theirs[index] ?? 0) - (numbersOf(a)[index] ?? 0);
};

/** Releases, the newest first, without labels of another form. */
export const newestReleases = (labels: readonly string[]): readonly string[] =>
  labels.filter(isRelease).toSorted(compared);
