/** A catalogue of today from AWS. What cannot be had is left out and told; without the types there is nothing. */
import type { FactsOf, TypeFacts } from '../catalogue/facts.ts';
import { type Conflict, joinFacts, USUAL_EMR_FEE_SHARE } from '../catalogue/join.ts';
import type { Catalogue } from '../catalogue/model.ts';
import { supportedFacts } from '../catalogue/sources/emr-supported.ts';
import { failureText, isInvalidRequest, isNotLoggedIn, RefreshError } from './failures.ts';
import type { CatalogueReader, OnPage, PriceList, Span } from './ports.ts';
import { newestReleases } from './releases.ts';
import { meanSpotPrices, SPOT_SPAN_SECONDS } from './spot-mean.ts';

export interface RefreshQuestion {
  readonly region: string;
  /** Spot prices of this zone; absent: the mean of the region's zones. */
  readonly zone?: string;
  /** EMR's support in this release; absent: in the newest one. */
  readonly release?: string;
  /** Fills what AWS did not tell, marked as estimated. */
  readonly estimate: boolean;
  /** What AWS does not tell (speed, interruptions), the most trusted first. Types that EC2 does not have are left out. */
  readonly also: readonly FactsOf[];
  /** Seconds since 1970. */
  readonly now: number;
}

export interface Refreshed {
  readonly catalogue: Catalogue;
  /** What could not be had, and why: sentences. */
  readonly missing: readonly string[];
  /** What was had and is worth a word. */
  readonly notices: readonly string[];
  readonly conflicts: readonly Conflict[];
}

/** Told every so many entries of a long answer. */
const PROGRESS_STEP = 5000;

class Refresh {
  readonly missing: string[] = [];
  readonly notices: string[] = [];
  readonly #reader: CatalogueReader;
  readonly #question: RefreshQuestion;
  readonly #progress: (line: string) => void;

  constructor(reader: CatalogueReader, question: RefreshQuestion, progress: (line: string) => void) {
    this.#reader = reader;
    this.#question = question;
    this.#progress = progress;
  }

  async types(): Promise<FactsOf> {
    const action = 'ec2:DescribeInstanceTypes';
    try {
      const types = await this.#reader.types(this.#counting('types'));
      if (types.length === 0) throw new Error('EC2 told of no types');
      this.#progress(`EC2 has ${types.length} types in ${this.#question.region}.`);
      return this.#facts('sizes, architecture, generation', 'EC2 DescribeInstanceTypes', types);
    } catch (error) {
      throw this.#refused(`Without EC2’s types there is no catalogue: ${failureText(error, action)}.`, error);
    }
  }

  async release(): Promise<string | undefined> {
    const { release } = this.#question;
    if (release !== undefined) return release;
    const action = 'elasticmapreduce:ListReleaseLabels';
    const labels = await this.#tried('the newest EMR release (give one with --release)', action, () =>
      this.#releases(),
    );
    const newest = labels?.[0];
    if (newest !== undefined) this.#progress(`The newest release of EMR is ${newest}; --release chooses another.`);
    return newest;
  }

  async supported(release: string): Promise<FactsOf | undefined> {
    const action = 'elasticmapreduce:ListSupportedInstanceTypes';
    const names = await this.#tried(`what EMR supports in ${release}`, action, async () => {
      try {
        return await this.#reader.supported(release, this.#counting('supported types'));
      } catch (error) {
        throw isInvalidRequest(error) ? await this.#wrongRelease(release, error) : error;
      }
    });
    if (names === undefined) return undefined;
    if (names.length === 0) {
      this.missing.push(`What EMR supports in ${release}: EMR named no types.`);
      return undefined;
    }
    this.#progress(`EMR supports ${names.length} types in ${release}.`);
    return supportedFacts(names, `EMR ListSupportedInstanceTypes, ${release}`, this.#date);
  }

  onDemand(): Promise<FactsOf | undefined> {
    const read = (): Promise<PriceList> => this.#reader.onDemand(this.#counting('products'));
    return this.#priced('On-demand prices', 'onDemandUsdPerHour', 'AmazonEC2', read);
  }

  emrFees(): Promise<FactsOf | undefined> {
    const read = (): Promise<PriceList> => this.#reader.emrFees(this.#counting('products'));
    return this.#priced('EMR’s fees', 'emrUsdPerHour', 'ElasticMapReduce', read);
  }

  async spot(): Promise<FactsOf | undefined> {
    const { now, zone, region } = this.#question;
    const where = zone === undefined ? `the zones of ${region}` : zone;
    const span: Span = { from: now - SPOT_SPAN_SECONDS, to: now };
    const points = await this.#tried('spot prices', 'ec2:DescribeSpotPriceHistory', () =>
      this.#reader.spotPoints(span, zone, this.#counting('spot prices')),
    );
    if (points === undefined) return undefined;
    const prices = meanSpotPrices(points, span);
    if (prices.size === 0) {
      this.missing.push(`Spot prices: EC2 has none for ${where}; is that the name of a zone of ${region}?`);
      return undefined;
    }
    this.#progress(`${prices.size} types have a spot price in ${where}, of ${points.length} points.`);
    const types = [...prices].map(([name, spotUsdPerHour]) => ({ name, spotUsdPerHour }));
    return this.#facts(`spot prices, mean of 24 h, ${where}`, 'EC2 DescribeSpotPriceHistory', types);
  }

  get #date(): string {
    return new Date(this.#question.now * 1000).toISOString().slice(0, 'yyyy-mm-dd'.length);
  }

  #facts(what: string, from: string, types: readonly TypeFacts[]): FactsOf {
    return { source: { what, from, date: this.#date }, types };
  }

  async #priced(
    what: string,
    figure: 'onDemandUsdPerHour' | 'emrUsdPerHour',
    service: string,
    read: () => Promise<PriceList>,
  ): Promise<FactsOf | undefined> {
    const list = await this.#tried(what, 'pricing:GetProducts', read);
    if (list === undefined) return undefined;
    this.notices.push(...list.notices);
    if (list.prices.size === 0) {
      this.missing.push(`${what}: the price list has none for ${this.#question.region}.`);
      return undefined;
    }
    this.#progress(`${what}: ${list.prices.size} types.`);
    const types = [...list.prices].map(([name, usd]) => ({ name, [figure]: usd }));
    return this.#facts(what, `Price List GetProducts ${service}`, types);
  }

  async #releases(): Promise<readonly string[]> {
    return newestReleases(await this.#reader.releases());
  }

  async #wrongRelease(release: string, error: unknown): Promise<RefreshError> {
    const known = await this.#releases().catch(() => []);
    const few = known.slice(0, 3).join(', ');
    const hint = few === '' ? 'Give one such as --release emr-7.10.0.' : `The newest are ${few}.`;
    return this.#refused(`EMR does not know the release ${release} in ${this.#question.region}. ${hint}`, error);
  }

  #refused(message: string, cause: unknown): RefreshError {
    return new RefreshError(message, { cause });
  }

  #counting(what: string): OnPage {
    let told = 0;
    return (count) => {
      if (count < told + PROGRESS_STEP) return;
      told = count;
      this.#progress(`… ${count} ${what}`);
    };
  }

  /** What a call gives; undefined, and noted as missing, where it fails. */
  async #tried<Value>(what: string, action: string, call: () => Promise<Value>): Promise<Value | undefined> {
    try {
      return await call();
    } catch (error) {
      if (error instanceof RefreshError) throw error;
      const why = failureText(error, action);
      if (isNotLoggedIn(error)) throw this.#refused(`AWS lets nobody in: ${why}.`, error);
      this.missing.push(`${what.charAt(0).toUpperCase()}${what.slice(1)}: ${why}.`);
      return undefined;
    }
  }
}

/** Only types that EC2 has in the region: a file of other regions must not add any. */
const within = (parts: readonly FactsOf[], { types }: FactsOf): readonly FactsOf[] => {
  const names = new Set(types.map(({ name }) => name));
  return parts.map((part) => ({ ...part, types: part.types.filter(({ name }) => names.has(name)) }));
};

/**
 * Reads a catalogue from AWS.
 * @param progress told a line now and then
 * @throws RefreshError without EC2's types, without a login, or for a release that EMR does not know
 */
export const refreshCatalogue = async (
  reader: CatalogueReader,
  question: RefreshQuestion,
  progress: (line: string) => void,
): Promise<Refreshed> => {
  const refresh = new Refresh(reader, question, progress);
  const types = await refresh.types();
  const release = await refresh.release();
  const supported = release === undefined ? undefined : await refresh.supported(release);
  const told = [supported, types, await refresh.onDemand(), await refresh.emrFees(), await refresh.spot()];
  const parts = [...told.filter((part) => part !== undefined), ...question.also];
  const { catalogue, conflicts } = joinFacts(within(parts, types), {
    region: question.region,
    ...(question.zone === undefined ? {} : { zone: question.zone }),
    ...(release === undefined || supported === undefined ? {} : { release }),
    at: new Date(question.now * 1000).toISOString(),
    ...(question.estimate ? { estimate: { emrFeeShare: USUAL_EMR_FEE_SHARE } } : {}),
  });
  return { catalogue, missing: refresh.missing, notices: refresh.notices, conflicts };
};
