import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_KNOBS, R5_4XLARGE } from '../../simulator/world/knobs.ts';

test('every knob of the world has its line in docs/world.md', () => {
  const text = readFileSync(join(__dirname, '../../docs/world.md'), 'utf8');
  const names = [DEFAULT_KNOBS.engine, DEFAULT_KNOBS.fleet, R5_4XLARGE].flatMap((knobs) => Object.keys(knobs));
  expect(names.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
});
