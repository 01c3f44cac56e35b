/** What the functions can call in AWS, read from their sources: SDK commands, and requests that are signed by hand. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { ROOT } from './synthesized.ts';

/** What a service is called in permissions, by the SDK's package. A package that is not here is a call nobody granted. */
const SERVICES: Readonly<Record<string, string>> = {
  '@aws-sdk/client-emr': 'elasticmapreduce',
  '@aws-sdk/client-dynamodb': 'dynamodb',
  '@aws-sdk/lib-dynamodb': 'dynamodb',
  '@aws-sdk/client-sqs': 'sqs',
  '@aws-sdk/client-cloudwatch': 'cloudwatch',
};

/** Commands whose action has another name (Service Authorization Reference; lib-dynamodb leaves "Item" out). */
const RENAMED: Readonly<Record<string, string>> = {
  'dynamodb:Get': 'dynamodb:GetItem',
  'dynamodb:Put': 'dynamodb:PutItem',
  'dynamodb:Update': 'dynamodb:UpdateItem',
  'dynamodb:Delete': 'dynamodb:DeleteItem',
  'dynamodb:BatchWrite': 'dynamodb:BatchWriteItem',
  'sqs:SendMessageBatch': 'sqs:SendMessage',
};

/** Requests that are signed without a client, by the word in the source that says which. */
const SIGNED: Readonly<Record<string, readonly [action: string, said: string]>> = {
  'lambdas/adapters/ec2/instances.ts': ['ec2:DescribeInstances', "Action: 'DescribeInstances'"],
  'lambdas/adapters/samples/amp.ts': ['aps:QueryMetrics', 'signFor('],
};

const IMPORT = /^(?:import|export) (?!type )([^;]*?)from '([^']+)';/gm;

const importsOf = (source: string): { readonly names: string; readonly from: string }[] =>
  [...source.matchAll(IMPORT)].map(([, names = '', from = '']) => ({ names, from }));

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

const actionOf = (from: string, command: string): string => {
  const service = SERVICES[from];
  if (service === undefined) throw new Error(`${from} is not in SERVICES: what are its permissions called?`);
  const action = `${service}:${command.replace(/Command$/, '')}`;
  return RENAMED[action] ?? action;
};

const signedIn = (file: string, source: string): string[] => {
  // By calling it, not by having it.
  if (!/\bsignFor\('/.test(source)) return [];
  const known = SIGNED[file];
  if (known === undefined) throw new Error(`${file} signs requests: which action is that? (SIGNED)`);
  if (!source.includes(known[1])) throw new Error(`${file} does not say ${known[1]} any more`);
  return [known[0]];
};

/** What one file can call. */
const callsIn = (file: string): string[] => {
  const source = read(file);
  const commands = importsOf(source)
    .filter(({ from }) => from.startsWith('@aws-sdk/') && from !== '@aws-sdk/credential-provider-node')
    .flatMap(({ names, from }) =>
      [...names.matchAll(/(?<!type )\b([A-Z]\w+Command)\b/g)].map(([, command = '']) => actionOf(from, command)),
    );
  return [...commands, ...signedIn(file, source)];
};

const sorted = (actions: readonly string[]): string[] => [...new Set(actions)].toSorted();

const filesBelow = (directory: string): string[] =>
  readdirSync(join(ROOT, directory), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
    .map((file) => join(directory, file));

/** What the adapters of all functions can call. */
export const callsOfAdapters = (): string[] => sorted(filesBelow('lambdas/adapters').flatMap(callsIn));

/** Files that become part of a function's code, types left out. */
const reached = (file: string, seen = new Set<string>()): ReadonlySet<string> => {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const { from } of importsOf(read(file))) {
    if (!from.startsWith('.')) continue;
    reached(relative(ROOT, join(ROOT, dirname(file), from)), seen);
  }
  return seen;
};

/** What one function can call. */
export const callsOf = (name: string): string[] => sorted([...reached(`lambdas/main/${name}.ts`)].flatMap(callsIn));
