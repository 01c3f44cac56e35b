/** Joins what a tick found into a decision and the memory for the next tick. */
import type { Action } from './acting.ts';
import type { Decision, Terms, Verdict } from './decision.ts';
import { startTiming, stopTiming } from './lag.ts';
import type { DayPart } from './ledger-record.ts';
import type { CommandMemory, Memory, ShownMemory } from './memory.ts';
import { sameTargets, type Targets, totalUnits } from './model.ts';
import { usdPerHour } from './money.ts';
import type { Reason } from './reasons.ts';
import { recordOf } from './record.ts';
import { riskOf } from './scale-in.ts';
import { spotTimeoutSeconds } from './shortage-probe.ts';
import type { Tick } from './tick.ts';

export interface Decided {
  readonly decision: Decision;
  readonly memory: Memory;
  /** Records of money to be written after memory is saved; repeating is harmless. Absent: none. */
  readonly spent?: readonly DayPart[];
}

export interface Outcome {
  readonly targets: Targets | undefined;
  readonly terms: Terms;
  readonly reasons: readonly Reason[];
  readonly action: Action;
}

const NOTHING: Reason = { code: 'steady', numbers: {} };

const commandOf = ({ inForce, now, view }: Tick, targets: Targets): CommandMemory => {
  const repeats = inForce !== undefined && sameTargets(targets, inForce);
  const grows = inForce === undefined || totalUnits(targets) > totalUnits(inForce);
  const grewAt = grows || repeats ? now : view.command?.grewAt;
  const isQueued = view.fleet?.status === 'resizing' && view.command?.inFlightSince !== undefined;
  return {
    targets,
    at: now,
    ...(inForce === undefined ? {} : { previous: inForce }),
    seen: false,
    inFlightSince: now,
    ...(isQueued ? { queued: true } : {}),
    ...(grewAt === undefined ? {} : { grewAt }),
    askedAgain: repeats ? (view.command?.askedAgain ?? 0) + 1 : 0,
  };
};

/** What memory must hold when a command goes out: intent is written before the call. */
const intend = (tick: Tick, memory: Memory, targets: Targets, verdict: Verdict): Memory => {
  const { coresPerUnit, alwaysOnCores } = tick.policy.capacity;
  const { callableCores, returningCores } = tick.drains;
  // Workers that are called back come at once: they would teach a start lag that no purchase has.
  const ready =
    tick.sample?.readyCores === undefined ? undefined : tick.sample.readyCores + callableCores + returningCores;
  const timed =
    verdict === 'grow' && ready !== undefined
      ? startTiming(memory.lag, tick.now, ready, totalUnits(targets) * coresPerUnit + alwaysOnCores)
      : stopTiming(memory.lag);
  // A probe of spot that is taken back never came: nobody is removed.
  const fewer = totalUnits(targets) < tick.current;
  const risky = verdict === 'shrink' && fewer && tick.mode.mode === 'sparing';
  return {
    ...memory,
    command: commandOf(tick, targets),
    lag: timed,
    ...(risky ? { atRisk: riskOf(tick.sample, memory, tick.now) } : {}),
  };
};

const verdictOf = (before: Targets | undefined, after: Targets | undefined): Verdict => {
  if (before === undefined || after === undefined) return 'steady';
  const change = totalUnits(after) - totalUnits(before);
  if (change === 0) return 'steady';
  return change > 0 ? 'grow' : 'shrink';
};

/** A call carries both targets and both timeouts, always: EMR refuses one without the other. */
const callOf = (tick: Tick, targets: Targets, memory: Memory): NonNullable<Decision['command']> => ({
  targets,
  onDemandTimeoutSeconds: tick.policy.resize.onDemandTimeoutMinutes * 60,
  spotTimeoutSeconds: spotTimeoutSeconds(tick, memory.spot),
});

/** Three decimals; never a negative zero, which JSON does not keep. */
const rounded = (value: number): number => Number(value.toFixed(3)) + 0;

/** What those who watch are shown of this tick. */
const shownOf = ({ sample, observation }: Tick, terms: Terms, inForce: Targets | undefined): ShownMemory => {
  const price = observation.facts.usdPerUnitHour;
  const numbers = {
    ...terms,
    readyCores: sample?.readyCores,
    drainingCores: sample?.drainingCores,
    usdPerHour: inForce === undefined || price === undefined ? undefined : usdPerHour(inForce, price),
  };
  const known = Object.entries(numbers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, rounded(value)] as const],
  );
  return { wantedUnits: terms.wantedUnits, ...Object.fromEntries(known) };
};

/** The decision, how it is recorded, and the memory for the next tick. */
export const conclude = (tick: Tick, memory: Memory, outcome: Outcome): Decided => {
  const { policy, now, inForce, before } = tick;
  const { action, terms } = outcome;
  const sent = action.send ? outcome.targets : undefined;
  const after = policy.mode === 'shadow' ? outcome.targets : (sent ?? inForce);
  const verdict = verdictOf(inForce, after);
  const reasons = outcome.reasons.length === 0 ? [NOTHING] : outcome.reasons;
  const record = recordOf(before, verdict, after, reasons);
  const next = sent === undefined ? memory : intend(tick, memory, sent, verdict);
  return {
    decision: {
      at: now,
      verdict,
      ...(inForce === undefined ? {} : { before: inForce }),
      ...(after === undefined ? {} : { targets: after }),
      terms,
      reasons,
      ...(sent === undefined ? {} : { command: callOf(tick, sent, memory) }),
      needsFleetRead: action.needsFleetRead,
      record: record.kept,
    },
    memory: { ...next, shown: shownOf(tick, terms, sent ?? inForce), record: record.memory },
    ...(tick.due.length === 0 ? {} : { spent: tick.due }),
  };
};
