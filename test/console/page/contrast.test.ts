/** Colours that can be read: WCAG 2.2, 1.4.3 (text, 4.5 : 1) and 1.4.11 (lines and borders, 3 : 1). */
import { readFileSync } from 'node:fs';
import path from 'node:path';

const CSS = readFileSync(path.resolve(import.meta.dirname, '../../../console/page/base.css'), 'utf8');

type Palette = Readonly<Record<string, string>>;

const paletteOf = (css: string): Palette =>
  Object.fromEntries([...css.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/g)].map(([, name, value]) => [name, value]));

const [light = '', dark = ''] = CSS.split('@media (prefers-color-scheme: dark)');
const LIGHT = paletteOf(light);
const SCHEMES: readonly (readonly [string, Palette])[] = [
  ['light', LIGHT],
  ['dark', { ...LIGHT, ...paletteOf(dark) }],
];

const luminance = (colour: string): number => {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((index) => {
    const part = Number.parseInt(colour.slice(index, index + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};

const contrast = (one = '', other = ''): number => {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
};

const pairs = (fronts: readonly string[], grounds: readonly string[]): (readonly [string, string])[] =>
  fronts.flatMap((front) => grounds.map((ground) => [front, ground] as const));

const TEXTS = [
  ...pairs(['text', 'quiet', 'good', 'draining'], ['ground', 'surface', 'sunken']),
  ...pairs(['bad', 'warn', 'accent'], ['surface']),
  // Letters of the marks in the charts.
  ...pairs(['surface'], ['bad', 'warn', 'accent', 'good']),
  ...pairs(['bad', 'text', 'quiet'], ['bad-ground']),
  ...pairs(['on-accent'], ['accent']),
];
const LINES = pairs(['ready', 'target', 'wanted', 'arriving', 'draining', 'limit', 'edge', 'accent'], ['surface']);

describe.each(SCHEMES)('%s', (_, palette) => {
  test('the palette is read', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
    expect(Object.keys(palette).length).toBeGreaterThan(15);
  });

  test.each(TEXTS)('text %s on %s', (front, ground) => {
    expect(contrast(palette[front], palette[ground])).toBeGreaterThanOrEqual(4.5);
  });

  test.each(LINES)('line %s on %s', (front, ground) => {
    expect(contrast(palette[front], palette[ground])).toBeGreaterThanOrEqual(3);
  });
});
