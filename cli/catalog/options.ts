/** Flags of the commands about catalogues. */
import { anyText, list, type Option, type Parsed } from '../arguments.ts';

const REGION = /^[a-z]{2}(-[a-z]+)+-\d+$/;

const regionName = (text: string): Parsed<string> =>
  REGION.test(text) ? { value: text } : { expected: 'a region as AWS writes it, such as eu-central-1' };

/** Whose prices and types. */
export const CATALOGUE_REGION_OPTION = {
  name: 'region',
  type: 'string',
  placeholder: 'REGION',
  parse: regionName,
  required: true,
  help: 'The region whose types and prices are wanted.',
} as const satisfies Option;

/** Where a catalogue is written. */
export const OUT_OPTION = {
  name: 'out',
  type: 'string',
  placeholder: 'FILE',
  parse: anyText,
  help: 'Write the catalogue there. Default: standard output.',
} as const satisfies Option;

/** Fills what no source told. */
export const ESTIMATE_OPTION = {
  name: 'estimate',
  type: 'boolean',
  help: 'Fill EMR fees that nobody tells with 25 % of the on-demand price, spot prices with the spot advisor’s saving, and mark them.',
} as const satisfies Option;

/** Files of facts. */
export const WITH_OPTION = {
  name: 'with',
  type: 'string',
  placeholder: 'FILES',
  parse: list,
  help: 'Files between commas with what AWS does not tell: speed, interruptions (docs/catalogue.md); the first is trusted most.',
} as const satisfies Option;

/** Which catalogue is read. */
export const CATALOGUE_OPTION = {
  name: 'catalog',
  type: 'string',
  placeholder: 'FILE',
  parse: anyText,
  help: 'As catalog refresh writes it. Default: the shipped one (us-east-1, older prices).',
} as const satisfies Option;
