/**
 * A `tar.gz` whose bytes depend on names and contents alone. The checksum stands in the bootstrap action, and a changed
 * bootstrap action replaces a cluster: so neither the clock, nor the file system, nor the version of a compressor may
 * show. That is why nothing is compressed; gzip is the envelope that `install.sh` expects.
 */
import { crc32 } from 'node:zlib';

export interface ArchivedFile {
  /** With `/`, relative; at most 100 bytes (ustar). */
  readonly name: string;
  readonly content: Buffer;
  readonly executable: boolean;
}

const BLOCK = 512;
/** Longest stored block of deflate (RFC 1951, 3.2.4). */
const STORED = 65_535;

const octal = (value: number, digits: number): string => `${value.toString(8).padStart(digits, '0')}\0`;

/** Fields of a ustar header (POSIX.1-1988): offset and text. Owner and time are 0. */
const headerFields = ({ name, content, executable }: ArchivedFile): readonly (readonly [number, string])[] => [
  [0, name],
  [100, octal(executable ? 0o755 : 0o644, 7)],
  [108, octal(0, 7)],
  [116, octal(0, 7)],
  [124, octal(content.length, 11)],
  [136, octal(0, 11)],
  // While it is added up the checksum counts as spaces.
  [148, ' '.repeat(8)],
  [156, '0'],
  [257, 'ustar\0'],
  [263, '00'],
];

const header = (file: ArchivedFile): Buffer => {
  if (Buffer.byteLength(file.name) > 100) throw new Error(`${file.name}: a name in the archive has at most 100 bytes`);
  const block = Buffer.alloc(BLOCK);
  for (const [offset, text] of headerFields(file)) block.write(text, offset, 'utf8');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${octal(sum, 6)} `, 148, 'latin1');
  return block;
};

const padded = (content: Buffer): Buffer =>
  Buffer.concat([content, Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)]);

const tar = (files: readonly ArchivedFile[]): Buffer =>
  Buffer.concat([...files.flatMap((file) => [header(file), padded(file.content)]), Buffer.alloc(2 * BLOCK)]);

const storedBlock = (data: Buffer, last: boolean): Buffer => {
  const head = Buffer.alloc(5);
  head.writeUInt8(last ? 1 : 0, 0);
  head.writeUInt16LE(data.length, 1);
  head.writeUInt16LE(data.length ^ 0xffff, 3);
  return Buffer.concat([head, data]);
};

/** gzip (RFC 1952) without a name, without a time, of no particular system. */
const gzip = (data: Buffer): Buffer => {
  const count = Math.max(1, Math.ceil(data.length / STORED));
  const blocks = Array.from({ length: count }, (_, index) =>
    storedBlock(data.subarray(index * STORED, (index + 1) * STORED), index === count - 1),
  );
  const tail = Buffer.alloc(8);
  tail.writeUInt32LE(crc32(data), 0);
  tail.writeUInt32LE(data.length % 2 ** 32, 4);
  return Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]), ...blocks, tail]);
};

/**
 * The archive, with its files in the order of their names.
 * @throws Error for a name that is too long
 */
export const archiveOf = (files: readonly ArchivedFile[]): Buffer =>
  gzip(tar(files.toSorted((a, b) => (a.name < b.name ? -1 : 1))));
