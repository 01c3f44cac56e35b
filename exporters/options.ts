/** The exporter's command line and configuration file. All mistakes of both are told at once. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { AccessError, type EngineAccess, readAccess } from './engine/access.ts';
import { CONFIG_FLAG, FLAG_GROUPS, FLAGS, type Flag } from './flags.ts';

/** Where a cluster is in AWS. */
export interface TablePlace {
  readonly table: string;
  readonly cluster: string;
  readonly region: string;
}

export interface PushPlace extends TablePlace {
  readonly queueUrl: string;
}

export interface MainOptions {
  readonly coordinator: string;
  readonly access: EngineAccess;
  readonly host: string;
  readonly port: number;
  readonly everySeconds: number;
  readonly timeoutSeconds: number;
  readonly requiredWorkers: number;
  /** Absent: ended queries are not counted. */
  readonly history?: { readonly everySeconds: number };
  /** Absent: samples are only scraped. */
  readonly push?: PushPlace;
  /** Absent: the autoscaler's own state is not told. */
  readonly autoscaler?: TablePlace;
}

/** The command line cannot be used; the message has a line for each mistake. */
export class UsageError extends Error {
  constructor(mistakes: readonly string[]) {
    super([...mistakes, 'Run with --help for the flags.'].join('\n'));
    this.name = 'UsageError';
  }
}

/** Width of the flags in the help. */
const COLUMN = 33;

const lineOf = ({ name, placeholder, help, default: fallback }: Flag): string => {
  const left = `--${name} <${placeholder}>`;
  return `  ${left.padEnd(COLUMN)} ${help}${fallback === undefined ? '' : ` Default: ${fallback}.`}`;
};

export const helpText = (): string =>
  [
    'Usage: node exporter.mjs [flags]',
    '',
    'Reads the coordinator of a Presto or Trino and tells what it says of its load at /metrics. With --push-table each',
    'sample is also written to the autoscaler’s table, and the autoscaler is woken when demand appears.',
    '',
    ...FLAG_GROUPS.flatMap(([title, flags]) => [`${title}:`, ...flags.map(lineOf), '']),
    lineOf(CONFIG_FLAG),
    `  ${'--help'.padEnd(COLUMN)} Print this text.`,
    '',
    'AWS is reached with the credentials and endpoints of the AWS SDK: instance profile, AWS_PROFILE, AWS_ENDPOINT_URL_….',
    '',
  ].join('\n');

type Given = Map<string, string>;

const fromArguments = (args: readonly string[], mistakes: string[]): Given => {
  const known = [...FLAGS, CONFIG_FLAG].map(({ name }) => name);
  const options = Object.fromEntries(known.map((name) => [name, { type: 'string' as const }]));
  const { tokens } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true });
  const values: Given = new Map();
  for (const token of tokens) {
    if (token.kind === 'positional')
      mistakes.push(`Unexpected argument "${token.value}": every value belongs to a flag.`);
    if (token.kind !== 'option') continue;
    if (!known.some((name) => token.rawName === `--${name}`)) mistakes.push(`Unknown flag ${token.rawName}.`);
    else if (values.has(token.name)) mistakes.push(`--${token.name} is given more than once.`);
    else values.set(token.name, token.value ?? '');
  }
  return values;
};

const parsedFile = (path: string, mistakes: string[]): Readonly<Record<string, unknown>> => {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // The parser's message repeats a piece of the text.
    const why =
      code === undefined ? `is not JSON (${message.replace(/,? ?["'].*$/s, '')})` : `cannot be read (${code})`;
    mistakes.push(`--config ${path} ${why}.`);
    return {};
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  mistakes.push(`--config ${path} holds no object: expected {"coordinator": "http://127.0.0.1:8889", …}.`);
  return {};
};

/** Numbers and truth values as the command line would have them. */
const textOf = (value: unknown): string | undefined => {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
};

const fromFile = (path: string, mistakes: string[]): Given => {
  const values: Given = new Map();
  for (const [name, value] of Object.entries(parsedFile(path, mistakes))) {
    const text = textOf(value);
    if (!FLAGS.some((flag) => flag.name === name)) mistakes.push(`${path}: unknown name "${name}".`);
    else if (text === undefined) mistakes.push(`${path}: "${name}" must be a text, a number, true or false.`);
    else values.set(name, text);
  }
  return values;
};

const given = (args: readonly string[], mistakes: string[]): Given => {
  const values = fromArguments(args, mistakes);
  const path = values.get(CONFIG_FLAG.name);
  if (path === undefined) return values;
  const expected = CONFIG_FLAG.expects(path);
  if (expected !== undefined) mistakes.push(`--config cannot be "${path}": expected ${expected}.`);
  return new Map([...(expected === undefined ? fromFile(path, mistakes) : []), ...values]);
};

/** Values of all flags that are set, by given value or default. */
const checked = (values: Given, mistakes: string[]): Readonly<Record<string, string | undefined>> =>
  Object.fromEntries(
    FLAGS.flatMap((flag) => {
      const text = values.get(flag.name) ?? flag.default;
      if (text === undefined) return [];
      const expected = flag.expects(text);
      if (expected !== undefined) mistakes.push(`--${flag.name} cannot be "${text}": expected ${expected}.`);
      return [[flag.name, text]];
    }),
  );

type Texts = ReturnType<typeof checked>;

const FLAG_OF_ACCESS = /--(?=(user|password-file|ca-file)\b)/g;

const accessOf = (values: Texts, mistakes: string[]): EngineAccess | undefined => {
  try {
    return readAccess({
      coordinator: values['coordinator'],
      user: values['engine-user'],
      passwordFile: values['engine-password-file'],
      caFile: values['engine-ca-file'],
    });
  } catch (error) {
    if (!(error instanceof AccessError)) throw error;
    mistakes.push(...error.mistakes.map((mistake) => mistake.replace(FLAG_OF_ACCESS, '--engine-')));
    return undefined;
  }
};

/** The flags that something needs and that are not set; each one missing is a part of one mistake. */
const needs = (what: string, names: readonly string[], values: Texts, mistakes: string[]): boolean => {
  const missing = names.filter((name) => values[name] === undefined).map((name) => `--${name}`);
  if (missing.length > 0) mistakes.push(`${what} needs ${missing.join(' and ')}.`);
  return missing.length === 0;
};

/** The region that an address of SQS itself names; undefined: it names none, as a local one. */
const regionOf = (queueUrl: string): string | undefined => /^https?:\/\/sqs\.([\w-]+)\.amazonaws\./.exec(queueUrl)?.[1];

const pushOf = (values: Texts, mistakes: string[]): PushPlace | undefined => {
  const { 'push-table': table, 'push-queue': queueUrl, cluster, region } = values;
  if (table === undefined && queueUrl === undefined) return undefined;
  const [what, other] = table === undefined ? ['--push-queue', 'push-table'] : ['--push-table', 'push-queue'];
  needs(what, [other, 'cluster', 'region'], values, mistakes);
  if (!table || !queueUrl || !cluster || !region) return undefined;
  const found = regionOf(queueUrl);
  if (found !== undefined && found !== region)
    mistakes.push(`--push-queue is in ${found} and --region is ${region}: expected table and queue in one region.`);
  return { table, queueUrl, cluster, region };
};

const autoscalerOf = (values: Texts, mistakes: string[]): TablePlace | undefined => {
  const { autoscaler, cluster, region } = values;
  if (autoscaler !== 'on') {
    if (values['autoscaler-table'] !== undefined) mistakes.push('--autoscaler-table needs --autoscaler on.');
    return undefined;
  }
  const table = values['autoscaler-table'] ?? values['push-table'];
  needs('--autoscaler on', ['cluster', 'region'], values, mistakes);
  if (table === undefined) mistakes.push('--autoscaler on needs --push-table or --autoscaler-table.');
  return table && cluster && region ? { table, cluster, region } : undefined;
};

/**
 * Reads the flags, and the files that they name.
 * @returns undefined when help was asked for
 * @throws {UsageError} with every mistake; never with what is in a file of secrets
 */
export const readOptions = (args: readonly string[]): MainOptions | undefined => {
  if (args.includes('--help') || args.includes('-h')) return undefined;
  const mistakes: string[] = [];
  const values = checked(given(args, mistakes), mistakes);
  const access = accessOf(values, mistakes);
  const push = pushOf(values, mistakes);
  const autoscaler = autoscalerOf(values, mistakes);
  if (mistakes.length > 0 || access === undefined) throw new UsageError(mistakes);
  return {
    coordinator: String(values['coordinator']),
    access,
    host: String(values['host']),
    port: Number(values['port']),
    everySeconds: Number(values['every-seconds']),
    timeoutSeconds: Number(values['timeout-seconds']),
    requiredWorkers: Number(values['required-workers']),
    ...(values['history'] === 'on' ? { history: { everySeconds: Number(values['history-every-seconds']) } } : {}),
    ...(push === undefined ? {} : { push }),
    ...(autoscaler === undefined ? {} : { autoscaler }),
  };
};
