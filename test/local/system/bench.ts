/** A small world scaled by a LocalSystem, stepped through virtual time, with an account of every tick. */
import type { Reconciled } from '../../../lambdas/app/reconcile.ts';
import type { Decision } from '../../../lambdas/core/decision.ts';
import { parsePolicy } from '../../../lambdas/core/policy/parse.ts';
import type { Policy, PolicyInput } from '../../../lambdas/core/policy/schema.ts';
import { LocalSystem } from '../../../local/system.ts';
import type { LocalOptions } from '../../../local/system-options.ts';
import { worldFor } from '../../../simulator/run/headless.ts';
import { Invariants } from '../../../simulator/run/invariants.ts';
import { Tally } from '../../../simulator/run/tally.ts';
import { completeQuery, workloadDefaults } from '../../../simulator/workload/defaults.ts';
import type { Query } from '../../../simulator/workload/query.ts';
import { DEFAULT_KNOBS, type WorldKnobs } from '../../../simulator/world/knobs.ts';
import type { World } from '../../../simulator/world/world.ts';

export const SLOT_SECONDS = 15;
const SEED = 11;

/** Workers start, and may go, within a minute, so that half an hour shows growth and shrinking twice. */
export const QUICK_KNOBS: WorldKnobs = {
  engine: { ...DEFAULT_KNOBS.engine, drainOverheadSeconds: 5 },
  fleet: { ...DEFAULT_KNOBS.fleet, startLagMedianSeconds: 20, startLagP95Seconds: 30, minimumAgeSeconds: 30 },
};

export const QUICK_POLICY: PolicyInput = {
  capacity: { minimumUnits: 4, maximumUnits: 60 },
  scaleIn: { holdSeconds: 180 },
};

/** Rows `arrivalSeconds,queries,cpuSeconds`, one a line. */
export const queriesOf = (csv: string): readonly Query[] =>
  csv
    .trim()
    .split('\n')
    .map((line) => line.split(',').map(Number) as [number, number, number])
    .flatMap(([arrivalSeconds, count, cpuSeconds], row) =>
      Array.from({ length: count }, (_, index) => ({
        id: `${row}/${index}`,
        arrivalSeconds,
        cpuSeconds,
        memoryBytes: 0,
        user: 'ann',
        source: cpuSeconds > 1000 ? 'burst' : 'steady',
      })),
    )
    .sort((a, b) => a.arrivalSeconds - b.arrivalSeconds)
    .map((query) => completeQuery(query, workloadDefaults(SEED)));

/** What one tick, or a handler that failed, came to. */
export interface Tick {
  readonly at: number;
  readonly end: Reconciled['kind'] | 'failed';
  readonly decision?: Decision;
  readonly what?: string;
  readonly error?: Error;
  /** ModifyInstanceFleet requests since the tick before. */
  readonly modifyCalls: number;
  /** EMR requests since the tick before. */
  readonly emrCalls: number;
  /** Of the fleet, whatever the product believes. */
  readonly targetUnits: number;
}

/** A modify that took effect. */
export interface Applied {
  readonly at: number;
  readonly units: number;
}

export interface BenchOptions {
  readonly queries: readonly Query[];
  readonly sample?: LocalOptions['sample'];
  readonly collectSeconds?: number;
  readonly policy?: PolicyInput;
  readonly knobs?: WorldKnobs;
  /** Called before the first dispatch and the first tick. */
  readonly prepare?: (system: LocalSystem) => void;
}

const parsed = (input: PolicyInput): Policy => {
  const { policy } = parsePolicy(input);
  if (policy === undefined) throw new Error('a policy of a test is broken');
  return policy;
};

export class Bench {
  readonly system: LocalSystem;
  readonly world: World;
  readonly ticks: Tick[];
  readonly applied: readonly Applied[];
  readonly invariants: Invariants;

  private constructor(system: LocalSystem, world: World, ticks: Tick[], applied: Applied[], invariants: Invariants) {
    this.system = system;
    this.world = world;
    this.ticks = ticks;
    this.applied = applied;
    this.invariants = invariants;
  }

  static async start(options: BenchOptions): Promise<Bench> {
    const knobs = options.knobs ?? QUICK_KNOBS;
    const input = options.policy ?? QUICK_POLICY;
    const policy = parsed(input);
    const workload = { name: 'bench', queries: options.queries };
    const { maximumUnits, coresPerUnit } = policy.capacity;
    const run = { workload, policy, knobs, seed: SEED, untilSeconds: 0 };
    const applied: Applied[] = [];
    const ticks: Tick[] = [];
    const invariants = new Invariants(policy);
    let modifiesBefore = 0;
    let callsBefore = 0;
    const add = (tick: Pick<Tick, 'end' | 'decision' | 'what' | 'error'>): void => {
      const { ModifyInstanceFleet: modifies, ListInstanceFleets: lists } = system.emr.calls;
      const { onDemand, spot } = world.fleet.read();
      ticks.push({
        at: world.now,
        ...tick,
        modifyCalls: modifies - modifiesBefore,
        emrCalls: modifies + lists - callsBefore,
        targetUnits: applied.at(-1)?.units ?? onDemand.targetUnits + spot.targetUnits,
      });
      modifiesBefore = modifies;
      callsBefore = modifies + lists;
    };
    const system = await LocalSystem.start({
      world: () => world,
      knobs,
      policy: input,
      seed: SEED,
      sample: options.sample ?? 'scrape',
      collectSeconds: options.collectSeconds ?? SLOT_SECONDS,
      slotSeconds: SLOT_SECONDS,
      onTick: (result) => {
        if (result.kind !== 'decided') return add({ end: result.kind });
        invariants.check(result.decided.decision, result.record);
        add({ end: 'decided', decision: result.decided.decision });
      },
      onFailure: (what, error) => add({ end: 'failed', what, error }),
    });
    const tally = new Tally(maximumUnits * coresPerUnit);
    const world: World = worldFor(run, tally, (event) => system.noticeFleetEvent(event));
    const modify = world.fleet.modify.bind(world.fleet);
    world.fleet.modify = (request) => {
      modify(request);
      applied.push({ at: world.now, units: request.onDemandUnits + request.spotUnits });
    };
    const bench = new Bench(system, world, ticks, applied, invariants);
    options.prepare?.(system);
    await system.begin();
    return bench;
  }

  /** Runs up to and including a virtual second. */
  to(seconds: number): Promise<void> {
    return this.system.advanceTo(seconds);
  }

  /** Ticks and failures after one moment, up to and including another. */
  between(from: number, to: number): readonly Tick[] {
    return this.ticks.filter((tick) => tick.at > from && tick.at <= to);
  }

  close(): Promise<void> {
    return this.system.close();
  }
}
