/** Catalogues as they are written, and what is told of them. */
import { coverageOf, lacksOf } from '../../planning/catalogue/coverage.ts';
import type { Conflict } from '../../planning/catalogue/join.ts';
import type { Catalogue } from '../../planning/catalogue/model.ts';
import { writeFiles } from '../plan/files.ts';
import type { Io } from '../program/io.ts';
import { json } from '../program/text.ts';

/** As JSON with a line a type: two catalogues can be compared. */
export const catalogueText = ({ types, ...head }: Catalogue): string => {
  const lines = types.map((type) => `    ${JSON.stringify(type)}`);
  return `${json(head).replace(/\n}\n$/, '')},\n  "types": [\n${lines.join(',\n')}\n  ]\n}\n`;
};

/**
 * Writes a catalogue to a file, or to standard output.
 * @throws UsageError for a file that cannot be written
 */
export const writeCatalogue = (catalogue: Catalogue, out: string | undefined, io: Io): void => {
  const text = catalogueText(catalogue);
  if (out === undefined) io.out(text);
  else writeFiles([{ flag: 'out', path: out, text }], io);
};

/** What a catalogue knows, in a few lines; and what it lacks for a plan. */
export const coverageText = (catalogue: Catalogue): string => {
  const has = coverageOf(catalogue);
  const estimated = (count: number): string => (count === 0 ? '' : ` (${count} estimated)`);
  const release = catalogue.release === undefined ? '' : ` in ${catalogue.release}`;
  const lines = [
    `${has.types} types of ${catalogue.zone ?? catalogue.region}, put together ${catalogue.at}: ${has.emrSupported} that EMR supports${release},`,
    `${has.onDemand} with on-demand price, ${has.spot} with spot price${estimated(has.spotEstimated)}, ${has.emrFee} with EMR’s fee${estimated(has.emrFeeEstimated)},`,
    `${has.interruptions} with interruptions, ${has.speed} with CoreMark. A plan can take ${has.usable}.`,
    ...lacksOf(catalogue).map(({ text }) => text),
  ];
  return `${lines.join('\n')}\n`;
};

const MOST_CONFLICTS = 5;

/** Figures that sources tell differently: how many, and the first few. */
export const conflictsText = (conflicts: readonly Conflict[]): string => {
  if (conflicts.length === 0) return '';
  const lines = conflicts
    .slice(0, MOST_CONFLICTS)
    .map(
      ({ type, figure, taken, left }) =>
        `  ${type} ${figure}: ${String(taken.value)} (${taken.from}), not ${String(left.value)} (${left.from})`,
    );
  const more = conflicts.length > MOST_CONFLICTS ? [`  … and ${conflicts.length - MOST_CONFLICTS} more`] : [];
  const first = `Sources differ in ${conflicts.length} figures; the first source was taken:`;
  return `${[first, ...lines, ...more].join('\n')}\n`;
};
