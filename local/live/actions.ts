/** What the buttons of the page do to the world and to the loop. */
import type { ConsoleAction } from '../../console/protocol.ts';
import type { Policy } from '../../lambdas/core/policy/schema.ts';
import { completeQuery, workloadDefaults } from '../../simulator/workload/defaults.ts';
import type { Query } from '../../simulator/workload/query.ts';
import type { World } from '../../simulator/world/world.ts';
import { CLUSTER, type LocalSystem } from '../system.ts';
import type { Recorder } from '../watch/recorder.ts';

const HOLD_KEY = 'page';
/** Work of one query of a burst: 40 of them keep 100 workers busy for a minute. */
const BURST_CPU_SECONDS = 2500;

export interface Stage {
  readonly world: World;
  readonly system: LocalSystem;
  readonly recorder: Recorder;
  readonly policy: Policy;
  readonly seed: number;
  /** Virtual time, epoch seconds. */
  readonly now: () => number;
}

type Doer<Name extends ConsoleAction['action']> = (
  action: Extract<ConsoleAction, { action: Name }>,
  stage: Stage,
) => Promise<void>;

const told = ({ recorder, now }: Stage, kind: string, text: string): void => {
  recorder.addEvent({ at: now(), kind, severity: 'info', text });
};

const burstQuery = ({ world, seed }: Stage, index: number): Query =>
  completeQuery(
    {
      id: `burst-${world.now}-${index}`,
      arrivalSeconds: world.now,
      cpuSeconds: BURST_CPU_SECONDS,
      memoryBytes: 0,
      user: 'you',
      source: 'page',
    },
    workloadDefaults(seed),
  );

const burst: Doer<'burst'> = async ({ queries }, stage) => {
  stage.world.inject(Array.from({ length: queries }, (_, index) => burstQuery(stage, index)));
  told(stage, 'burst', `A burst of ${queries} queries of ${BURST_CPU_SECONDS} core-seconds arrived.`);
};

const spot: Doer<'spot'> = async ({ gone }, stage) => {
  if (gone) stage.world.fleet.takeSpotAway();
  else stage.world.fleet.giveSpotBack();
  stage.recorder.setControls({ spotGone: gone });
  told(stage, 'spot', gone ? 'All spot is taken away; none can be had.' : 'Spot can be had again.');
};

const pause: Doer<'pause'> = async ({ paused }, stage) => {
  const { system, policy } = stage;
  await system.inbox.putPolicy(CLUSTER, { ...policy, mode: paused ? 'paused' : policy.mode }, 'page', system.time);
  stage.recorder.setControls({ paused });
  told(stage, 'pause', paused ? 'The policy is paused.' : 'The policy acts again.');
};

const hold: Doer<'hold'> = async ({ units, minutes }, stage) => {
  const until = stage.now() + 60 * minutes;
  const detail = {
    cluster: CLUSTER,
    key: HOLD_KEY,
    kind: 'total',
    units,
    until,
    owner: 'you',
    reason: 'asked for on the page',
  };
  await stage.system.send('Prestoscale Hold Requested', detail);
  stage.recorder.setControls({ hold: { units, until } });
  told(stage, 'hold', `A hold of ${units} units for ${minutes} minutes.`);
};

const releaseHold: Doer<'releaseHold'> = async (_, stage) => {
  await stage.system.send('Prestoscale Hold Released', { cluster: CLUSTER, key: HOLD_KEY });
  stage.recorder.setControls({ hold: null });
  told(stage, 'hold', 'The hold is released.');
};

const speed: Doer<'speed'> = async (action, { recorder }) => {
  const { speeds } = recorder.controls;
  if (!speeds.includes(action.speed))
    throw new Error(`the speed must be one of ${speeds.join(', ')}; given ${action.speed}`);
  recorder.setControls({ speed: action.speed });
};

const doers: { readonly [Name in ConsoleAction['action']]: Doer<Name> } = {
  burst,
  spot,
  pause,
  hold,
  releaseHold,
  speed,
};

/**
 * Does one action.
 * @throws Error with a sentence for people when it is refused
 */
export const perform = async (action: ConsoleAction, stage: Stage): Promise<void> => {
  const doer = doers[action.action] as (action: ConsoleAction, stage: Stage) => Promise<void>;
  await doer(action, stage);
};
