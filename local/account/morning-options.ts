/** What a morning of many clusters is made of. */

export interface MorningOptions {
  readonly clusters: number;
  /** Seconds from the start to the step; what is quiet must have been read by then. */
  readonly stepAtSeconds: number;
  readonly untilSeconds: number;
  /** So many of the clusters lose all of their spot, from this long after the step on. */
  readonly losingShare: number;
  readonly lossAfterSeconds: number;
  readonly slotSeconds: number;
  readonly quotaFactor: number;
  readonly seed: number;
  readonly onProgress?: (seconds: number) => void;
}

export const MORNING: Omit<MorningOptions, 'clusters'> = {
  stepAtSeconds: 1800,
  untilSeconds: 2700,
  losingShare: 0.1,
  lossAfterSeconds: 20,
  slotSeconds: 15,
  quotaFactor: 1,
  seed: 1,
};
