/**
 * How long a pool has spot and how long it has none, as others recorded it. Figures only; none of the recordings is here.
 *
 * - `us-east-1b`, `-c`, `-d`: r5.16xlarge for 6.3 days in April 2023, one look every 34 s (skypilot-org/spot-traces
 *   @ 221da1a, `preemption/1-node/aws-04-19-2023`): median and 90th percentile of 67, 129 and 28 spells. Spot was there
 *   85, 64 and 94 % of the time. Somebody asked for it again and again: this is a market at its worst.
 * - `gcp-2019`: lifetimes of 1,442 preemptible machines (kadupitiya/goog-preemption-data @ b22f181). Google ends them
 *   after a day. How long none could be had was not recorded: us-east-1b's.
 * - `advisor-…`: the bands of AWS's spot advisor, interrupted instances a month, taken at 2.5, 7.5, 12.5, 17.5 and 30 %
 *   with a constant hazard. The last band is open-ended: 30 % is a guess. Outages: us-east-1b's.
 */
import { exponential, normal } from '../../random.ts';
import type { RecordedSpells } from '../knobs.ts';

/** A length of time whose chance is known by two figures; `p90` null: exponential with this median. */
interface Span {
  readonly medianSeconds: number;
  readonly p90Seconds: number | null;
}

interface SpellFigures {
  readonly up: Span;
  readonly down: Span;
}

const MONTH_SECONDS = 30 * 86_400;
const HOUR = 3600;
/** z of the 90th percentile of the standard normal. */
const Z90 = 1.2815515655446004;

const EAST_B_DOWN: Span = { medianSeconds: 442, p90Seconds: 3808 };

/** So many of a hundred are interrupted in a month at a constant hazard: the median time to an interruption. */
const advisor = (percentAMonth: number): SpellFigures => ({
  up: { medianSeconds: (MONTH_SECONDS * Math.LN2) / -Math.log(1 - percentAMonth / 100), p90Seconds: null },
  down: EAST_B_DOWN,
});

const FIGURES: Readonly<Record<RecordedSpells, SpellFigures>> = {
  'us-east-1b': { up: { medianSeconds: 1496, p90Seconds: 17_714 }, down: EAST_B_DOWN },
  'us-east-1c': {
    up: { medianSeconds: 986, p90Seconds: 6154 },
    down: { medianSeconds: 544, p90Seconds: 2788 },
  },
  'us-east-1d': {
    up: { medianSeconds: 16_184, p90Seconds: 52_462 },
    down: { medianSeconds: 544, p90Seconds: 3706 },
  },
  'gcp-2019': { up: { medianSeconds: 1.86 * HOUR, p90Seconds: 24.2 * HOUR }, down: EAST_B_DOWN },
  'advisor-under-5': advisor(2.5),
  'advisor-5-to-10': advisor(7.5),
  'advisor-10-to-15': advisor(12.5),
  'advisor-15-to-20': advisor(17.5),
  'advisor-over-20': advisor(30),
};

/**
 * Lognormal through both figures. Means come out up to a half above those recorded, for a recording of six days has no long
 * tail; the share of time with spot comes within six points.
 */
const draw = ({ medianSeconds, p90Seconds }: Span, seed: number, entity: string, event: string): number =>
  p90Seconds === null
    ? exponential(seed, entity, event, medianSeconds / Math.LN2)
    : medianSeconds * Math.exp((Math.log(p90Seconds / medianSeconds) / Z90) * normal(seed, entity, event));

/** Seconds with spot before the n-th outage. */
export const upSeconds = (spells: RecordedSpells, seed: number, entity: string, event: string): number =>
  draw(FIGURES[spells].up, seed, entity, event);

/** Seconds of an outage. */
export const downSeconds = (spells: RecordedSpells, seed: number, entity: string, event: string): number =>
  draw(FIGURES[spells].down, seed, entity, event);
