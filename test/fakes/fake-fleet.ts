/** A fleet without a cluster: it does what it is told after a while, in the time of a given clock. */
import type { ModifyCommand } from '../../lambdas/core/decision.ts';
import { type ClusterFacts, type FleetState, sameTargets, type Targets } from '../../lambdas/core/model.ts';
import { type EpochSeconds, units } from '../../lambdas/core/quantities.ts';
import { type Fleet, FleetError, type FleetFault } from '../../lambdas/ports/fleets.ts';

export interface FakeFleetOptions {
  readonly now: () => EpochSeconds;
  /** Targets at the start, all provisioned. Default 0 and 10. */
  readonly targets?: { readonly onDemandUnits: number; readonly spotUnits: number };
  readonly facts?: Partial<ClusterFacts>;
  /** Reads show the state before a modify for so long. Default 10 s. */
  readonly staleSeconds?: number;
  /** A resize takes so long, and until then nothing has come or gone. Default 300 s. */
  readonly resizeSeconds?: number;
  readonly largestWeightUnits?: number;
}

/** What happens to a call. `after`: it has its effect, and fails all the same. */
interface Failure {
  readonly fault: FleetFault;
  readonly when: 'before' | 'after';
  left: number;
}

interface Resize {
  readonly at: number;
  readonly from: Targets;
  readonly to: Targets;
}

const isCount = (value: number): boolean => Number.isInteger(value) && value >= 0;

const targetsOf = ({ onDemandUnits, spotUnits }: NonNullable<FakeFleetOptions['targets']>): Targets => ({
  onDemandUnits: units(onDemandUnits),
  spotUnits: units(spotUnits),
});

export class FakeFleet implements Fleet {
  /** Commands that took effect, oldest first. */
  readonly commands: ModifyCommand[] = [];
  /** Calls by kind, failed ones among them. */
  readonly calls = { read: 0, modify: 0 };
  /** Laid over what is read, until it is taken away: a suspended fleet, say. */
  shown: Partial<FleetState> = {};
  readonly #options: FakeFleetOptions;
  readonly #failures: Failure[] = [];
  #resize: Resize;
  #before: FleetState | undefined;

  constructor(options: FakeFleetOptions) {
    this.#options = options;
    const targets = targetsOf(options.targets ?? { onDemandUnits: 0, spotUnits: 10 });
    this.#resize = { at: Number.NEGATIVE_INFINITY, from: targets, to: targets };
  }

  /** Lets the next calls fail, after those that were told to fail before. */
  fail(fault: FleetFault, times = 1, when: Failure['when'] = 'before'): void {
    this.#failures.push({ fault, when, left: times });
  }

  facts(): ClusterFacts {
    return {
      minimumWorkerAgeSeconds: 600,
      reversibleDrain: false,
      retriesTasks: false,
      ...this.#options.facts,
    };
  }

  async read(now: EpochSeconds): Promise<FleetState> {
    this.calls.read += 1;
    const failure = this.#takeFailure();
    if (failure !== undefined)
      throw new FleetError(failure.fault, `the fake was told to fail a read: ${failure.fault}`);
    const stale = this.#options.now() < this.#resize.at + (this.#options.staleSeconds ?? 10);
    const state = stale && this.#before !== undefined ? this.#before : this.#state();
    return { ...state, ...this.shown, readAt: now };
  }

  async modify(command: ModifyCommand): Promise<void> {
    this.calls.modify += 1;
    const failure = this.#takeFailure();
    if (failure?.when === 'before') throw this.#told(failure);
    const { targets } = command;
    if (!isCount(targets.onDemandUnits) || !isCount(targets.spotUnits)) {
      throw new FleetError('refused', `targets were ${JSON.stringify(targets)}, expected whole numbers ≥ 0`);
    }
    this.#before = this.#state();
    this.commands.push(command);
    if (!sameTargets(targets, this.#resize.to)) {
      this.#resize = { at: this.#options.now(), from: this.#present(), to: targets };
    }
    if (failure !== undefined) throw this.#told(failure);
  }

  #told({ fault }: Failure): FleetError {
    return new FleetError(fault, `the fake was told to fail a modify: ${fault}`);
  }

  #takeFailure(): Failure | undefined {
    const [failure] = this.#failures;
    if (failure === undefined) return undefined;
    failure.left -= 1;
    if (failure.left <= 0) this.#failures.shift();
    return failure;
  }

  #isOver(): boolean {
    return this.#options.now() >= this.#resize.at + (this.#options.resizeSeconds ?? 300);
  }

  #present(): Targets {
    return this.#isOver() ? this.#resize.to : this.#resize.from;
  }

  #state(): FleetState {
    const { to } = this.#resize;
    const present = this.#present();
    return {
      readAt: this.#options.now(),
      status: this.#isOver() ? 'running' : 'resizing',
      onDemand: { targetUnits: to.onDemandUnits, provisionedUnits: present.onDemandUnits },
      spot: { targetUnits: to.spotUnits, provisionedUnits: present.spotUnits },
      largestWeightUnits: units(this.#options.largestWeightUnits ?? 1),
    };
  }
}
