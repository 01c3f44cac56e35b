import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { type ArchivedFile, archiveOf } from '../../../lib/presto-cluster/archive.ts';
import { scriptBundle } from '../../../lib/presto-cluster/files.ts';
import { ROOT } from './described.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'prestoscale-archive-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Every file with its mode and content, as `tar -xzf` leaves them. */
const unpacked = (archive: Buffer | string): [name: string, mode: string, content: string][] => {
  const into = mkdtempSync(join(folder, 'into-'));
  const file = typeof archive === 'string' ? archive : join(into, '../archive.tar.gz');
  if (typeof archive !== 'string') writeFileSync(file, archive);
  const { status, stderr } = spawnSync('tar', ['-xzf', file, '-C', into], { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return readdirSync(into, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(into, name)).isFile())
    .sort()
    .map((name) => [
      name,
      (statSync(join(into, name)).mode & 0o777).toString(8),
      readFileSync(join(into, name), 'latin1'),
    ]);
};

test('the archive of the construct holds what bundle.sh packs', () => {
  const packed = join(folder, 'bundle.tar.gz');
  expect(spawnSync('bash', [join(ROOT, 'bootstrap-scripts/bundle.sh'), packed]).status).toBe(0);
  expect(unpacked(scriptBundle())).toEqual(unpacked(packed));
});

test('any files come out as they went in, and in any order they make the same bytes', () => {
  const name = fc.stringMatching(/^[a-z0-9.-]{1,20}x$/);
  const one = fc.record({
    name: fc.tuple(fc.constantFrom('', 'agent/', 'a/b/'), name).map((parts) => parts.join('')),
    // Around the sizes of a block of tar and of a stored block of deflate.
    content: fc
      .oneof(fc.constantFrom(0, 1, 511, 512, 513, 65_023, 65_535, 65_536, 140_000), fc.nat(2000))
      .chain((length) => fc.nat(255).map((byte) => Buffer.alloc(length, byte))),
    executable: fc.boolean(),
  });
  const files = fc.uniqueArray(one, { maxLength: 6, selector: (file) => file.name });
  fc.assert(
    fc.property(files, (given) => {
      const archive = archiveOf(given);
      expect(archiveOf(given.toReversed()).equals(archive)).toBe(true);
      const expected = given
        .map((file) => [file.name, file.executable ? '755' : '644', file.content.toString('latin1')])
        .sort(([a = ''], [b = '']) => (a < b ? -1 : 1));
      expect(unpacked(archive)).toEqual(expected);
    }),
    { numRuns: 25 },
  );
});

test('neither when nor where a file was written shows', () => {
  const file = (content: string): ArchivedFile => ({ name: 'a', content: Buffer.from(content), executable: true });
  mkdirSync(join(folder, 'later'));
  expect(archiveOf([file('x')]).equals(archiveOf([file('x')]))).toBe(true);
  expect(archiveOf([file('x')]).equals(archiveOf([file('y')]))).toBe(false);
});

test('a name that does not fit is refused', () => {
  expect(() => archiveOf([{ name: 'ä'.repeat(51), content: Buffer.of(), executable: false }])).toThrow('100 bytes');
});
