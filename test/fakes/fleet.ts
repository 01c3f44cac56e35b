import type { ModifyCommand } from '../../lambdas/core/decision.ts';
import type { ClusterFacts, FleetState, Targets } from '../../lambdas/core/model.ts';
import type { EpochSeconds } from '../../lambdas/core/quantities.ts';
import { type Fleet, FleetError, type FleetFault } from '../../lambdas/ports/fleets.ts';
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
    return { ...this.world.read(this.#seconds), id: 'if-FAKE', readAt: now };
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

  #told({ fault }: Failure): FleetError {
    return new FleetError(fault, `the fake was told to fail a modify: ${fault}`);
  }
}
