/**
 * Spot instances taken back: recommendation (if any), notice, gone. EMR does not drain on the notice (emr.md §1.7).
 * Which instances of a pool a reclaim takes, and when within three minutes, is drawn from (seed, instance, reclaim).
 */
import { uniform } from '../../random.ts';
import type { SpotOutage } from '../knobs.ts';
import type { FleetContext } from './context.ts';
import { eventFields, type Instance } from './instance.ts';
import type { Lifecycle } from './lifecycle.ts';
import { covers, type MarketListener } from './market.ts';
import type { PoolOutage } from './pool-outages.ts';

/** All notices of one reclaim are given within this. */
export const RECLAIM_SPREAD_SECONDS = 180;

export class Interruptions implements MarketListener {
  readonly #context: FleetContext;
  readonly #lifecycle: Lifecycle;

  constructor(context: FleetContext, lifecycle: Lifecycle) {
    this.#context = context;
    this.#lifecycle = lifecycle;
  }

  reclaimForetold(outage: PoolOutage): void {
    const { agenda, knobs } = this.#context;
    const lead = knobs.rebalanceLeadSeconds ?? 0;
    for (const instance of this.#taken(outage))
      agenda.at(outage.startSeconds + this.#delay(instance, outage) - lead, () => this.#recommend(instance));
  }

  reclaimed(outage: PoolOutage): void {
    for (const instance of this.#taken(outage))
      this.#context.agenda.after(this.#delay(instance, outage), () => this.#notice(instance));
  }

  outageForetold(outage: SpotOutage): void {
    for (const instance of this.#inOutage(outage)) this.#recommend(instance);
  }

  outageBegan(outage: SpotOutage): void {
    for (const instance of this.#inOutage(outage)) this.#notice(instance);
  }

  #taken({ pool, name }: PoolOutage): readonly Instance[] {
    const { knobs, roster, seed } = this.#context;
    return [...roster.live('spot')].filter(
      ({ id, pool: { instanceType } }) =>
        instanceType === pool.instanceType && uniform(seed, id, name) < knobs.poolReclaimShare,
    );
  }

  #delay({ id }: Instance, { name }: PoolOutage): number {
    return RECLAIM_SPREAD_SECONDS * uniform(this.#context.seed, id, `${name} delay`);
  }

  #inOutage(outage: SpotOutage): readonly Instance[] {
    return [...this.#context.roster.live('spot')].filter(({ pool }) => covers(outage, pool.instanceType));
  }

  #recommend(instance: Instance): void {
    if (instance.state === 'terminated' || instance.goneAt !== undefined) return;
    const { agenda, emit, knobs, seed } = this.#context;
    if (uniform(seed, instance.id, 'foretold') >= knobs.rebalanceShare) return;
    emit({ kind: 'rebalanceRecommendation', at: agenda.now, ...eventFields(instance) });
  }

  #notice(instance: Instance): void {
    if (instance.state === 'terminated' || instance.goneAt !== undefined) return;
    const { agenda, emit, knobs, seed } = this.#context;
    const isWarned = uniform(seed, instance.id, 'noticed') < knobs.noticeShare;
    const warning = isWarned ? knobs.interruptionNoticeSeconds : 0;
    const goneAt = agenda.now + warning;
    instance.goneAt = goneAt;
    if (warning > 0) emit({ kind: 'interruptionNotice', at: agenda.now, ...eventFields(instance), goneAt });
    instance.departure = agenda.at(goneAt, () => this.#lifecycle.terminate(instance, 'interrupted'));
  }
}
