/**
 * The story of a loss of spot and of the way back, for whoever is on call: one line for each step, with its why. What
 * the core did is told in the words of its reasons, each once when it begins.
 */
import type { FleetNow, StoryKind, StoryLine } from '../../console/protocol.ts';
import type { Decision } from '../../lambdas/core/decision.ts';
import { type ReasonCode, sentenceOf } from '../../lambdas/core/reasons.ts';
import type { FleetEvent } from '../../simulator/world/fleet/fleet.ts';

interface Step {
  readonly kind: StoryKind;
  /** Given again and again while it lasts, with breaks: told once, until what runs covers the target again. */
  readonly once: boolean;
}

/** Reasons that are steps of the story. */
const STEPS = {
  'spot-deficit': { kind: 'missing', once: true },
  'on-demand-short': { kind: 'missing', once: true },
  'fallback-on-demand': { kind: 'fallback', once: false },
  'fallback-capped': { kind: 'fallback', once: true },
  'fallback-no-room': { kind: 'fallback', once: true },
  'fallback-probe': { kind: 'probe', once: false },
  'fallback-swap': { kind: 'probe', once: false },
  'fallback-probe-failed': { kind: 'refused', once: false },
  'fallback-return': { kind: 'return', once: false },
  'fallback-swapped': { kind: 'return', once: false },
  'stand-in-given-back': { kind: 'released', once: false },
} as const satisfies Partial<Record<ReasonCode, Step>>;

/** Every growth is short for a while; what is missing for longer is told. */
const SHORT_SECONDS = 120;

/** Notices so close to one another are one loss. */
const ONE_LOSS_SECONDS = 180;

type Lost = Extract<FleetEvent, { kind: 'interruptionNotice' | 'terminated' }>;

interface Loss {
  readonly id: number;
  readonly at: number;
  readonly byType: Map<string, number>;
  lastAt: number;
  noticed: boolean;
}

const lossText = ({ byType, noticed }: Loss): string => {
  const pools = [...byType].map(([type, units]) => `${units} of ${type}`).join(', ');
  const total = [...byType.values()].reduce((sum, units) => sum + units, 0);
  const what = `${total} spot ${total === 1 ? 'unit' : 'units'}`;
  return noticed
    ? `${what} got their notice and go within minutes: ${pools}.`
    : `${what} went without notice: ${pools}.`;
};

const minutes = (seconds: number): string => `${Math.round(seconds / 60)} min`;

export class Story {
  readonly #tell: (line: StoryLine) => void;
  #ids = 0;
  #loss: Loss | undefined;
  /** Instances of which the notice was told, and not yet the end. */
  readonly #noticed = new Set<string>();
  /** What runs does not cover the target because of a loss: since when. */
  #shortSince: number | undefined;
  #standInSince: number | undefined;
  /** Of the last decision. */
  #given: ReadonlySet<ReasonCode> = new Set();
  readonly #toldOnce = new Set<ReasonCode>();

  /** @param tell hears every line, also those that replace one */
  constructor(tell: (line: StoryLine) => void) {
    this.#tell = tell;
  }

  /** What somebody did to the market. */
  person(at: number, kind: 'taken' | 'given', text: string): void {
    this.#add(at, kind, text);
    // What is lost from now on is lost of this.
    this.#loss = undefined;
  }

  /** @param startOfRun epoch seconds of the fleet's second 0 */
  fleetEvent(event: FleetEvent, startOfRun: number): void {
    if (event.kind === 'interruptionNotice') this.#lose(event, startOfRun + event.at);
    if (event.kind === 'terminated' && event.how === 'interrupted') this.#lose(event, startOfRun + event.at);
  }

  decision({ at, reasons }: Decision): void {
    const steps = reasons.flatMap((reason) => {
      const step = (STEPS as Partial<Record<ReasonCode, Step>>)[reason.code];
      const early = step?.kind === 'missing' && Number(reason.numbers['sinceSeconds'] ?? SHORT_SECONDS) < SHORT_SECONDS;
      return step === undefined || early ? [] : [{ ...step, reason }];
    });
    if (steps.some(({ kind }) => kind === 'missing')) this.#shortSince ??= at;
    const fresh = steps.filter(({ reason, once }) =>
      once ? !this.#toldOnce.has(reason.code) : !this.#given.has(reason.code),
    );
    for (const { reason } of fresh) this.#toldOnce.add(reason.code);
    this.#given = new Set(steps.map(({ reason }) => reason.code));
    // What was done and how it was capped are one line.
    for (const kind of new Set(fresh.map((step) => step.kind))) {
      const sentences = fresh.filter((step) => step.kind === kind).map(({ reason }) => sentenceOf(reason));
      this.#add(at, kind, sentences.join(' '));
    }
  }

  /** What the fleet has at a moment: says when it is whole again, and when nothing stands in any more. */
  fleet(at: number, now: FleetNow): void {
    const { onDemand, spot, standInUnits } = now;
    const runs = onDemand.runningUnits + spot.runningUnits - spot.goingUnits;
    const whole = runs >= onDemand.targetUnits + spot.targetUnits;
    if (this.#shortSince !== undefined && whole) {
      this.#add(at, 'ready', `What runs covers the target again, ${minutes(at - this.#shortSince)} after the loss.`);
      this.#shortSince = undefined;
      this.#toldOnce.clear();
    }
    if (standInUnits === null) return;
    if (standInUnits > 0) this.#standInSince ??= at;
    else if (this.#standInSince !== undefined) {
      const length = minutes(at - this.#standInSince);
      this.#add(at, 'over', `No on-demand stands in for spot any more; it did for ${length}.`);
      this.#standInSince = undefined;
    }
  }

  #lose({ kind, instanceId, instanceType, units }: Lost, at: number): void {
    if (kind === 'terminated' && this.#noticed.delete(instanceId)) return;
    if (kind === 'interruptionNotice') this.#noticed.add(instanceId);
    const open = this.#loss !== undefined && at - this.#loss.lastAt <= ONE_LOSS_SECONDS ? this.#loss : undefined;
    const loss = open ?? { id: this.#next(), at, byType: new Map(), lastAt: at, noticed: false };
    this.#loss = loss;
    loss.byType.set(instanceType, (loss.byType.get(instanceType) ?? 0) + units);
    loss.lastAt = at;
    loss.noticed ||= kind === 'interruptionNotice';
    this.#shortSince ??= at;
    this.#tell({ id: loss.id, at: loss.at, kind: 'loss', text: lossText(loss) });
  }

  #add(at: number, kind: StoryKind, text: string): void {
    this.#tell({ id: this.#next(), at, kind, text });
  }

  #next(): number {
    this.#ids += 1;
    return this.#ids;
  }
}
