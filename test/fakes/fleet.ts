import type { ModifyCommand } from '../../lambdas/core/decision.ts';
import type { ClusterFacts, FleetState, Targets } from '../../lambdas/core/model.ts';
import type { EpochSeconds } from '../../lambdas/core/quantities.ts';
import type { Fleet } from '../../lambdas/ports/fleets.ts';
import { facts } from '../lambdas/core/builders.ts';
import { type FleetLags, ObedientFleet } from '../lambdas/core/drive.ts';

const QUICK: FleetLags = { launchSeconds: 10, growSeconds: 20, shrinkSeconds: 10, staleSeconds: 0 };

/** A fleet that does what it is told, after short lags, and remembers what it was told. */
export class FakeFleet implements Fleet {
  /** Every modify that came through, in order; seconds after noon. */
  readonly modified: { readonly seconds: number; readonly targets: Targets }[] = [];
  readonly world: ObedientFleet;
  #seconds = 0;

  constructor(units: number, lags: Partial<FleetLags> = {}) {
    this.world = new ObedientFleet(units, { ...QUICK, ...lags });
  }

  advance(seconds: number): void {
    this.#seconds = seconds;
    this.world.advance(seconds);
  }

  facts(): ClusterFacts {
    return facts({ minimumWorkerAgeSeconds: 0 });
  }

  async read(now: EpochSeconds): Promise<FleetState> {
    return { ...this.world.read(this.#seconds), readAt: now };
  }

  async modify({ targets }: ModifyCommand): Promise<void> {
    this.modified.push({ seconds: this.#seconds, targets });
    this.world.set(targets.onDemandUnits, targets.spotUnits, this.#seconds);
  }
}
