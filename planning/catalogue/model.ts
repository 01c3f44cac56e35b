/** What a cluster may be made of, as far as a plan needs to know it. Unknown is absent, never zero. */
import { distance } from 'fastest-levenshtein';

export type Architecture = 'x86_64' | 'arm64';

/** Interruptions of a type in a month, as AWS's spot advisor bands them: <5, 5–10, 10–15, 15–20 and >20 %. */
export type InterruptionBand = 0 | 1 | 2 | 3 | 4;

/** A figure that may be worked out from others instead of being told by AWS. */
export type EstimatedFigure = 'spotUsdPerHour' | 'emrUsdPerHour';

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
  /** Figures of this type that are estimates; the catalogue's sources say how they were made. Absent: none. */
  readonly estimated?: readonly EstimatedFigure[];
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

const MOST_NEAR = 3;

/**
 * Families of a catalogue that are written most like a name, the nearest first: at most three, none only where there are
 * no types. What stands before a dot counts: `r6q.4xlarge` and `r6q` ask the same.
 */
export const nearestFamilies = (name: string, types: readonly Pick<CatalogueType, 'name'>[]): readonly string[] => {
  const given = familyOf(name.trim().toLowerCase());
  const families = [...new Set(types.map((type) => familyOf(type.name)))].toSorted();
  const edits = new Map(families.map((family) => [family, distance(given, family)]));
  return families.toSorted((a, b) => (edits.get(a) ?? 0) - (edits.get(b) ?? 0)).slice(0, MOST_NEAR);
};
