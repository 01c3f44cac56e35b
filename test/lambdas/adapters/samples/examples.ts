/** The mappings that docs/samples.md shows. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const PAGE = join(__dirname, '../../../../docs/samples.md');

export const examples = (): readonly Record<string, unknown>[] =>
  [...readFileSync(PAGE, 'utf8').matchAll(/```json\n([\s\S]*?)```/g)].map(
    ([, text]) => JSON.parse(text as string) as Record<string, unknown>,
  );

export const isForCloudWatch = ({ runningQueries }: Record<string, unknown>): boolean =>
  typeof runningQueries === 'object';
