/** The page about many clusters is what its numbers say. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { manyClustersPage, type PlayedMornings } from '../../scripts/docs-many-clusters.ts';

const read = (path: string): string => readFileSync(join(import.meta.dirname, '../../docs', path), 'utf8');
const played = JSON.parse(read('many-clusters.json')) as PlayedMornings;

test('the page is what the script would write', () => {
  expect(read('many-clusters.md')).toBe(manyClustersPage(played));
});

/** Numbers of clusters at which EMR may not refuse a single call. */
const NEVER_REFUSED: readonly number[] = [10, 50, 100];

test('at 10, 50 and 100 clusters no wake-up is lost', () => {
  const published = played.mornings.filter(({ quotaFactor }) => quotaFactor === 1);
  expect(published.map(({ clusters }) => clusters)).toEqual([10, 50, 100]);
  for (const { slots } of published) expect(slots).toMatchObject({ missed: 0, droppedLate: 0, expired: 0 });
});

test('EMR refuses nothing where the page says so', () => {
  const asked = played.mornings.filter(({ clusters }) => NEVER_REFUSED.includes(clusters));
  const throttled = asked.flatMap(({ emr }) => Object.values(emr).filter((one) => one.throttled > 0));
  expect(asked).toHaveLength(NEVER_REFUSED.length);
  expect(throttled).toEqual([]);
});
