/** Every flag of the exporter: what it is for, and which values it takes. A configuration file has the same names. */

export interface Flag {
  readonly name: string;
  readonly placeholder: string;
  /** Absent: without the flag nothing is set. */
  readonly default?: string;
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

const matching =
  (pattern: RegExp, expected: string) =>
  (text: string): string | undefined =>
    pattern.test(text) ? undefined : expected;

const onOrOff = matching(/^(on|off)$/, 'on or off');
const file = matching(/./, 'the path of a file');
const tableName = matching(/^[\w.-]{3,255}$/, 'the name of a DynamoDB table');

const ENGINE: readonly Flag[] = [
  {
    name: 'coordinator',
    placeholder: 'url',
    default: 'http://127.0.0.1:8889',
    help: 'Where the coordinator of the engine listens.',
    expects: url,
  },
  {
    name: 'engine-user',
    placeholder: 'name',
    help: 'User as whom the engine is asked.',
    expects: matching(/./, 'a name'),
  },
  {
    name: 'engine-password-file',
    placeholder: 'file',
    help: 'File with the password of that user and nothing else; sent over https only.',
    expects: file,
  },
  {
    name: 'engine-ca-file',
    placeholder: 'file',
    help: 'File (PEM) with the authorities that may vouch for the engine; without it those that Node ships.',
    expects: file,
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

const HISTORY: readonly Flag[] = [
  {
    name: 'history',
    placeholder: 'on|off',
    default: 'on',
    help: 'Whether the queries that end are counted, from the lists that the engine keeps of them.',
    expects: onOrOff,
  },
  {
    name: 'history-every-seconds',
    placeholder: 'seconds',
    default: '30',
    help: 'How often those lists are read; less often where that takes long.',
    expects: numberFrom(5, 600, false),
  },
];

const SERVER: readonly Flag[] = [
  {
    name: 'host',
    placeholder: 'address',
    default: '127.0.0.1',
    help: 'Address to listen on; 0.0.0.0 lets others scrape, and shows them names of users.',
    expects: matching(/^[\w.:-]+$/, 'an address such as 127.0.0.1'),
  },
  {
    name: 'port',
    placeholder: 'number',
    default: '9495',
    help: 'Port to listen on; 0 takes a free one.',
    expects: numberFrom(0, 65_535, true),
  },
];

const TABLE: readonly Flag[] = [
  {
    name: 'push-table',
    placeholder: 'name',
    help: 'Table to which each sample is written.',
    expects: tableName,
  },
  {
    name: 'push-queue',
    placeholder: 'url',
    help: 'Address of the tick queue, to which a wake-up goes when demand appears.',
    // A queue in order cannot hold single messages back, and one wake-up would wait for the next.
    expects: matching(
      /^https?:\/\/[^/\s]+\/\d{12}\/[\w-]{1,80}$/,
      'the address of a standard queue, such as https://sqs.eu-central-1.amazonaws.com/123456789012/ticks',
    ),
  },
  {
    name: 'cluster',
    placeholder: 'name',
    help: 'Name of the cluster in the table.',
    expects: matching(/^[^\p{Cc}]{1,255}$/u, 'a name of at most 255 characters'),
  },
  {
    name: 'region',
    placeholder: 'region',
    help: 'AWS region of table and queue.',
    expects: matching(/^[a-z]{2,}(-[a-z]+)+-\d+$/, 'a region such as eu-central-1'),
  },
  {
    name: 'autoscaler',
    placeholder: 'on|off',
    default: 'off',
    help: 'Whether the autoscaler’s own state is read from the table and told as well.',
    expects: onOrOff,
  },
  {
    name: 'autoscaler-table',
    placeholder: 'name',
    help: 'Table to read it from, if nothing is pushed or to another one.',
    expects: tableName,
  },
];

export const CONFIG_FLAG: Flag = {
  name: 'config',
  placeholder: 'file',
  help: 'JSON file with the names and values of flags; the command line goes before it.',
  expects: file,
};

/** In groups, as `--help` shows them. */
export const FLAG_GROUPS: readonly (readonly [title: string, flags: readonly Flag[]])[] = [
  ['The engine', [...ENGINE, ...HISTORY]],
  ['The metrics', SERVER],
  ['The autoscaler', TABLE],
];

/** Every flag that may also stand in a configuration file. */
export const FLAGS: readonly Flag[] = FLAG_GROUPS.flatMap(([, flags]) => flags);
