/** What a catalogue is made of, as AWS tells it. */
import type { TypeFacts } from '../catalogue/facts.ts';

/** A price from a moment on, until the next one. */
export interface PricePoint {
  readonly type: string;
  readonly zone: string;
  readonly usdPerHour: number;
  /** Seconds since 1970. */
  readonly at: number;
}

/** Seconds since 1970. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Told after every page of an answer: so many so far. */
export type OnPage = (count: number) => void;

/** A price list's answer: prices by type, and what could not be read or said two things. */
export interface PriceList {
  readonly prices: ReadonlyMap<string, number>;
  /** Sentences. */
  readonly notices: readonly string[];
}

/** AWS, for one region. Every method throws what its client throws. */
export interface CatalogueReader {
  /** Needs `ec2:DescribeInstanceTypes`. */
  types(onPage: OnPage): Promise<readonly TypeFacts[]>;
  /** Change points of a span and the one before it, for Linux. Needs `ec2:DescribeSpotPriceHistory`. */
  spotPoints(span: Span, zone: string | undefined, onPage: OnPage): Promise<readonly PricePoint[]>;
  /** Every release of EMR, in no order. Needs `elasticmapreduce:ListReleaseLabels`. */
  releases(): Promise<readonly string[]>;
  /** Types that EMR supports in a release. Needs `elasticmapreduce:ListSupportedInstanceTypes`. */
  supported(release: string, onPage: OnPage): Promise<readonly string[]>;
  /** Dollars an hour on demand for Linux. Needs `pricing:GetProducts`. */
  onDemand(onPage: OnPage): Promise<PriceList>;
  /** EMR’s fee, dollars an hour. Needs `pricing:GetProducts`. */
  emrFees(onPage: OnPage): Promise<PriceList>;
}
