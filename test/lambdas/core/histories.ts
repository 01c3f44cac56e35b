/** Random histories of a cluster in which anything may happen: for properties that must hold whatever happens. */
import fc from 'fast-check';
import { type Decided, decide } from '../../../lambdas/core/decide.ts';
import { wantsFleetRead } from '../../../lambdas/core/fleet-view.ts';
import { emptyMemory, type Memory } from '../../../lambdas/core/memory.ts';
import type {
  ClusterFacts,
  FleetState,
  FleetStatus,
  Hold,
  Observation,
  WorkloadSample,
} from '../../../lambdas/core/model.ts';
import type { Policy } from '../../../lambdas/core/policy/schema.ts';
import type { EpochSeconds } from '../../../lambdas/core/quantities.ts';
import {
  alarmIs,
  at,
  deepFreeze,
  facts,
  fleet,
  hold,
  loss,
  policyOf,
  queryClass,
  sample,
  without,
} from './builders.ts';

export interface Lived extends Decided {
  readonly now: EpochSeconds;
  readonly observation: Observation;
  readonly policy: Policy;
  readonly before: Memory;
}

const ALARMS = [
  { name: 'up', direction: 'up', stepUnits: 3, holdSeconds: 60 },
  { name: 'down', direction: 'down', stepUnits: 5, holdSeconds: 60 },
] as const;

export const policies: fc.Arbitrary<Policy> = fc
  .record({
    capacity: fc.record({
      minimumUnits: fc.constantFrom(0, 4),
      maximumUnits: fc.constantFrom(20, 60),
      alwaysOnCores: fc.constantFrom(0, 64),
    }),
    signal: fc.record({ source: fc.constantFrom('sample' as const, 'sample' as const, 'alarms' as const) }),
    scaleIn: fc.record({
      mode: fc.constantFrom('auto' as const, 'drained' as const, 'retried' as const, 'sparing' as const),
      holdSeconds: fc.constantFrom(0, 300, 900),
      lostQueriesPerDay: fc.constantFrom(0, 20),
      smallestStepShare: fc.constantFrom(0, 0.05),
    }),
    markets: fc.record({
      onDemandBaseUnits: fc.constantFrom(0, 3),
      onDemandShare: fc.constantFrom(0, 0.3, 1),
      fallbackMaximumUnits: fc.constantFrom(0, 20),
      fallbackAfterSeconds: fc.constantFrom(600, 900),
    }),
    resize: fc.record({
      smallestGrowthShare: fc.constantFrom(0, 0.25),
      respectForeignSeconds: fc.constantFrom(0, 600),
    }),
    budget: fc.constantFrom({}, {}, { usdPerHour: 12 }, { usdPerHour: 25, usdPerDay: 40 }),
    schedules: fc.constantFrom(
      [],
      [{ name: 'noon', cron: '30 12 * * *', durationMinutes: 30, units: 15, timeZone: 'Europe/Berlin' }],
    ),
    mode: fc.constantFrom('act' as const, 'act' as const, 'act' as const, 'shadow' as const),
  })
  .map((wishes) => policyOf({ demand: { queriesPerUnit: 1 }, ...wishes, alarms: [...ALARMS] }));

const clusterFacts: fc.Arbitrary<ClusterFacts> = fc
  .record({
    minimumWorkerAgeSeconds: fc.constantFrom(0, 600),
    reversibleDrain: fc.boolean(),
    retriesTasks: fc.boolean(),
    drainGraceSeconds: fc.constantFrom(0, 1200),
  })
  .chain((given) => fc.constantFrom(facts({ ...given, usdPerUnitHour: { onDemand: 1, spot: 0.4 } }), facts(given)));

/** The fields that may be missing from a sample. */
export const FIELDS = Object.keys(sample({ cpuSecondsTotal: 0, reservedMemoryBytes: 0, totalMemoryBytes: 0 })).filter(
  (name) => name !== 'takenAt',
) as Exclude<keyof WorkloadSample, 'takenAt'>[];

/** A stretch of ticks under the same circumstances. */
const stretch = fc.record({
  ticks: fc.integer({ min: 1, max: 40 }),
  wait: fc.constantFrom(1, 15, 15, 15, 15, 30, 60, 121, 900),
  jump: fc.constantFrom(0, 0, 0, 3600, -20),
  queries: fc.integer({ min: 0, max: 90 }),
  queued: fc.constantFrom(0, 0, 5, 200),
  busy: fc.double({ min: 0, max: 1, noNaN: true }),
  work: fc.constantFrom(1, 60, 3000, 200_000),
  oldest: fc.constantFrom(5, 5, 5, 4000),
  reserved: fc.constantFrom(0, 0.3, 0.9),
  required: fc.constantFrom(0, 0, 0, 12, 500),
  sampleAge: fc.constantFrom(0, 0, 0, 0, 60, 95, -31),
  hasSample: fc.constantFrom(true, true, true, true, false),
  hasClasses: fc.boolean(),
  classes: fc.constantFrom(1, 1, 3, 16),
  lacks: fc.constantFrom<(typeof FIELDS)[number][]>([], [], [], [], ...FIELDS.map((field) => [field])),
  restarts: fc.constantFrom(false, false, false, true),
  reads: fc.constantFrom('wanted' as const, 'wanted' as const, 'always' as const, 'never' as const),
  shows: fc.constantFrom('told' as const, 'told' as const, 'told' as const, 'old' as const, 'foreign' as const),
  foreign: fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 80 })),
  missing: fc.constantFrom(0, 0, 0, 4, 12),
  surplus: fc.constantFrom(0, 0, 2),
  unseen: fc.constantFrom(0, 0, 0, 3),
  status: fc.constantFrom<FleetStatus>(
    'running',
    'running',
    'running',
    'running',
    'resizing',
    'suspended',
    'terminating',
  ),
  weight: fc.constantFrom(1, 1, 4),
  hold: fc.constantFrom<Hold | undefined>(
    undefined,
    undefined,
    hold({ units: 18, until: at(90_000) }),
    hold({ kind: 'extra', units: 7, until: at(90_000) }),
    hold({ kind: 'extra', units: 500, until: at(5000) }),
  ),
  up: fc.constantFrom('OK' as const, 'OK' as const, 'OK' as const, 'ALARM' as const, 'INSUFFICIENT_DATA' as const),
  down: fc.constantFrom('OK' as const, 'ALARM' as const),
  lost: fc.constantFrom(0, 0, 0, 6),
});

type Stretch = typeof stretch extends fc.Arbitrary<infer Value> ? Value : never;

/** A stretch in which nothing speaks against a shrink: without many of these a history holds none. */
const calm: fc.Arbitrary<Stretch> = fc
  .tuple(stretch, fc.integer({ min: 0, max: 20 }), fc.constantFrom(30, 60), fc.constantFrom(0, 0, 4))
  .map(([any, queries, wait, missing]) => ({
    ...any,
    ticks: 35,
    wait,
    jump: 0,
    queries,
    queued: 0,
    busy: 0.1,
    oldest: 5,
    reserved: 0,
    required: 0,
    sampleAge: 0,
    hasSample: true,
    lacks: [],
    restarts: false,
    reads: 'wanted',
    shows: 'told',
    missing,
    surplus: 0,
    unseen: 0,
    status: 'running',
    hold: undefined,
    up: 'OK',
    lost: 0,
  }));

export interface History {
  readonly policy: Policy;
  readonly facts: ClusterFacts;
  readonly stretches: readonly Stretch[];
}

const historiesOf = (minLength: number, maxLength: number): fc.Arbitrary<History> =>
  fc.record({
    policy: policies,
    facts: clusterFacts,
    stretches: fc.array(fc.oneof(stretch, calm), { minLength, maxLength, size: 'max' }),
  });

export const histories = historiesOf(1, 10);
/** About two thousand ticks. */
export const longHistories = historiesOf(100, 100);

/** The world behind a history: counters go on from stretch to stretch. */
class World {
  seconds = 0;
  cpuSeconds = 1000;
  finished = 10;
  finishedCpuSeconds = 600;
  memory: Memory = emptyMemory();
  told = { onDemand: 0, spot: 10 };
  old = { onDemand: 0, spot: 10 };

  readFleet(now: Stretch): FleetState {
    const [onDemand, spot] = now.foreign;
    const shown = now.shows === 'foreign' ? { onDemand, spot } : now.shows === 'old' ? this.old : this.told;
    return fleet({
      readAt: at(this.seconds),
      status: now.status,
      ...shown,
      provisionedOnDemand: shown.onDemand,
      provisionedSpot: Math.max(0, shown.spot - now.missing + now.surplus),
      largestWeight: now.weight,
    });
  }

  sample(now: Stretch, policy: Policy): WorkloadSample | undefined {
    if (!now.hasSample) return undefined;
    const { queries, queued } = now;
    const { coresPerUnit, alwaysOnCores } = policy.capacity;
    const units = Math.max(0, this.told.onDemand + this.told.spot - now.missing - now.unseen);
    const live = queries + queued;
    const readyCores = units * coresPerUnit + alwaysOnCores;
    const seen = sample({
      takenAt: at(this.seconds - now.sampleAge),
      runningQueries: queries,
      queuedQueries: queued,
      oldestRunningSeconds: now.oldest,
      requiredWorkers: now.required,
      waitingForWorkersQueries: now.required > 0 ? 1 : 0,
      readyWorkers: units + 1,
      readyCores,
      reservedMemoryBytes: now.reserved * readyCores * 1e9,
      totalMemoryBytes: readyCores * 1e9,
      ...(now.hasClasses ? { cpuSecondsTotal: this.cpuSeconds } : {}),
      ...(now.hasClasses
        ? {
            classes: Array.from({ length: now.classes }, (_, index) =>
              queryClass({
                name: `superset-dashboards|analyst-${index}|global.interactive`,
                live,
                parallelismCores: live * 8,
                cpuSecondsUsed: live * 2.7,
                finishedQueries: this.finished + index,
                finishedCpuSeconds: this.finishedCpuSeconds + index / 3,
              }),
            ),
          }
        : {}),
    });
    return without(seen, ...now.lacks) as WorkloadSample;
  }

  pass(now: Stretch, first: boolean): void {
    const passed = now.wait + (first ? now.jump : 0);
    this.seconds += passed;
    const restarts = first && now.restarts;
    const served = now.busy * 16 * (this.told.onDemand + this.told.spot) * Math.max(0, passed);
    const finished = Math.round(served / now.work);
    this.cpuSeconds = restarts ? 5 : this.cpuSeconds + served;
    this.finished = restarts ? 0 : this.finished + finished;
    this.finishedCpuSeconds = restarts ? 0 : this.finishedCpuSeconds + finished * now.work;
  }
}

const observe = (world: World, now: Stretch, history: History): Observation => {
  const seen = world.sample(now, history.policy);
  const lost = now.lost === 0 ? [] : [loss(now.lost, world.seconds - 30)];
  const wanted = wantsFleetRead(world.memory, history.policy, seen, lost[0]?.at, at(world.seconds));
  const reads = now.reads === 'always' || (now.reads === 'wanted' && wanted);
  return {
    ...(seen === undefined ? {} : { sample: seen }),
    ...(reads ? { fleet: world.readFleet(now) } : {}),
    facts: history.facts,
    holds: now.hold === undefined ? [] : [now.hold],
    alarms: [alarmIs('up', now.up), alarmIs('down', now.down)],
    losses: lost,
  };
};

/** Lives through a history. Inputs are frozen: a core that writes to them throws. */
export const live = (history: History): Lived[] => {
  const world = new World();
  const lived: Lived[] = [];
  deepFreeze(history.policy);
  for (const now of history.stretches) {
    for (let tick = 0; tick < now.ticks; tick += 1) {
      world.pass(now, tick === 0);
      const time = at(world.seconds);
      const before = deepFreeze(world.memory);
      let observation = deepFreeze(observe(world, now, history));
      let decided = decide(observation, history.policy, before, time);
      if (decided.decision.needsFleetRead && observation.fleet === undefined && now.reads !== 'never') {
        observation = deepFreeze({ ...observation, fleet: world.readFleet(now) });
        decided = decide(observation, history.policy, before, time);
      }
      world.memory = decided.memory;
      lived.push({ ...decided, now: time, observation, policy: history.policy, before });
      const targets = decided.decision.command?.targets;
      if (targets !== undefined) {
        world.old = world.told;
        world.told = { onDemand: targets.onDemandUnits, spot: targets.spotUnits };
      }
      if (now.shows === 'foreign' && observation.fleet !== undefined) {
        world.told = { onDemand: now.foreign[0], spot: now.foreign[1] };
      }
    }
  }
  return lived;
};
