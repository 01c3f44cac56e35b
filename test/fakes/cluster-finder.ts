import type { FoundEngine } from '../../lambdas/core/model.ts';
import type { ClusterFinder } from '../../lambdas/ports/cluster-finder.ts';
import { FleetError, type FleetFault } from '../../lambdas/ports/fleets.ts';

/** PrestoDB as EMR 7.13 has it, with nothing configured. */
export const foundPresto = (given: Partial<FoundEngine> = {}): FoundEngine => ({
  clusterId: 'j-1',
  release: 'emr-7.13.0',
  engine: 'presto',
  version: '0.287',
  exchangeManager: false,
  unreadable: [],
  ...given,
});

/** Trino as EMR 7.14 has it, with nothing configured. */
export const foundTrino = (given: Partial<FoundEngine> = {}): FoundEngine =>
  foundPresto({ engine: 'trino', release: 'emr-7.14.0', version: '479-amzn-2', ...given });

/** A cluster that says what it is told to say, and counts how often it is asked. */
export class FakeClusterFinder implements ClusterFinder {
  readonly clusterId: string;
  asked = 0;
  /** What it is, or how asking fails. */
  answer: FoundEngine | FleetFault | Error;

  constructor(answer: FoundEngine | FleetFault | Error = foundPresto()) {
    this.answer = answer;
    this.clusterId = typeof answer === 'object' && 'clusterId' in answer ? answer.clusterId : 'j-1';
  }

  async find(): Promise<FoundEngine> {
    this.asked += 1;
    if (typeof this.answer === 'string') throw new FleetError(this.answer, `the fake was told to fail: ${this.answer}`);
    if (this.answer instanceof Error) throw this.answer;
    return this.answer;
  }
}
