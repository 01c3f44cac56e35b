/** From values to places in a chart. */

export interface Scale {
  readonly low: number;
  readonly high: number;
  /** Round values inside, in rising order. */
  readonly ticks: readonly number[];
  /** Per cent of the way from low to high. */
  readonly at: (value: number) => number;
}

const STEPS = [1, 2, 2.5, 5, 10];
/** What every value keeps to the edges, as a share of the span. */
const MARGIN = 0.06;

/** The smallest round step with which a span has at most so many. */
const roundStep = (span: number, most: number): number => {
  const magnitude = 10 ** Math.floor(Math.log10(span / most));
  const step = STEPS.find((one) => one * magnitude * most >= span) ?? 10;
  return step * magnitude;
};

/**
 * A straight scale around values, with room at both ends.
 * @param values more than 0; at least one
 * @param mostTicks how many ticks may stand on it
 */
export const scaleOf = (values: readonly number[], mostTicks: number): Scale => {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  // Values that are one for the eye have no span: a tenth on both sides.
  const isOne = most - least <= 1e-6 * most;
  const span = isOne ? most * 0.2 : most - least;
  const margin = isOne ? span / 2 : MARGIN * span;
  const [low, high] = [Math.max(0, least - margin), most + margin];
  const step = roundStep(high - low, mostTicks);
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor(high / step + 1e-9) - first + 1;
  // Multiples, not sums: rounding does not add up. What is left of it is cut off.
  const ticks = Array.from({ length: count }, (_, index) => Number(((first + index) * step).toPrecision(12)));
  return { low, high, ticks, at: (value) => ((value - low) / (high - low)) * 100 };
};
