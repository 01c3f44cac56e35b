/** The tables beneath the chart: what was taken and what was left, with the reasons. */
import type { CatalogueType, EstimatedFigure } from '../catalogue/model.ts';
import type { ChosenType, LeftType, Plan, RatedType } from '../portfolio/model.ts';
import { planSentence } from '../portfolio/reasons.ts';
import { dollars, escaped, factor, percent } from './html.ts';

interface Column<Row> {
  readonly label: string;
  /** Words stand on the left, numbers on the right. */
  readonly word?: boolean;
  readonly text: (row: Row, index: number) => string;
}

const BANDS = ['<5 %', '5–10 %', '10–15 %', '15–20 %', '>20 %'] as const;

/** How often AWS interrupts a type in a month; unknown is a dash. */
export const bandText = ({ interruptionBand }: CatalogueType): string =>
  interruptionBand === undefined ? '–' : BANDS[interruptionBand];

/** A figure that was worked out from others says so. */
const about = ({ estimated = [] }: CatalogueType, of: readonly EstimatedFigure[]): string =>
  of.some((one) => estimated.includes(one)) ? '≈ ' : '';

const SPOT = ['spotUsdPerHour', 'emrUsdPerHour'] as const;

const typeColumns: readonly Column<{ readonly type: CatalogueType }>[] = [
  { label: 'vCPU', text: ({ type }) => String(type.vcpu) },
  { label: 'GiB', text: ({ type }) => String(type.memoryGib) },
  { label: 'Processor', word: true, text: ({ type }) => type.arch },
  { label: 'Interruptions a month', text: ({ type }) => bandText(type) },
];

type MaybeRated = Pick<LeftType, 'type'> & { readonly rated: RatedType | undefined };

const ratedColumns: readonly Column<MaybeRated>[] = [
  { label: 'Speed', text: ({ rated }) => factor(rated?.relativeSpeed) },
  { label: '$ a unit, spot', text: ({ type, rated }) => about(type, SPOT) + dollars(rated?.spotUsdPerUnitHour) },
  {
    label: 'on-demand',
    text: ({ type, rated }) => about(type, ['emrUsdPerHour']) + dollars(rated?.onDemandUsdPerUnitHour),
  },
  { label: '$ per unit of work', text: ({ type, rated }) => about(type, SPOT) + dollars(rated?.spotUsdPerWorkHour) },
];

const rowHtml = <Row>(columns: readonly Column<Row>[], row: Row, index: number, name: string, why: string): string => {
  const cells = columns.map(
    ({ label, word, text }) =>
      `<td data-label="${escaped(label)}"${word ? ' class="word"' : ''}>${escaped(text(row, index))}</td>`,
  );
  return `<tr data-name="${escaped(name)}"><th scope="row" class="word">${escaped(name)}</th>${cells.join('')}<td class="why word">${why}</td></tr>`;
};

const tableHtml = <Row>(label: string, columns: readonly Column<Row>[], rows: readonly string[]): string => {
  const heads = columns.map(
    ({ label: text, word }) => `<th scope="col"${word ? ' class="word"' : ''}>${escaped(text)}</th>`,
  );
  // A table that is wider than its box is scrolled by the keyboard too.
  return `<div class="wide" role="region" tabindex="0" aria-label="${label}"><table><thead><tr><th scope="col" class="word">Type</th>${heads.join('')}<th scope="col" class="word">Why</th></tr></thead><tbody>${rows.join('\n')}</tbody></table></div>`;
};

const CHOSEN: readonly Column<ChosenType>[] = [
  { label: 'No.', text: (_, index) => String(index + 1) },
  { label: 'Share', text: ({ share }) => percent(share) },
  { label: 'Weight', text: ({ weightUnits }) => String(weightUnits) },
  ...typeColumns,
  ...ratedColumns.map((column) => ({
    ...column,
    text: (chosen: ChosenType, index: number) => column.text({ type: chosen.type, rated: chosen }, index),
  })),
];

const LEFT: readonly Column<LeftType>[] = [
  ...typeColumns,
  ...ratedColumns.map((column) => ({
    ...column,
    text: ({ type, rated }: LeftType, index: number) => column.text({ type, rated }, index),
  })),
];

const whyOf = ({ reasons }: ChosenType | LeftType): string =>
  reasons.map((reason) => escaped(planSentence(reason))).join('<br>');

export const chosenTable = ({ chosen }: Plan): string =>
  tableHtml(
    'Types taken',
    CHOSEN,
    chosen.map((one, index) => rowHtml(CHOSEN, one, index, one.type.name, whyOf(one))),
  );

/** By price per unit of work; what could not be rated comes last. */
export const leftTable = (label: string, left: readonly LeftType[]): string => {
  const price = ({ rated }: LeftType): number => rated?.spotUsdPerWorkHour ?? Number.MAX_VALUE;
  const sorted = left.toSorted((first, second) => price(first) - price(second));
  return tableHtml(
    label,
    LEFT,
    sorted.map((one, index) => rowHtml(LEFT, one, index, one.type.name, whyOf(one))),
  );
};
