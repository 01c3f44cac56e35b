/** What a cluster may be made of, as far as a plan needs to know it. Unknown is absent, never zero. */

export type Architecture = 'x86_64' | 'arm64';

/** Interruptions of a type in a month, as AWS's spot advisor bands them: <5, 5–10, 10–15, 15–20 and >20 %. */
export type InterruptionBand = 0 | 1 | 2 | 3 | 4;

/** One instance type. */
export interface CatalogueType {
  /** As EC2 writes it: `r6g.4xlarge`. */
  readonly name: string;
  readonly vcpu: number;
  readonly memoryGib: number;
  readonly arch: Architecture;
  /** Whether EC2 counts it as of the current generation. */
  readonly current?: boolean;
  readonly gpus?: number;
  readonly localStorageGib?: number;
  /** Whether EMR offers it in the catalogue's region for the catalogue's release. */
  readonly emrSupported?: boolean;
  readonly onDemandUsdPerHour?: number;
  /** EC2's price on the spot market, without EMR's fee. */
  readonly spotUsdPerHour?: number;
  /** EMR's fee: it is not lower on spot (emr.md §7). */
  readonly emrUsdPerHour?: number;
  readonly interruptionBand?: InterruptionBand;
  /** Speed of the whole instance by the score's name; more is faster. `coremark` is the one that is shipped. */
  readonly scores: Readonly<Record<string, number>>;
}

/** Where figures come from. */
export interface CatalogueSource {
  readonly what: string;
  readonly from: string;
  /** ISO date of the figures themselves. */
  readonly date: string;
  readonly licence?: string;
}

/** Types of one region, at one time. */
export interface Catalogue {
  readonly version: 1;
  readonly region: string;
  /** The zone that spot prices are of; absent: of the region. */
  readonly zone?: string;
  /** EMR release that `emrSupported` is about; absent: of no particular one. */
  readonly release?: string;
  /** ISO time when it was put together. */
  readonly at: string;
  readonly sources: readonly CatalogueSource[];
  readonly types: readonly CatalogueType[];
}

/** `r6gd` of `r6gd.4xlarge`. */
export const familyOf = (name: string): string => name.split('.')[0] ?? name;
