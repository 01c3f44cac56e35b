/** A report as people read it: a table, and below it what it does not say. */
import type { Io } from '../program/io.ts';
import { type Cell, painted, shown, spanText, tableText } from '../program/text.ts';
import type { CostReport, DayRow, Row, Sums, Way } from './report.ts';

const DAY_HEAD = [
  'DAY',
  'DOLLARS',
  'UNIT-HOURS',
  'ALL ON-DEMAND',
  'SAVED',
  'FIXED SIZE',
  'SAVED',
  'QUERIES',
  'PER 1,000',
  'PRICED',
  'KNOWN',
];

const UNKNOWN = '–';
/** Less than a tick or two is no news. */
const LEAST_UNKNOWN_SECONDS = 120;

const dollars = (usd: number | null): string => (usd === null ? UNKNOWN : usd.toFixed(2));
const percent = (share: number | null): string => (share === null ? UNKNOWN : `${Math.round(share * 1000) / 10} %`);

const cellsOf = (name: string, sums: Sums): string[] => [
  name,
  dollars(sums.usd),
  shown(sums.unitHours),
  dollars(sums.onDemandUsd),
  dollars(sums.savedByMarketUsd),
  dollars(sums.fixedUsd),
  dollars(sums.savedBySizeUsd),
  shown(sums.queries),
  dollars(sums.usdPerThousandQueries),
  percent(sums.pricedShare),
  spanText(sums.knownSeconds),
];

const rowCells = ({ name, usd, share, unitHours }: Row): string[] => [
  name,
  dollars(usd),
  percent(share),
  ...(unitHours === null ? [] : [shown(unitHours)]),
];

const plain = (cells: readonly string[]): readonly Cell[] => cells.map((text): Cell => ({ text }));
const dim = (cells: readonly string[]): readonly Cell[] => cells.map((text): Cell => ({ text, colour: 'dim' }));

const dayTable = (days: readonly DayRow[], total: Sums): readonly (readonly Cell[])[] => [
  dim(DAY_HEAD),
  ...days.map((row) => plain(cellsOf(row.day, row))),
  ...(days.length > 1 ? [cellsOf('together', total).map((text): Cell => ({ text, colour: 'bold' }))] : []),
];

const rowTable = (rows: readonly Row[], way: Way, total: Sums): readonly (readonly Cell[])[] => {
  const withHours = rows.some(({ unitHours }) => unitHours !== null);
  const together = { name: 'together', usd: total.usd, share: null, unitHours: withHours ? total.unitHours : null };
  return [
    dim([way.toUpperCase(), 'DOLLARS', 'SHARE', ...(withHours ? ['UNIT-HOURS'] : [])]),
    ...rows.map((row) => plain(rowCells(row))),
    rowCells(together).map((text): Cell => ({ text, colour: 'bold' })),
  ];
};

const feeNotes = ({ emrUsd, flatUnitHours, unitHours }: Sums): string[] => [
  ...(emrUsd > 0 ? [`${dollars(emrUsd)} of it is EMR’s fee, which spot does not lower.`] : []),
  ...(flatUnitHours > unitHours / 1000
    ? [
        `${shown(flatUnitHours)} unit-hours have the price of a unit at the dearest type: prices by type tell more, and the fee apart (docs/cost.md).`,
      ]
    : []),
];

const notesOf = ({ total, unknownSeconds, notice }: CostReport): readonly string[] => [
  ...feeNotes(total),
  ...((total.pricedShare ?? 1) < 1
    ? [
        `${percent(1 - (total.pricedShare ?? 1))} of the unit-hours have no price: their dollars are missing here. Prices are told in the environment file (docs/cost.md).`,
      ]
    : []),
  ...(total.gapSeconds > 0
    ? [`${spanText(total.gapSeconds)} were without ticks: what both ends showed at most is counted.`]
    : []),
  ...(unknownSeconds > LEAST_UNKNOWN_SECONDS
    ? [`Of ${spanText(unknownSeconds)} nobody knows what was there: nothing is counted.`]
    : []),
  ...(notice === null ? [] : [notice]),
];

/** The report of one cluster. */
export const costText = (report: CostReport, way: Way, io: Pick<Io, 'columns' | 'colours'>): string => {
  const { cluster, total, days, rows } = report;
  const title = `${painted(io, 'bold', cluster)}\n`;
  if (days.length === 0) return `${title}Nothing is on record: the first tick begins to account.\n`;
  const table = tableText(io, way === 'day' ? dayTable(days, total) : rowTable(rows, way, total));
  return `${title}${table}${notesOf(report)
    .map((note) => `${note}\n`)
    .join('')}`;
};
