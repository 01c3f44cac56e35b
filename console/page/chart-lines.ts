/** What the charts show. Every line has its own pattern, so that none is told by colour alone. */
import type { Point, RunFacts } from '../protocol.ts';
import { dollars, number, seconds, units } from './format.ts';

/** One line of a chart. */
export interface Line {
  readonly label: string;
  /** Custom property of the style sheet, e.g. `--ready`. */
  readonly colour: string;
  /** Lengths of dash and gap in pixels; empty is solid. */
  readonly dash: readonly number[];
  readonly width: number;
  /** A tint down to zero. */
  readonly filled?: boolean;
  /** Jumps at a tick and stands until the next. */
  readonly stepped?: boolean;
  /** On the axis at the right. */
  readonly right?: boolean;
  /** null leaves a gap. */
  readonly value: (point: Point) => number | null;
  readonly show: (value: number | null) => string;
}

/** A whole chart; `id` is that of its section in index.html. */
export interface ChartPlan {
  readonly id: string;
  /** Begins the summary for those who cannot see it. */
  readonly name: string;
  /** Beside the title, where the time stands while a moment is pointed at. */
  readonly note: (facts: RunFacts) => string;
  readonly lines: readonly Line[];
  /** How numbers stand at the axes. */
  readonly leftAxis: (value: number) => string;
  readonly rightAxis?: (value: number) => string;
  /** The left axis spans at least so much; default 4. */
  readonly smallestTop?: number;
  /** Minimum and maximum units of the policy are drawn. */
  readonly limits?: boolean;
  /** Steps of a loss have their letters; else there is no room but for their lines. */
  readonly letters?: boolean;
}

const whole = (value: number | null): string => units(value === null ? null : Math.round(value * 10) / 10);

export const CAPACITY: ChartPlan = {
  id: 'capacity',
  name: 'Capacity in units',
  note: ({ coresPerUnit }) => `units of ${number(coresPerUnit)} ${coresPerUnit === 1 ? 'core' : 'cores'}`,
  limits: true,
  letters: true,
  leftAxis: whole,
  lines: [
    { label: 'ready', colour: '--ready', dash: [], width: 2, filled: true, value: (p) => p.readyUnits, show: whole },
    {
      label: 'target',
      colour: '--target',
      dash: [9, 4],
      width: 2,
      stepped: true,
      value: (p) => p.targetUnits,
      show: whole,
    },
    { label: 'wanted', colour: '--wanted', dash: [2, 3], width: 1.5, value: (p) => p.wantedUnits, show: whole },
    {
      label: 'arriving',
      colour: '--arriving',
      dash: [8, 3, 2, 3],
      width: 1.5,
      value: (p) => p.arrivingUnits,
      show: whole,
    },
    { label: 'draining', colour: '--draining', dash: [4, 4], width: 1.5, value: (p) => p.drainingUnits, show: whole },
  ],
};

export const MARKETS: ChartPlan = {
  id: 'markets',
  name: 'Spot and on-demand in units',
  note: () => 'units',
  leftAxis: whole,
  lines: [
    {
      label: 'spot',
      colour: '--ready',
      dash: [],
      width: 2,
      filled: true,
      value: (p) => p.spot.runningUnits,
      show: whole,
    },
    {
      label: 'spot’s target',
      colour: '--target',
      dash: [9, 4],
      width: 1.5,
      stepped: true,
      value: (p) => p.spot.targetUnits,
      show: whole,
    },
    {
      label: 'on-demand',
      colour: '--wanted',
      dash: [16, 2],
      width: 2,
      value: (p) => p.onDemand.runningUnits,
      show: whole,
    },
    {
      label: 'on-demand’s target',
      colour: '--draining',
      dash: [3, 4],
      width: 1.5,
      stepped: true,
      value: (p) => p.onDemand.targetUnits,
      show: whole,
    },
  ],
};

export const QUERIES: ChartPlan = {
  id: 'queries',
  name: 'Queries and their delay',
  note: () => 'delay at the right',
  leftAxis: whole,
  rightAxis: seconds,
  lines: [
    {
      label: 'running',
      colour: '--ready',
      dash: [],
      width: 1.5,
      filled: true,
      value: (p) => p.runningQueries,
      show: whole,
    },
    { label: 'waiting', colour: '--wanted', dash: [7, 3], width: 1.5, value: (p) => p.waitingQueries, show: whole },
    {
      label: 'delay p95',
      colour: '--draining',
      dash: [2, 3],
      width: 1.5,
      right: true,
      value: (p) => p.delayP95Seconds,
      show: seconds,
    },
  ],
};

export const MONEY: ChartPlan = {
  id: 'money',
  name: 'Dollars so far',
  note: () => 'dollars so far',
  leftAxis: (value) => (Number.isInteger(value) ? `$${units(value)}` : dollars(value)),
  smallestTop: 0.2,
  lines: [
    { label: 'this cluster', colour: '--ready', dash: [], width: 2, filled: true, value: (p) => p.usd, show: dollars },
    {
      label: 'fixed on-demand',
      colour: '--target',
      dash: [9, 4],
      width: 1.5,
      value: (p) => p.fixedUsd,
      show: dollars,
    },
    {
      label: 'no spot',
      colour: '--wanted',
      dash: [2, 3],
      width: 1.5,
      value: (p) => p.allOnDemandUsd,
      show: dollars,
    },
  ],
};
