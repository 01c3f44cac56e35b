/** What no storm may bring about, checked on every decision against what truly happened to the fleet. */
import type { Decision } from '../../lambdas/core/decision.ts';
import { splitOf } from '../../lambdas/core/markets.ts';
import { type Targets, totalUnits } from '../../lambdas/core/model.ts';
import { usdPerHour } from '../../lambdas/core/money.ts';
import type { Policy } from '../../lambdas/core/policy/schema.ts';
import { units } from '../../lambdas/core/quantities.ts';
import { knownFactsOf } from '../run/ports.ts';
import type { FleetEvent } from '../world/fleet/fleet.ts';
import type { WorldKnobs } from '../world/knobs.ts';
import { Purchases } from './purchases.ts';
import { secondsOf } from './watched-run.ts';

/** Nothing shrinks while more than this share of the capacity was lost in ten minutes. */
const STORM_SHARE = 0.05;
const STORM_SECONDS = 600;

export interface Broken {
  readonly atSeconds: number;
  readonly rule: string;
  readonly detail: string;
}

interface Call {
  readonly at: number;
  readonly before: Targets;
  readonly after: Targets;
  readonly decision: Decision;
}

const codesOf = ({ reasons }: Decision): ReadonlySet<string> => new Set(reasons.map(({ code }) => code));
const shown = ({ onDemandUnits, spotUnits }: Targets): string => `${onDemandUnits}/${spotUnits}`;

export class StormRules {
  readonly broken: Broken[] = [];
  readonly #policy: Policy;
  readonly #price: { readonly onDemand: number; readonly spot: number };
  readonly #purchases: Purchases;
  /** Interruptions that were told, by instance: when, and how many units. */
  readonly #told = new Map<string, { readonly at: number; readonly units: number }>();
  #fellBackAt: number | undefined;
  #returnedSince = false;

  constructor(policy: Policy, knobs: WorldKnobs) {
    this.#policy = policy;
    this.#price = knownFactsOf(knobs).usdPerUnitHour;
    const start = splitOf(units(policy.capacity.minimumUnits), policy);
    this.#purchases = new Purchases(start, Math.max(...knobs.fleet.pools.map(({ weightUnits }) => weightUnits)));
  }

  event(event: FleetEvent): void {
    if (event.kind === 'interruptionNotice') this.#told.set(event.instanceId, { at: event.at, units: event.units });
    const excess = this.#purchases.event(event);
    if (excess !== undefined) this.#tell(event.at, 'bought more than was lost, grown or failed', excess);
  }

  decision(decision: Decision): void {
    if (decision.command === undefined || decision.before === undefined) return;
    const { command, before } = decision;
    const call: Call = { at: secondsOf(decision), before, after: command.targets, decision };
    this.#limits(call);
    this.#money(call);
    this.#standIns(call);
    this.#shrinkInStorm(call);
    this.#pingPong(call);
    this.#purchases.call(before, command.targets, codesOf(decision).has('fallback-on-demand'));
  }

  #tell(atSeconds: number, rule: string, detail: string): void {
    this.broken.push({ atSeconds, rule, detail });
  }

  #limits({ at, after }: Call): void {
    const { minimumUnits, maximumUnits } = this.#policy.capacity;
    const total = totalUnits(after);
    if (total < minimumUnits || total > maximumUnits || after.onDemandUnits < 0 || after.spotUnits < 0)
      this.#tell(at, 'a target outside the limits', `${shown(after)} outside ${minimumUnits}–${maximumUnits}`);
  }

  #money({ at, before, after }: Call): void {
    const limit = this.#policy.budget.usdPerHour;
    if (limit === undefined || totalUnits(after) <= this.#policy.capacity.minimumUnits) return;
    const usd = usdPerHour(after, this.#price);
    if (usd > limit + 1e-6 && usd > usdPerHour(before, this.#price) + 1e-6)
      this.#tell(at, 'a dearer target past the budget', `${shown(after)} for ${usd.toFixed(2)} of ${limit} $/h`);
  }

  #standIns({ at, before, after }: Call): void {
    if (after.onDemandUnits <= before.onDemandUnits) return;
    const { fallbackMaximumUnits, fallbackMaximumUsdPerHour = Number.POSITIVE_INFINITY } = this.#policy.markets;
    const above = after.onDemandUnits - splitOf(totalUnits(after), this.#policy).onDemandUnits;
    if (above > fallbackMaximumUnits)
      this.#tell(
        at,
        'more stand-ins than the cap',
        `${above} of ${fallbackMaximumUnits}, ${shown(before)} → ${shown(after)}`,
      );
    const usd = above * this.#price.onDemand;
    if (above > 0 && usd > fallbackMaximumUsdPerHour + 1e-6)
      this.#tell(at, 'dearer stand-ins than the cap', `${usd.toFixed(2)} of ${fallbackMaximumUsdPerHour} $/h`);
  }

  #shrinkInStorm({ at, before, decision }: Call): void {
    if (decision.verdict !== 'shrink') return;
    const lost = [...this.#told.values()].filter((loss) => at - loss.at < STORM_SECONDS && loss.at <= at);
    const lostUnits = lost.reduce((sum, loss) => sum + loss.units, 0);
    if (lostUnits > STORM_SHARE * totalUnits(before) && !codesOf(decision).has('fallback-probe-failed'))
      this.#tell(at, 'a shrink in a storm', `${lostUnits} of ${totalUnits(before)} units lost in ten minutes`);
  }

  /** Fallback, return, fallback again needs a whole fallback time. */
  #pingPong({ at, before, after, decision }: Call): void {
    if (after.onDemandUnits < before.onDemandUnits) this.#returnedSince = true;
    if (!codesOf(decision).has('fallback-on-demand') || after.onDemandUnits <= before.onDemandUnits) return;
    const { fallbackAfterSeconds } = this.#policy.markets;
    const since = at - (this.#fellBackAt ?? Number.NEGATIVE_INFINITY);
    if (this.#returnedSince && since < fallbackAfterSeconds)
      this.#tell(at, 'a ping-pong', `fallback again ${since} s after a fallback and a return`);
    this.#fellBackAt = at;
    this.#returnedSince = false;
  }
}
