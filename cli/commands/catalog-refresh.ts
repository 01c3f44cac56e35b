/** `prestoscale catalog refresh`: a catalogue of today from AWS. */
import { shippedFacts } from '../../planning/catalogue/shipped.ts';
import { AwsCatalogueReader } from '../../planning/refresh/aws-reader.ts';
import { RefreshError } from '../../planning/refresh/failures.ts';
import { type Refreshed, type RefreshQuestion, refreshCatalogue } from '../../planning/refresh/refresh.ts';
import { isRelease } from '../../planning/refresh/releases.ts';
import { anyText, type Option, type Parsed, UsageError, type Values } from '../arguments.ts';
import { CATALOGUE_REGION_OPTION, ESTIMATE_OPTION, OUT_OPTION, WITH_OPTION } from '../catalog/options.ts';
import { readFactFiles } from '../catalog/read-files.ts';
import { conflictsText, coverageText, writeCatalogue } from '../catalog/write.ts';
import { defineCommand } from '../program/command.ts';
import { EXIT, UnreachableError } from '../program/exit.ts';
import type { Io } from '../program/io.ts';

const releaseName = (text: string): Parsed<string> =>
  isRelease(text) ? { value: text } : { expected: 'a release of EMR, such as emr-7.10.0' };

const OPTIONS = [
  CATALOGUE_REGION_OPTION,
  {
    name: 'zone',
    type: 'string',
    placeholder: 'ZONE',
    parse: anyText,
    help: 'Spot prices of this zone, such as eu-central-1a. Default: the mean of the region’s zones.',
  },
  {
    name: 'release',
    type: 'string',
    placeholder: 'RELEASE',
    parse: releaseName,
    help: 'What this release of EMR supports, such as emr-7.10.0. Default: the newest.',
  },
  WITH_OPTION,
  ESTIMATE_OPTION,
  OUT_OPTION,
] as const satisfies readonly Option[];

const questionOf = (values: Values<typeof OPTIONS>, io: Io): RefreshQuestion => {
  const { region, zone, release, estimate } = values;
  if (zone !== undefined && !zone.startsWith(region)) {
    throw new UsageError([`--zone cannot be "${zone}": expected a zone of ${region}, such as ${region}a.`]);
  }
  return {
    region,
    ...(zone === undefined ? {} : { zone }),
    ...(release === undefined ? {} : { release }),
    estimate,
    also: [...readFactFiles(values.with ?? [], region, io), ...shippedFacts(region)],
    now: io.clock.now(),
  };
};

const refreshed = async (question: RefreshQuestion, io: Io): Promise<Refreshed> => {
  const reader = new AwsCatalogueReader({ region: question.region });
  try {
    return await refreshCatalogue(reader, question, (line) => io.err(`${line}\n`));
  } catch (error) {
    throw error instanceof RefreshError ? new UnreachableError(error.message, { cause: error.cause }) : error;
  } finally {
    reader.close();
  }
};

const missingText = (missing: readonly string[]): string =>
  missing.length === 0 ? '' : `${['Not to be had, and left out:', ...missing.map((one) => `  ${one}`)].join('\n')}\n`;

export const catalogRefresh = defineCommand({
  usage: '--region REGION [flags]',
  purpose:
    'Reads types, prices and EMR’s support from AWS (docs/catalogue.md lists the permissions) and writes a catalogue. Exits with 1 when something could not be had.',
  options: OPTIONS,
  mostLoose: 0,
  run: async ({ values, io }) => {
    const { catalogue, missing, notices, conflicts } = await refreshed(questionOf(values, io), io);
    io.err(notices.map((notice) => `${notice}\n`).join(''));
    io.err(`${conflictsText(conflicts)}${missingText(missing)}${coverageText(catalogue)}`);
    writeCatalogue(catalogue, values.out, io);
    return missing.length === 0 ? EXIT.ok : EXIT.wrong;
  },
});
