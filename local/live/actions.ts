/** What the buttons of the page do to the fleet, to its queries and to the loop. */
import type { ConsoleAction } from '../../console/protocol.ts';
import type { Policy } from '../../lambdas/core/policy/schema.ts';
import type { Fleet } from '../../simulator/world/fleet/fleet.ts';
import { CLUSTER, type LocalSystem } from '../system.ts';
import type { Recorder } from '../watch/recorder.ts';
import { largestPool as largestPoolOf } from './fleet-now.ts';
import type { Telling } from './telling.ts';

const HOLD_KEY = 'page';

export interface Stage {
  readonly fleet: Pick<Fleet, 'takeSpotAway' | 'giveSpotBack' | 'instances' | 'spotPools'>;
  readonly system: Pick<LocalSystem, 'send' | 'time'> & { readonly inbox: Pick<LocalSystem['inbox'], 'putPolicy'> };
  readonly recorder: Recorder;
  readonly telling: Pick<Telling, 'market'>;
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

/** Where one pool after another was taken, all spot may be gone in the end. */
const isSpotGone = ({ fleet }: Stage): boolean => fleet.spotPools().every(({ gone }) => gone);

const spot: Doer<'spot'> = async ({ gone }, stage) => {
  const { fleet, recorder, telling } = stage;
  if (!gone && fleet.spotPools().every((pool) => !pool.gone)) throw new Error('no spot is gone');
  if (gone) telling.market('taken', 'All spot is taken away; none can be had.');
  else telling.market('given', 'Spot can be had again.');
  if (gone) fleet.takeSpotAway();
  else fleet.giveSpotBack();
  recorder.setControls({ spotGone: isSpotGone(stage) });
};

const largestPool: Doer<'largestPool'> = async (_, stage) => {
  const { fleet, recorder, telling } = stage;
  const instanceType = largestPoolOf(fleet);
  if (instanceType === undefined) throw new Error('no pool holds any spot that could be taken away');
  telling.market('taken', `The largest pool, ${instanceType}, is taken away; no spot can be had of it.`);
  fleet.takeSpotAway([instanceType]);
  recorder.setControls({ spotGone: isSpotGone(stage) });
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
  largestPool,
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
