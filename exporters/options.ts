/** The exporter's command line. All mistakes are told at once. */
import { parseArgs } from 'node:util';

export interface MainOptions {
  readonly coordinator: string;
  readonly host: string;
  readonly port: number;
  readonly everySeconds: number;
  readonly timeoutSeconds: number;
  readonly requiredWorkers: number;
}

/** The command line cannot be used; the message has a line for each mistake. */
export class UsageError extends Error {
  constructor(mistakes: readonly string[]) {
    super([...mistakes, 'Run with --help for the flags.'].join('\n'));
    this.name = 'UsageError';
  }
}

interface Flag {
  readonly name: string;
  readonly placeholder: string;
  readonly default: string;
  readonly help: string;
  /** What is wrong with a value, as what was expected; undefined: nothing. */
  readonly expects: (text: string) => string | undefined;
}

const url = (text: string): string | undefined =>
  URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
    ? undefined
    : 'an address such as http://127.0.0.1:8889';

const numberFrom =
  (least: number, most: number, whole: boolean) =>
  (text: string): string | undefined => {
    const value = (whole ? /^\d+$/ : /^\d+(\.\d+)?$/).test(text) ? Number(text) : Number.NaN;
    return value >= least && value <= most ? undefined : `a ${whole ? 'whole ' : ''}number from ${least} to ${most}`;
  };

const FLAGS: readonly Flag[] = [
  {
    name: 'coordinator',
    placeholder: 'url',
    default: 'http://127.0.0.1:8889',
    help: 'Where the coordinator of the engine listens.',
    expects: url,
  },
  {
    name: 'host',
    placeholder: 'address',
    default: '127.0.0.1',
    help: 'Address to listen on; 0.0.0.0 lets others scrape, and shows them names of users.',
    expects: (text) => (/^[\w.:-]+$/.test(text) ? undefined : 'an address such as 127.0.0.1'),
  },
  {
    name: 'port',
    placeholder: 'number',
    default: '9495',
    help: 'Port to listen on; 0 takes a free one.',
    expects: numberFrom(0, 65_535, true),
  },
  {
    name: 'every-seconds',
    placeholder: 'seconds',
    default: '5',
    help: 'How often the engine is read.',
    expects: numberFrom(1, 300, false),
  },
  {
    name: 'timeout-seconds',
    placeholder: 'seconds',
    default: '3',
    help: 'How long one request to the engine may take.',
    expects: numberFrom(0.1, 60, false),
  },
  {
    name: 'required-workers',
    placeholder: 'workers',
    default: '1',
    help: 'query-manager.required-workers of the engine, which it does not tell.',
    expects: numberFrom(0, 100_000, true),
  },
];

export const helpText = (): string => {
  const lines = FLAGS.map((flag) => {
    const left = `--${flag.name} <${flag.placeholder}>`;
    return `  ${left.padEnd(30)}${flag.help} Default: ${flag.default}.`;
  });
  return [
    'Usage: tsx exporters/main.ts [flags]',
    '',
    'Reads a PrestoDB coordinator and tells what it says of its load at /metrics.',
    '',
    ...lines,
    `  ${'--help'.padEnd(30)}Print this text.`,
    '',
  ].join('\n');
};

type Given = ReadonlyMap<string, string>;

const given = (args: readonly string[], mistakes: string[]): Given => {
  const options = Object.fromEntries(FLAGS.map(({ name }) => [name, { type: 'string' as const }]));
  const { tokens } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true });
  const values = new Map<string, string>();
  for (const token of tokens) {
    if (token.kind === 'positional')
      mistakes.push(`Unexpected argument "${token.value}": every value belongs to a flag.`);
    if (token.kind !== 'option') continue;
    if (!FLAGS.some(({ name }) => token.rawName === `--${name}`)) mistakes.push(`Unknown flag ${token.rawName}.`);
    else if (values.has(token.name)) mistakes.push(`--${token.name} is given more than once.`);
    else values.set(token.name, token.value ?? '');
  }
  return values;
};

const checked = (values: Given, mistakes: string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    FLAGS.map((flag) => {
      const text = values.get(flag.name) ?? flag.default;
      const expected = flag.expects(text);
      if (expected !== undefined) mistakes.push(`--${flag.name} cannot be "${text}": expected ${expected}.`);
      return [flag.name, text];
    }),
  );

/**
 * @returns undefined when help was asked for
 * @throws {UsageError} with every mistake
 */
export const readOptions = (args: readonly string[]): MainOptions | undefined => {
  if (args.includes('--help') || args.includes('-h')) return undefined;
  const mistakes: string[] = [];
  const values = checked(given(args, mistakes), mistakes);
  if (mistakes.length > 0) throw new UsageError(mistakes);
  return {
    coordinator: String(values['coordinator']),
    host: String(values['host']),
    port: Number(values['port']),
    everySeconds: Number(values['every-seconds']),
    timeoutSeconds: Number(values['timeout-seconds']),
    requiredWorkers: Number(values['required-workers']),
  };
};
