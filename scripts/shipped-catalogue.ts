/**
 * Writes planning/catalogue/shipped.json from recorded files: `npx tsx scripts/shipped-catalogue.ts FOLDER`, where FOLDER has
 * `catalog/aws_instance_catalog.csv`. The files themselves are not shipped; figures are, with their sources.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ShippedTable } from '../planning/catalogue/shipped.ts';
import { shippedTable } from './shipped-table.ts';

/** One line a type: the file is read by people in a change of it. */
const textOf = ({ types, ...head }: ShippedTable): string => {
  const lines = types.map((line) => `    [${line.map((cell) => JSON.stringify(cell)).join(', ')}]`);
  const before = JSON.stringify(head, undefined, 2).replace(/\n}$/, '');
  return `${before},\n  "types": [\n${lines.join(',\n')}\n  ]\n}\n`;
};

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('Which folder? Give the one that has catalog/aws_instance_catalog.csv.');
const file = fileURLToPath(new URL('../planning/catalogue/shipped.json', import.meta.url));
writeFileSync(file, textOf(shippedTable(folder)));
