/** Types of a catalogue as a table. */
import type { CatalogueType, EstimatedFigure } from '../../planning/catalogue/model.ts';
import type { Io } from '../program/io.ts';
import { type Cell, tableText } from '../program/text.ts';

const BANDS = ['<5 %', '5–10 %', '10–15 %', '15–20 %', '>20 %'] as const;
const UNKNOWN = '–';

const usd = (value: number | undefined): string => (value === undefined ? UNKNOWN : value.toFixed(4));

const marked = ({ estimated = [] }: CatalogueType, figure: EstimatedFigure, text: string): string =>
  estimated.includes(figure) ? `~${text}` : text;

const support = ({ emrSupported }: CatalogueType): string =>
  emrSupported === undefined ? UNKNOWN : emrSupported ? 'yes' : 'no';

const scoreOf = ({ scores }: CatalogueType, score: string): string => {
  const value = scores[score];
  return value === undefined ? UNKNOWN : String(Math.round(value));
};

const rowOf = (type: CatalogueType, score: string): readonly Cell[] =>
  [
    type.name,
    String(type.vcpu),
    String(Math.round(type.memoryGib * 10) / 10),
    type.arch,
    support(type),
    usd(type.onDemandUsdPerHour),
    marked(type, 'spotUsdPerHour', usd(type.spotUsdPerHour)),
    marked(type, 'emrUsdPerHour', usd(type.emrUsdPerHour)),
    type.interruptionBand === undefined ? UNKNOWN : BANDS[type.interruptionBand],
    scoreOf(type, score),
  ].map((text) => ({ text }));

/** A line a type; `~` marks what is estimated. Prices are dollars an hour. */
export const typeTable = (
  types: readonly CatalogueType[],
  score: string,
  io: Pick<Io, 'columns' | 'colours'>,
): string => {
  const titles = [
    'TYPE',
    'VCPU',
    'GIB',
    'ARCH',
    'EMR',
    'ON DEMAND',
    'SPOT',
    'EMR FEE',
    'INTERRUPTED',
    score.toUpperCase(),
  ];
  const head = titles.map((text): Cell => ({ text, colour: 'dim' }));
  return tableText(io, [head, ...types.map((type) => rowOf(type, score))]);
};
