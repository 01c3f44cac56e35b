/** What the buttons of the page do to the fleet, to its queries and to the loop. */
import type { ConsoleAction } from '../../console/protocol.ts';
import type { Policy } from '../../lambdas/core/policy/schema.ts';
import type { Fleet } from '../../simulator/world/fleet/fleet.ts';
import { CLUSTER, type LocalSystem } from '../system.ts';
import type { Recorder } from '../watch/recorder.ts';

const HOLD_KEY = 'page';

export interface Stage {
  readonly fleet: Pick<Fleet, 'takeSpotAway' | 'giveSpotBack'>;
  readonly system: Pick<LocalSystem, 'send' | 'time'> & { readonly inbox: Pick<LocalSystem['inbox'], 'putPolicy'> };
  readonly recorder: Recorder;
  readonly policy: Policy;
  /** Time of the run, epoch seconds. */
  readonly now: () => number;
  /**
   * Submits so many queries.
   * @returns what they are, as the end of a sentence
   * @throws Error with a sentence for people when they are too many
   */
  readonly burst: (queries: number) => string;
}

type Doer<Name extends ConsoleAction['action']> = (
  action: Extract<ConsoleAction, { action: Name }>,
  stage: Stage,
) => Promise<void>;

const told = ({ recorder, now }: Stage, kind: string, text: string): void => {
  recorder.addEvent({ at: now(), kind, severity: 'info', text });
};

const burst: Doer<'burst'> = async ({ queries }, stage) => {
  told(stage, 'burst', `A burst of ${queries} queries arrived: ${stage.burst(queries)}.`);
};

const spot: Doer<'spot'> = async ({ gone }, stage) => {
  if (gone) stage.fleet.takeSpotAway();
  else stage.fleet.giveSpotBack();
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
