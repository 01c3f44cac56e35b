/** `prestoscale catalog join`: a catalogue from recorded files, without AWS. */
import { joinFacts, USUAL_EMR_FEE_SHARE } from '../../planning/catalogue/join.ts';
import { releaseInName } from '../../planning/catalogue/sources/emr-supported.ts';
import { UsageError } from '../arguments.ts';
import { CATALOGUE_REGION_OPTION, ESTIMATE_OPTION, OUT_OPTION } from '../catalog/options.ts';
import { readFactFiles } from '../catalog/read-files.ts';
import { conflictsText, coverageText, writeCatalogue } from '../catalog/write.ts';
import { defineCommand } from '../program/command.ts';
import { EXIT } from '../program/exit.ts';

const MOST_FILES = 100;
const MOST_NAMED = 5;

const incompleteText = (names: readonly string[]): string => {
  if (names.length === 0) return '';
  const more = names.length > MOST_NAMED ? ', …' : '';
  return `${names.length} types are left out, no file tells their size: ${names.slice(0, MOST_NAMED).join(', ')}${more}\n`;
};

export const catalogJoin = defineCommand({
  usage: 'FILE… --region REGION [flags]',
  purpose:
    'Makes a catalogue of recorded files (docs/catalogue.md), without AWS. Where two tell the same figure, the first is taken.',
  options: [CATALOGUE_REGION_OPTION, ESTIMATE_OPTION, OUT_OPTION],
  mostLoose: MOST_FILES,
  run: async ({ values, loose, io }) => {
    if (loose.length === 0) throw new UsageError(['Which files? Give their paths, the most trusted first.']);
    const { region, estimate, out } = values;
    const releases = new Set(loose.map(releaseInName).filter((release) => release !== undefined));
    const [release] = releases;
    const joined = joinFacts(readFactFiles(loose, region, io), {
      region,
      at: new Date(io.clock.now() * 1000).toISOString(),
      ...(releases.size === 1 && release !== undefined ? { release } : {}),
      ...(estimate ? { estimate: { emrFeeShare: USUAL_EMR_FEE_SHARE } } : {}),
    });
    io.err(`${conflictsText(joined.conflicts)}${incompleteText(joined.incomplete)}${coverageText(joined.catalogue)}`);
    writeCatalogue(joined.catalogue, out, io);
    return EXIT.ok;
  },
});
