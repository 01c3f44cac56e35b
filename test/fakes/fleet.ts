import type { ModifyCommand } from '../../lambdas/core/decision.ts';
import type { ClusterFacts, FleetState, PoolCapacity, PoolsState, Targets } from '../../lambdas/core/model.ts';
import { type EpochSeconds, units, workers } from '../../lambdas/core/quantities.ts';
import { type Fleet, FleetError, type FleetFault } from '../../lambdas/ports/fleets.ts';
import type { EmrOperation } from '../../lambdas/ports/tokens.ts';
import { facts } from '../lambdas/core/builders.ts';
import { type FleetLags, ObedientFleet } from '../lambdas/core/drive.ts';

const QUICK: FleetLags = { launchSeconds: 10, growSeconds: 20, shrinkSeconds: 10, staleSeconds: 0 };

/** What happens to a call. `after`: it has its effect, and fails all the same. */
interface Failure {
  readonly fault: FleetFault;
  readonly when: 'before' | 'after';
}

const isCount = (value: number): boolean => Number.isInteger(value) && value >= 0;

/** A fleet that does what it is told, after short lags, and remembers what it was told. */
export class FakeFleet implements Fleet {
  /** Every modify that came through, in order; seconds after noon. */
  readonly modified: { readonly seconds: number; readonly targets: Targets }[] = [];
  /** The fleet that each of them was for, as the caller said. */
  readonly named: (string | undefined)[] = [];
  readonly world: ObedientFleet;
  /** Units are spread evenly over these, one unit an instance. */
  instanceTypes: readonly string[] = ['r5.4xlarge'];
  /** A read of the pools takes so many calls, each of which has to be granted. */
  poolPages = 1;
  #pagesRead = 0;
  readonly #failures: Failure[] = [];
  #seconds = 0;

  /** Begins with spot units that are all provisioned, and with on-demand units if told so. */
  constructor(spotUnits: number, lags: Partial<FleetLags> = {}, onDemandUnits = 0) {
    this.world = new ObedientFleet(spotUnits, { ...QUICK, ...lags });
    Object.assign(this.world.onDemand, { target: onDemandUnits, provisioned: onDemandUnits, ready: onDemandUnits });
  }

  /** Lets the next call fail, after those that were told to fail before. */
  fail(fault: FleetFault, when: Failure['when'] = 'before'): void {
    this.#failures.push({ fault, when });
  }

  advance(seconds: number): void {
    this.#seconds = seconds;
    this.world.advance(seconds);
  }

  facts(): ClusterFacts {
    return facts({ minimumWorkerAgeSeconds: 0 });
  }

  async read(now: EpochSeconds): Promise<FleetState> {
    const failure = this.#failures.shift();
    if (failure !== undefined)
      throw new FleetError(failure.fault, `the fake was told to fail a read: ${failure.fault}`);
    return { ...this.world.read(this.#seconds), id: 'if-FAKE', instanceTypes: this.instanceTypes.length, readAt: now };
  }

  async pools(
    now: EpochSeconds,
    mayCall: (operation: EmrOperation) => Promise<boolean>,
  ): Promise<PoolsState | undefined> {
    while (this.#pagesRead < this.poolPages) {
      if (!(await mayCall('ListInstances'))) return undefined;
      const failure = this.#failures.shift();
      if (failure !== undefined) {
        this.#pagesRead = 0;
        throw new FleetError(failure.fault, `the fake was told to fail a read of the pools: ${failure.fault}`);
      }
      this.#pagesRead += 1;
    }
    this.#pagesRead = 0;
    const { onDemand, spot } = this.world;
    return {
      readAt: now,
      pools: [...this.#spread('onDemand', onDemand.provisioned), ...this.#spread('spot', spot.provisioned)],
    };
  }

  async modify({ targets }: ModifyCommand, fleetId?: string): Promise<void> {
    const failure = this.#failures.shift();
    if (failure?.when === 'before') throw this.#told(failure);
    if (!isCount(targets.onDemandUnits) || !isCount(targets.spotUnits)) {
      throw new FleetError('refused', `targets were ${JSON.stringify(targets)}, expected whole numbers ≥ 0`);
    }
    this.modified.push({ seconds: this.#seconds, targets });
    this.named.push(fleetId);
    this.world.set(targets.onDemandUnits, targets.spotUnits, this.#seconds);
    if (failure !== undefined) throw this.#told(failure);
  }

  #spread(market: PoolCapacity['market'], provisioned: number): PoolCapacity[] {
    const count = this.instanceTypes.length;
    return this.instanceTypes
      .map((instanceType, index) => ({ instanceType, amount: Math.floor((provisioned + count - 1 - index) / count) }))
      .filter(({ amount }) => amount > 0)
      .map(({ instanceType, amount }) => ({ instanceType, market, instances: workers(amount), units: units(amount) }));
  }

  #told({ fault }: Failure): FleetError {
    return new FleetError(fault, `the fake was told to fail a modify: ${fault}`);
  }
}
