import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { generatedDocs } from '../../scripts/generated-docs.ts';

const ROOT = join(__dirname, '../..');

describe('generated pages', () => {
  test.each(Object.entries(generatedDocs()))('%s is what npm run docs would write', (path, text) => {
    expect(readFileSync(join(ROOT, path), 'utf8')).toBe(text);
  });

  test('every policy field with a number tells what too small and too big do', () => {
    const rows = (generatedDocs()['docs/policy-reference.md'] ?? '').split('\n').filter((line) => /\d – \d/.test(line));
    const silent = rows.filter((row) => !row.includes('| absent |') && !/Too small: .+ Too big: /.test(row));
    expect(rows.length).toBeGreaterThan(20);
    expect(silent).toEqual([]);
  });
});
