/** The flags of `npm start`. */
import { ENGINE_KINDS, ENGINE_VERSIONS } from '../local/engines/versions.ts';
import { GENERATORS, TRACE_FORMATS, type WorkloadSpec } from '../simulator/workload/load.ts';
import {
  anyText,
  durationSeconds,
  list,
  type Option,
  oneOf,
  type Parsed,
  parseArguments,
  positiveNumber,
  UsageError,
  type Values,
  wholeNumber,
} from './arguments.ts';

export const SAMPLES = ['scrape', 'push'] as const;
/** Speeds of the page's run; it can be changed on the page. */
const SPEED_WORDS = ['0', '15', '60', '120', '240', '600'] as const;

const portNumber = (text: string): Parsed<number> => {
  const parsed = wholeNumber(text);
  const fits = 'value' in parsed && parsed.value <= 65_535;
  return fits ? parsed : { expected: 'a port, 0 to 65535; 0 takes any that is free' };
};

const versionsText = ENGINE_VERSIONS.map(({ kind, version, java }) => `${kind} ${version}: JDK ${java}`).join(', ');

export const START_OPTIONS = [
  { name: 'headless', type: 'boolean', help: 'Run in virtual time without a page and print the result.' },
  {
    name: 'wire',
    type: 'boolean',
    help: 'With --headless: over HTTP, with the real handlers, adapters and exporter.',
  },
  {
    name: 'engine',
    type: 'string',
    placeholder: ENGINE_KINDS.join('|'),
    parse: oneOf(ENGINE_KINDS),
    help: `On the page: a real engine of real processes on this machine, in the time of the wall (${versionsText}).`,
  },
  {
    name: 'sample',
    type: 'string',
    placeholder: SAMPLES.join('|'),
    parse: oneOf(SAMPLES),
    default: 'scrape',
    help: 'Over the wire: the tick reads the exporter, or the exporter pushes to the table.',
  },
  {
    name: 'port',
    type: 'string',
    placeholder: 'N',
    parse: portNumber,
    default: '4646',
    help: 'Port of the page on 127.0.0.1.',
  },
  {
    name: 'speed',
    type: 'string',
    placeholder: 'N',
    parse: oneOf(SPEED_WORDS),
    default: '120',
    help: 'Of the page: virtual seconds a second at the start.',
  },
  {
    name: 'generate',
    type: 'string',
    placeholder: GENERATORS.join('|'),
    parse: oneOf(GENERATORS),
    help: 'A made-up workload. Default: office, unless --trace is given.',
  },
  { name: 'trace', type: 'string', placeholder: 'FILE', parse: anyText, help: 'A recorded workload.' },
  {
    name: 'format',
    type: 'string',
    placeholder: TRACE_FORMATS.join('|'),
    parse: oneOf(TRACE_FORMATS),
    help: 'What the trace is.',
  },
  {
    name: 'streams',
    type: 'string',
    placeholder: 'LIST',
    parse: list,
    help: 'cab only: streams to lay over each other, e.g. patterns/0,patterns/1.',
  },
  {
    name: 'work-factor',
    type: 'string',
    placeholder: 'F',
    parse: positiveNumber,
    help: 'Multiplies the work of every query of a trace.',
  },
  {
    name: 'until',
    type: 'string',
    placeholder: 'TIME',
    parse: durationSeconds,
    default: '24h',
    help: 'Arrivals end here; the run goes on until it is empty.',
  },
  { name: 'seed', type: 'string', placeholder: 'N', parse: wholeNumber, default: '7', help: 'All chance hangs on it.' },
  {
    name: 'policy',
    type: 'string',
    placeholder: 'FILE',
    parse: anyText,
    help: 'What the owner wants (docs/policy-reference.md). Default: the defaults.',
  },
  {
    name: 'world',
    type: 'string',
    placeholder: 'FILE',
    parse: anyText,
    help: 'Knobs of the simulated world (docs/world.md). Default: the careful defaults; the page has five pools of them.',
  },
  {
    name: 'json',
    type: 'string',
    placeholder: 'OUT',
    parse: anyText,
    help: 'Write the result as JSON to this file, or to standard output with -.',
  },
] as const satisfies readonly Option[];

export type StartValues = Values<typeof START_OPTIONS>;

/** What goes with `--engine`; everything else is about a simulated world. */
const WITH_ENGINE: readonly string[] = ['engine', 'policy', 'port'] satisfies readonly (keyof StartValues)[];

/** Names of the flags on a command line that could be read: no value begins with two dashes. */
const givenNames = (args: readonly string[]): readonly string[] =>
  args.flatMap((argument) => /^--([^=]+)/.exec(argument)?.[1] ?? []);

const engineContradictions = (args: readonly string[]): string[] =>
  givenNames(args)
    .filter((name) => !WITH_ENGINE.includes(name))
    .map((name) => `--${name} does not go with --engine, which runs no simulated cluster: leave one of them out.`);

const contradictions = (values: StartValues): string[] => {
  const mistakes: string[] = [];
  if (values.trace !== undefined && values.generate !== undefined)
    mistakes.push('--trace and --generate exclude each other: give one.');
  if (values.trace !== undefined && values.format === undefined)
    mistakes.push(`--trace needs --format: one of ${TRACE_FORMATS.join(', ')}.`);
  if (values.trace === undefined) {
    for (const name of ['format', 'streams', 'work-factor'] as const) {
      if (values[name] !== undefined) mistakes.push(`--${name} belongs to --trace, which is not given.`);
    }
  }
  if (values.streams !== undefined && values.format !== undefined && values.format !== 'cab')
    mistakes.push('--streams belongs to --format cab.');
  if (values.wire && !values.headless) mistakes.push('--wire belongs to --headless; the page is always over the wire.');
  return mistakes;
};

/**
 * Reads the flags of `npm start`; undefined when help was asked for.
 * @throws {UsageError} with every mistake
 */
export const startValues = (args: readonly string[]): StartValues | undefined => {
  const parsed = parseArguments(args, START_OPTIONS);
  if (parsed.kind === 'help') return undefined;
  const { values } = parsed;
  const mistakes = values.engine === undefined ? contradictions(values) : engineContradictions(args);
  if (mistakes.length > 0) throw new UsageError(mistakes);
  return values;
};

/** The workload that the flags ask for. */
export const workloadSpec = (values: StartValues): WorkloadSpec => {
  const common = { untilSeconds: values.until, seed: values.seed };
  if (values.trace === undefined || values.format === undefined)
    return { generate: values.generate ?? 'office', ...common };
  return {
    trace: values.trace,
    format: values.format,
    streams: values.streams,
    workFactor: values['work-factor'],
    ...common,
  };
};
