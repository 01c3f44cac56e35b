/** `prestoscale catalog show`: what a catalogue knows of its types. */

import { problemText } from '../../planning/ask/problem-text.ts';
import { adviceOn } from '../../planning/catalogue/advice.ts';
import { scoresIn } from '../../planning/catalogue/coverage.ts';
import { type Catalogue, type CatalogueType, familyOf } from '../../planning/catalogue/model.ts';
import { parseFilter } from '../../planning/portfolio/filter/parse.ts';
import { anyText, type Option, UsageError, type Values } from '../arguments.ts';
import { CATALOGUE_OPTION } from '../catalog/options.ts';
import { openCatalogue } from '../catalog/read-files.ts';
import { typeTable } from '../catalog/type-table.ts';
import { catalogueText, coverageText } from '../catalog/write.ts';
import { defineCommand } from '../program/command.ts';
import { EXIT } from '../program/exit.ts';
import type { Io } from '../program/io.ts';

const MOST_NAMES = 100;
const DEFAULT_SCORE = 'coremark';

const OPTIONS = [
  CATALOGUE_OPTION,
  {
    name: 'filter',
    type: 'string',
    placeholder: 'TEXT',
    parse: anyText,
    help: 'Which types are shown, as plan’s filter: vcpu>=8 memory>=64 arch=arm64 (docs/plan.md).',
  },
  {
    name: 'score',
    type: 'string',
    placeholder: 'NAME',
    parse: anyText,
    default: DEFAULT_SCORE,
    help: 'The score in the last column.',
  },
  { name: 'json', type: 'boolean', help: 'Answer with a catalogue file of what is shown.' },
] as const satisfies readonly Option[];

/** Types that were named, or whose family was. */
const named = (names: readonly string[], catalogue: Catalogue): readonly CatalogueType[] => {
  if (names.length === 0) return catalogue.types;
  const isMeant = (name: string, type: CatalogueType): boolean => name === type.name || name === familyOf(type.name);
  const unknown = names.filter((name) => !catalogue.types.some((type) => isMeant(name, type)));
  const mistakes = unknown.map((name) => adviceOn(name, catalogue)?.text ?? `The catalogue does not have ${name}.`);
  if (mistakes.length > 0) throw new UsageError(mistakes);
  return catalogue.types.filter((type) => names.some((name) => isMeant(name, type)));
};

const filtered = (types: readonly CatalogueType[], filter: string | undefined): readonly CatalogueType[] => {
  const { conditions, problems } = parseFilter(filter ?? '');
  if (problems !== undefined) {
    throw new UsageError(problems.map((problem) => problemText(problem, { filter: '--filter' })));
  }
  return types.filter((type) => conditions.every(({ admits }) => admits(type) === true));
};

const scoreMistake = (score: string, catalogue: Catalogue): string | undefined => {
  const scores = scoresIn(catalogue);
  return scores.includes(score) || score === DEFAULT_SCORE
    ? undefined
    : `--score cannot be "${score}": expected one of ${scores.join(', ') || 'none: the catalogue has no scores'}.`;
};

const pageText = (
  catalogue: Catalogue,
  { score }: Values<typeof OPTIONS>,
  io: Pick<Io, 'columns' | 'colours'>,
): string => {
  const sources = catalogue.sources.map(({ what, from, date }) => `  ${what}: ${from}, ${date}\n`).join('');
  const marks = catalogue.types.some(({ estimated }) => estimated !== undefined) ? ' ~ is an estimate.' : '';
  const note = `Dollars an hour.${marks} Sources:\n`;
  return `${typeTable(catalogue.types, score, io)}\n${coverageText(catalogue)}${note}${sources}`;
};

export const catalogShow = defineCommand({
  usage: '[TYPE|FAMILY…] [flags]',
  purpose: 'What a catalogue knows: sizes, prices, EMR’s fee, interruptions, speed, and where the figures come from.',
  options: OPTIONS,
  mostLoose: MOST_NAMES,
  run: async ({ values, loose, io }) => {
    const catalogue = openCatalogue(values.catalog, io);
    const mistake = scoreMistake(values.score, catalogue);
    if (mistake !== undefined) throw new UsageError([mistake]);
    const shown = { ...catalogue, types: filtered(named(loose, catalogue), values.filter) };
    if (values.json) io.out(catalogueText(shown));
    else if (shown.types.length === 0) io.out('No type is left by the filter.\n');
    else io.out(pageText(shown, values, io));
    return shown.types.length === 0 ? EXIT.wrong : EXIT.ok;
  },
});
