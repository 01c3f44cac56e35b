import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { METRIC_LIST } from '../../scripts/metric-list.ts';
import { METRIC_NOTES } from '../../scripts/metric-notes.ts';

const PAGE = readFileSync(join(__dirname, '../../docs/metrics.md'), 'utf8');
const parts = Object.keys(METRIC_NOTES) as (keyof typeof METRIC_NOTES)[];

describe('notes on metrics', () => {
  test.each(parts)('%s: each metric has a note, and each note is of a metric', (part) => {
    expect(Object.keys(METRIC_NOTES[part]).sort()).toEqual(METRIC_LIST[part].map(({ name }) => name).sort());
  });

  test('each says where the number comes from and what its absence means', () => {
    for (const part of parts) {
      for (const { source, absent } of Object.values(METRIC_NOTES[part])) {
        expect(source.length).toBeGreaterThan(5);
        expect(absent).toMatch(/\.$/);
      }
    }
  });

  test('no name is told twice', () => {
    const names = Object.values(METRIC_LIST).flatMap((all) => all.map(({ name }) => name));
    expect(new Set(names).size).toBe(names.length);
  });

  test('the page has a row for each, with a unit', () => {
    for (const { name, type } of Object.values(METRIC_LIST).flat()) {
      expect(PAGE).toMatch(new RegExp(`^\\| \`${name}\` \\| ${type} \\| [^|]*\\w[^|]* \\|`, 'm'));
    }
  });
});
