/** Flags by which every command is told what to look at, and how to answer. */
import { anyText, type Option, type Parsed, type Values } from '../arguments.ts';

/** Where `npm start` serves its page, if it is told no other port. */
export const USUAL_PAGE = 'http://127.0.0.1:4646';

const pageAddress = (text: string): Parsed<string> => {
  try {
    const { protocol, origin } = new URL(text);
    if (protocol === 'http:') return { value: origin };
  } catch {
    // Told below.
  }
  return { expected: `the address of the page of npm start, such as ${USUAL_PAGE}` };
};

const ENVIRONMENT_NAME = /^[a-z][a-z0-9-]{0,20}$/;

const environmentName = (text: string): Parsed<string> =>
  ENVIRONMENT_NAME.test(text)
    ? { value: text }
    : { expected: 'the name of an environment, as its file in environments/ is called without .json' };

/** An answer for other programs. */
export const JSON_OPTION = {
  name: 'json',
  type: 'boolean',
  help: 'Answer with JSON of a stable shape (docs/cli.md).',
} as const satisfies Option;

/** An environment that is deployed. */
export const ENV_OPTION = {
  name: 'env',
  type: 'string',
  placeholder: 'NAME',
  parse: environmentName,
  help: 'A deployed environment, with your own AWS credentials.',
} as const satisfies Option;

/** Where it is deployed. */
export const REGION_OPTION = {
  name: 'region',
  type: 'string',
  placeholder: 'REGION',
  parse: anyText,
  help: 'Its region. Default: that of environments/NAME.json, else AWS_REGION or your profile.',
} as const satisfies Option;

/** What to look at. */
export const TARGET_OPTIONS = [
  ENV_OPTION,
  REGION_OPTION,
  {
    name: 'local',
    type: 'string',
    placeholder: 'URL',
    parse: pageAddress,
    bare: USUAL_PAGE,
    help: `A run of npm start on this machine; alone it means ${USUAL_PAGE}.`,
  },
] as const satisfies readonly Option[];

export type TargetValues = Values<typeof TARGET_OPTIONS>;

/** Who asks for a change. */
export const BY_OPTION = {
  name: 'by',
  type: 'string',
  placeholder: 'NAME',
  parse: anyText,
  help: 'Who asks for it, for those who read it later. Default: your user name.',
} as const satisfies Option;
