/**
 * `npm run bench:clusters`: many clusters in one account, all with the same step at nine o'clock. `--write` keeps what was
 * measured (docs/many-clusters.json) and writes docs/many-clusters.md from it.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  helpText,
  list,
  type Option,
  parseArguments,
  positiveNumber,
  type Values,
  wholeNumber,
} from '../cli/arguments.ts';
import { runCommand } from '../cli/run.ts';
import { playMorning } from '../local/account/morning.ts';
import { MORNING } from '../local/account/morning-options.ts';
import type { MorningResult } from '../local/account/morning-record.ts';
import { manyClustersPage, type PlayedMornings } from './docs-many-clusters.ts';

const OPTIONS = [
  {
    name: 'clusters',
    type: 'string',
    placeholder: 'N,…',
    parse: list,
    default: '10,50,100',
    help: 'Numbers of clusters, each a run with the published quota.',
  },
  {
    name: 'raised',
    type: 'string',
    placeholder: 'N',
    parse: wholeNumber,
    default: '1000',
    help: 'Number of clusters of one more run, with a raised quota; 0: none.',
  },
  { name: 'factor', type: 'string', parse: positiveNumber, default: '10', help: 'How much that quota is raised.' },
  { name: 'seed', type: 'string', parse: wholeNumber, default: '1', help: 'Of all chance.' },
  { name: 'json', type: 'boolean', help: 'Print what was measured in place of the page.' },
  { name: 'write', type: 'boolean', help: 'Keep it in docs/many-clusters.json, and write docs/many-clusters.md.' },
] as const satisfies readonly Option[];

type Options = Values<typeof OPTIONS>;

const fileOf = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

const play = async (clusters: number, quotaFactor: number, seed: number): Promise<MorningResult> => {
  const began = performance.now();
  const result = await playMorning({
    ...MORNING,
    clusters,
    quotaFactor,
    seed,
    onProgress: (seconds) => {
      if (seconds % 300 > 0) return;
      const wall = Math.round((performance.now() - began) / 1000);
      process.stderr.write(`${clusters} clusters: ${seconds / 60} minutes, ${wall} s\n`);
    },
  });
  for (const [what, count] of Object.entries(result.failures)) process.stderr.write(`${count} × ${what}\n`);
  return result;
};

const playAll = async ({ clusters, raised, factor, seed }: Options): Promise<PlayedMornings> => {
  const mornings: MorningResult[] = [];
  for (const text of clusters) mornings.push(await play(Number(text), 1, seed));
  if (raised > 0) mornings.push(await play(raised, factor, seed));
  const { stepAtSeconds, untilSeconds, losingShare, slotSeconds } = MORNING;
  return { stepAtSeconds, untilSeconds, losingShare, slotSeconds, mornings };
};

await runCommand(async () => {
  const parsed = parseArguments(process.argv.slice(2), OPTIONS);
  if (parsed.kind === 'help') {
    process.stdout.write(helpText('npm run bench:clusters -- [flags]', 'Many clusters in one account.', OPTIONS));
    return;
  }
  const played = await playAll(parsed.values);
  const json = `${JSON.stringify(played, null, 2)}\n`;
  process.stdout.write(parsed.values.json ? json : manyClustersPage(played));
  if (!parsed.values.write) return;
  writeFileSync(fileOf('docs/many-clusters.json'), json);
  writeFileSync(fileOf('docs/many-clusters.md'), manyClustersPage(played));
});
