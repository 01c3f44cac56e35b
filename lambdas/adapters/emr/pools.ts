/** The instances of a fleet, added up by pool. EMR pages them and does not say how many a page has (50 in boto issue 2771 of 2014). */
import { type EMRClient, type Instance, ListInstancesCommand } from '@aws-sdk/client-emr';
import type { PoolCapacity, PoolsState } from '../../core/model.ts';
import { type EpochSeconds, units, workers } from '../../core/quantities.ts';
import { answerError } from './errors.ts';

/** A fleet has 4,000 instances at most (EMR 7.7); more pages than this are no answer to our question. */
const MOST_PAGES = 200;
/** A read that was begun so long ago is begun anew: its first pages are no longer true, and markers may end. */
const LONGEST_READ_SECONDS = 300;

/** What a fleet has or gets. A draining instance is RUNNING for EMR until it is gone. */
const LIVE = ['PROVISIONING', 'BOOTSTRAPPING', 'RUNNING'] as const;
const KNOWN_STATES: ReadonlySet<string | undefined> = new Set([...LIVE, 'AWAITING_FULFILLMENT', 'TERMINATED']);
const MARKETS: Readonly<Record<string, PoolCapacity['market']>> = { ON_DEMAND: 'onDemand', SPOT: 'spot' };

/** Units of one instance, by its type. */
export type Weights = ReadonlyMap<string, number>;

interface Progress {
  readonly since: EpochSeconds;
  readonly markers: Set<string>;
  /** Of the next page; absent: the first one. */
  marker?: string | undefined;
  readonly pools: Map<string, PoolCapacity>;
}

const byName = (first: PoolCapacity, second: PoolCapacity): number =>
  `${first.instanceType} ${first.market}` < `${second.instanceType} ${second.market}` ? -1 : 1;

const isLive = ({ Status }: Instance): boolean => LIVE.some((state) => state === Status?.State);

/** In EMR's words; nothing is there where an answer lacks it. */
const poolOf = ({ InstanceType, Market }: Instance): { readonly type: string; readonly market: string } => ({
  type: InstanceType ?? '',
  market: Market ?? '',
});

const problemsOf = (instance: Instance, weights: Weights): readonly string[] => {
  const { Id, Status } = instance;
  const { type: InstanceType, market: Market } = poolOf(instance);
  const problem = (name: string, given: string | undefined, fits: boolean, expected: string): readonly string[] =>
    fits ? [] : [`${name} of instance ${Id} was ${JSON.stringify(given ?? null)}, expected ${expected}`];
  return [
    ...problem('InstanceType', InstanceType, weights.has(InstanceType), `one of ${[...weights.keys()].join(', ')}`),
    ...problem('Market', Market, Object.hasOwn(MARKETS, Market), 'ON_DEMAND or SPOT'),
    ...problem('Status.State', Status?.State, KNOWN_STATES.has(Status?.State), 'a state of EMR’s model'),
  ];
};

const add = ({ pools }: Progress, instance: Instance, weights: Weights): void => {
  const { type, market: Market } = poolOf(instance);
  const key = `${type} ${Market}`;
  const market = MARKETS[Market] as PoolCapacity['market'];
  const instances = (pools.get(key)?.instances ?? 0) + 1;
  const total = units(instances * (weights.get(type) as number));
  pools.set(key, { instanceType: type, market, instances: workers(instances), units: total });
};

/** Which instances, and how they are weighed. */
export interface PoolsQuestion {
  readonly clusterId: string;
  readonly fleetId: string;
  readonly weights: Weights;
  readonly now: EpochSeconds;
  readonly signal: AbortSignal;
  /** The call, for errors. */
  readonly doing: string;
  /** Asked before each page. */
  readonly mayCall: () => Promise<boolean>;
}

/** Reads all pages, in as many goes as it takes. */
export class PoolsReader {
  readonly #client: EMRClient;
  #progress: Progress | undefined;

  constructor(client: EMRClient) {
    this.#client = client;
  }

  /**
   * Goes on reading.
   * @returns undefined: a call was not granted, and the next go carries on from there
   * @throws FleetError `unavailable` for an answer that cannot be used; what the SDK throws. The next go begins anew
   */
  async read(question: PoolsQuestion): Promise<PoolsState | undefined> {
    const { now } = question;
    const before = this.#progress;
    const progress =
      before !== undefined && now - before.since < LONGEST_READ_SECONDS
        ? before
        : { since: now, markers: new Set<string>(), pools: new Map<string, PoolCapacity>() };
    this.#progress = undefined;
    const done = await this.#pages(progress, question);
    if (done) return { readAt: now, pools: [...progress.pools.values()].toSorted(byName) };
    this.#progress = progress;
    return undefined;
  }

  /** False: a page was not granted. */
  async #pages(progress: Progress, question: PoolsQuestion): Promise<boolean> {
    const { clusterId, fleetId, weights, signal, doing, mayCall } = question;
    do {
      if (!(await mayCall())) return false;
      signal.throwIfAborted();
      const input = { ClusterId: clusterId, InstanceFleetId: fleetId, InstanceStates: [...LIVE] };
      const command = new ListInstancesCommand({ ...input, Marker: progress.marker });
      const page = await this.#client.send(command, { abortSignal: signal });
      const instances = page.Instances ?? [];
      const problems = instances.flatMap((instance) => problemsOf(instance, weights));
      if (problems.length > 0) throw answerError(doing, problems.slice(0, 5));
      for (const instance of instances.filter(isLive)) add(progress, instance, weights);
      // An empty marker ends the list too.
      progress.marker = page.Marker || undefined;
      this.#checkMarker(progress, doing);
    } while (progress.marker !== undefined);
    return true;
  }

  #checkMarker({ marker, markers }: Progress, doing: string): void {
    if (marker === undefined) return;
    if (markers.has(marker))
      throw answerError(doing, [`Marker ${JSON.stringify(marker)} came twice, expected a new one`]);
    if (markers.size + 1 >= MOST_PAGES)
      throw answerError(doing, [`more than ${MOST_PAGES} pages, expected at most 4,000 instances`]);
    markers.add(marker);
  }
}
