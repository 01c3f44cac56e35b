/** Twenty minutes in which a shrink comes due and a burst arrives while something is broken, and what must hold then. */
import { Bench, type BenchOptions, queriesOf, SLOT_SECONDS, type Tick } from './bench.ts';

/** Without a fault a shrink comes due at 420 s; the burst at 580 s wants the maximum. */
export const FAULT_FROM = 320;
export const SHRINK_DUE = 420;
export const BURST_AT = 580;
export const FAULT_TO = 620;
const END = 1170;

const STEADY = Array.from({ length: END / 20 }, (_, index) => `${index * 20},1,200`).join('\n');
export const QUERIES = queriesOf(`${STEADY}\n125,10,3000\n${BURST_AT},40,4000`);

export interface Fault {
  arm(bench: Bench): void | Promise<void>;
  end(bench: Bench): void | Promise<void>;
  /** Default {@link FAULT_FROM} and {@link FAULT_TO}. */
  readonly from?: number;
  readonly to?: number;
}

/** The scenario with a fault in its middle; ends when the burst's capacity has begun to be given back. */
export const runThrough = async (fault: Fault, options: Partial<BenchOptions> = {}): Promise<Bench> => {
  const bench = await Bench.start({ queries: QUERIES, ...options });
  try {
    await bench.to(fault.from ?? FAULT_FROM);
    await fault.arm(bench);
    await bench.to(fault.to ?? FAULT_TO);
    await fault.end(bench);
    await bench.to(END);
  } finally {
    await bench.close();
  }
  return bench;
};

/** Ticks and failures while the fault lasted. */
export const during = (bench: Bench, { from = FAULT_FROM, to = FAULT_TO }: Partial<Fault> = {}): readonly Tick[] =>
  bench.between(from, to);

export const codesOf = (tick: Tick): readonly string[] => tick.decision?.reasons.map(({ code }) => code) ?? [];

/** Units that a decision sent; undefined: it sent nothing. */
const sentBy = ({ decision }: Tick): number | undefined => {
  const targets = decision?.command?.targets;
  return targets && targets.onDemandUnits + targets.spotUnits;
};

/** Every slot has been ticked, and every tick has said how it ended. */
export const expectNoSlotMissed = (bench: Bench): void => {
  const ticked = new Set(bench.ticks.filter(({ what }) => what === undefined || what === 'reconcile').map((t) => t.at));
  const slots = Array.from({ length: END / SLOT_SECONDS }, (_, index) => index * SLOT_SECONDS);
  expect(slots.filter((slot) => !ticked.has(slot))).toEqual([]);
};

/** What may never happen, whatever is broken. */
export const expectNothingForbidden = (bench: Bench): void => {
  expect(bench.invariants.broken).toEqual({});
  expect(bench.ticks.filter(({ modifyCalls }) => modifyCalls > 1)).toEqual([]);
  const blind = bench.ticks.filter((tick) => codesOf(tick).some((code) => code.startsWith('signal-')));
  expect(blind.filter(({ decision }) => decision?.verdict === 'shrink')).toEqual([]);
  const tickAt = new Map(bench.ticks.map((tick) => [tick.at, tick]));
  for (const [index, { at, units }] of bench.applied.entries()) {
    const sent = tickAt.get(at);
    // What took effect was asked for by the tick of that moment, once.
    if (sent?.end === 'decided') expect([at, sentBy(sent)]).toEqual([at, units]);
    else expect([at, sent?.end]).toEqual([at, 'failed']);
    const before = bench.applied[index - 1];
    if (before?.units === units) expect([before.at, tickAt.get(before.at)?.end]).toEqual([before.at, 'failed']);
    expect(before?.at).not.toBe(at);
  }
};

/** Within two slots of the fault's end a tick decides on a good signal, and the target is what demand wants. */
export const expectRecovered = (bench: Bench, { to = FAULT_TO }: Partial<Fault> = {}): void => {
  const soon = bench.between(to, to + 2 * SLOT_SECONDS);
  const following = soon.filter(
    (tick) =>
      tick.end === 'decided' &&
      !codesOf(tick).some((code) => code.startsWith('signal-')) &&
      tick.targetUnits >= 0.9 * (tick.decision?.terms.wantedUnits ?? Number.POSITIVE_INFINITY),
  );
  expect(soon.map(({ end }) => end)).toContain('decided');
  expect(following.length).toBeGreaterThan(0);
  const later = bench.between(to + 2 * SLOT_SECONDS, END);
  expect(later.filter(({ end }) => end !== 'decided')).toEqual([]);
  expect(Math.max(...later.map(({ targetUnits }) => targetUnits))).toBeGreaterThanOrEqual(50);
  expect(later.some(({ decision }) => decision?.verdict === 'shrink')).toBe(true);
};
