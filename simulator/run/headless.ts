/** The main job in virtual time: the real use case `reconcile` scales a simulated cluster under a workload. */
import { reconcile } from '../../lambdas/app/reconcile.ts';
import type { Decision } from '../../lambdas/core/decision.ts';
import { splitOf } from '../../lambdas/core/markets.ts';
import { totalUnits } from '../../lambdas/core/model.ts';
import type { Policy } from '../../lambdas/core/policy/schema.ts';
import { units } from '../../lambdas/core/quantities.ts';
import type { FullRecord } from '../../lambdas/core/record.ts';
import type { Workload } from '../workload/query.ts';
import type { QueryOutcome } from '../world/engine/outcome.ts';
import type { Bill, FleetEvent } from '../world/fleet/fleet.ts';
import type { WorldKnobs } from '../world/knobs.ts';
import { World } from '../world/world.ts';
import { COLLECT_SECONDS } from './exported-sample.ts';
import { SimulatedCluster } from './ports.ts';
import { Tally } from './tally.ts';

/** Default seconds between two ticks. */
export const TICK_SECONDS = 15;
/** A run that is not empty so long after the last arrival is given up: some query can never end. */
const LONGEST_TAIL_SECONDS = 48 * 3600;

export interface RunOptions {
  readonly workload: Workload;
  readonly policy: Policy;
  readonly knobs: WorldKnobs;
  readonly seed: number;
  /** Arrivals end here; the run goes on until it is empty. */
  readonly untilSeconds: number;
  readonly tickSeconds?: number;
  /** A run that is not empty so long after `untilSeconds` is given up; default two days. */
  readonly longestTailSeconds?: number;
  /** Told of everything that happens to the fleet, before the next decision. */
  onFleetEvent?(event: FleetEvent): void;
  onProgress?(progress: Progress): void;
  onDecision?(decision: Decision, record: FullRecord | undefined): void;
}

export interface Progress {
  readonly atSeconds: number;
  readonly ended: number;
  readonly live: number;
  readonly targetUnits: number;
  readonly readyCores: number;
}

/** One change of the target, for reports. */
export interface TargetStep {
  readonly atSeconds: number;
  readonly units: number;
}

export interface RunResult {
  readonly endSeconds: number;
  /** Whether every query ended. */
  readonly empty: boolean;
  readonly tally: Tally;
  readonly bill: Bill;
  readonly targets: readonly TargetStep[];
  readonly resizes: { readonly grow: number; readonly shrink: number };
  readonly starts: number;
  readonly calls: Readonly<Record<string, number>>;
  /** How often each reason was given. */
  readonly reasons: Readonly<Record<string, number>>;
  readonly events: readonly FleetEvent[];
}

/** What is counted of the decisions of a run. */
class DecisionCount {
  readonly reasons: Record<string, number> = {};
  readonly targets: TargetStep[] = [];
  readonly resizes = { grow: 0, shrink: 0 };

  add(decision: Decision, atSeconds: number): void {
    for (const { code } of decision.reasons) this.reasons[code] = (this.reasons[code] ?? 0) + 1;
    if (decision.command === undefined) return;
    this.targets.push({ atSeconds, units: totalUnits(decision.command.targets) });
    if (decision.verdict !== 'steady') this.resizes[decision.verdict] += 1;
  }
}

const startsOf = (world: World): number => world.fleet.instances().filter((instance) => instance.launchedAt > 0).length;

/** What scales the cluster: moves the world on, and runs the ticks that are due. */
export interface Loop {
  /** Called with 0 first, then with every tick's time in order. */
  step(atSeconds: number): Promise<void>;
  /** Told of everything that happens to the fleet, as `route` would be. */
  notice(event: FleetEvent): void;
  /** EMR calls by operation. */
  readonly calls: Readonly<Record<string, number>>;
  close(): Promise<void>;
}

export type DecisionListener = (decision: Decision, record: FullRecord | undefined) => void;

/** Makes the loop of a run. The world does not exist yet when it is called, only when its methods are. */
export type StartLoop = (world: () => World, options: RunOptions, onDecision: DecisionListener) => Promise<Loop>;

/** The use case `reconcile` over ports that a world plays in this process. */
const startInProcess: StartLoop = async (world, { knobs, policy }, onDecision) => {
  const cluster = new SimulatedCluster(world, knobs, policy);
  return {
    step: async (atSeconds) => {
      const from = world().now;
      for (let at = from + COLLECT_SECONDS; at < atSeconds; at += COLLECT_SECONDS) {
        world().advanceTo(at);
        cluster.collect();
      }
      world().advanceTo(atSeconds);
      cluster.collect();
      const reconciled = await reconcile(cluster.ports);
      if (reconciled.kind !== 'decided') throw new Error(`a tick alone in its world was ${reconciled.kind}`);
      onDecision(reconciled.decided.decision, reconciled.record);
    },
    notice: (event) => cluster.notice(event),
    calls: cluster.calls,
    close: async () => {},
  };
};

/** A world for a run, at its beginning: the policy's minimum is ready. */
export const worldFor = (
  options: RunOptions,
  tally: Tally,
  onFleetEvent: (event: FleetEvent) => void,
  onQueryEnd: (outcome: QueryOutcome) => void = () => {},
): World => {
  const { workload, policy, knobs, seed } = options;
  return new World(knobs, workload, seed, splitOf(units(policy.capacity.minimumUnits), policy), {
    onQueryEnd: (outcome) => {
      tally.add(outcome);
      onQueryEnd(outcome);
    },
    onFleetEvent,
  });
};

interface Running {
  readonly world: World;
  readonly tally: Tally;
  readonly count: DecisionCount;
  readonly events: readonly FleetEvent[];
  readonly initialUnits: number;
}

const progressOf = ({ world, tally, count, initialUnits }: Running, atSeconds: number): Progress => ({
  atSeconds,
  ended: tally.ended,
  live: world.engine.live,
  targetUnits: count.targets.at(-1)?.units ?? initialUnits,
  readyCores: world.engine.sample().readyCores,
});

const resultOf = ({ world, tally, count, events, initialUnits }: Running, calls: Loop['calls']): RunResult => ({
  endSeconds: world.now,
  empty: world.finished,
  tally,
  bill: world.fleet.bill(world.now),
  targets: [{ atSeconds: 0, units: initialUnits }, ...count.targets],
  resizes: count.resizes,
  starts: startsOf(world),
  calls,
  reasons: count.reasons,
  events,
});

/**
 * Runs a workload to its end. The same options give the same result.
 * @param start what scales the cluster; by default the use case in this process
 */
export const runHeadless = async (options: RunOptions, start: StartLoop = startInProcess): Promise<RunResult> => {
  const { policy, untilSeconds } = options;
  const tickSeconds = options.tickSeconds ?? TICK_SECONDS;
  const longestTailSeconds = options.longestTailSeconds ?? LONGEST_TAIL_SECONDS;
  const tally = new Tally(policy.capacity.maximumUnits * policy.capacity.coresPerUnit);
  const count = new DecisionCount();
  const events: FleetEvent[] = [];
  const loop = await start(
    () => world,
    options,
    (decision, record) => {
      count.add(decision, world.now);
      options.onDecision?.(decision, record);
    },
  );
  const world: World = worldFor(options, tally, (event) => {
    events.push(event);
    loop.notice(event);
    options.onFleetEvent?.(event);
  });
  const running: Running = { world, tally, count, events, initialUnits: policy.capacity.minimumUnits };
  try {
    for (let at = 0; at <= untilSeconds + longestTailSeconds; at += tickSeconds) {
      if (at > untilSeconds && world.finished) break;
      await loop.step(at);
      options.onProgress?.(progressOf(running, at));
    }
    return resultOf(running, loop.calls);
  } finally {
    await loop.close();
  }
};
