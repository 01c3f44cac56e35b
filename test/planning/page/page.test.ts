/** The plan's page without a browser: what stands in it, and what never may. */
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { dollars, escaped, percent } from '../../../planning/page/html.ts';
import { planPage } from '../../../planning/page/page.ts';
import { scaleOf } from '../../../planning/page/scale.ts';
import { bandText } from '../../../planning/page/tables.ts';
import { CATALOGUE, PLAN, ratedOf, typeOf } from './plans.ts';

const count = (html: string, what: RegExp): number => [...html.matchAll(what)].length;

describe('the page of a plan', () => {
  const html = planPage(PLAN, CATALOGUE);

  test('51 candidates with a price, 12 taken, one without, one that the filter left → 51 points, 12 marked, 53 rows', () => {
    expect(count(html, /class="point (chosen|left)" role="img"/g)).toBe(51);
    expect(count(html, /class="point chosen" role="img"/g)).toBe(12);
    expect(count(html, /<tr data-name=/g)).toBe(53);
    expect(html).toContain('51 types; 1 more have no place here');
  });

  test('a name and a reason with markup in them → texts, never elements', () => {
    expect(html).not.toContain('<script>alert');
    expect(html).toContain('r9z.&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(html).toContain('&lt;b&gt;spot&lt;/b&gt; &amp; &quot;fee&quot;');
    expect(html).not.toContain('<b>');
  });

  test('nothing is fetched: no address but the name spaces of nobody', () => {
    expect(html).not.toMatch(/https?:|@import|url\(|<link rel="stylesheet"|<script src/);
    expect(html).toMatch(/content="default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'/);
  });

  test('the same plan → the same page, letter for letter', () => {
    expect(planPage(PLAN, CATALOGUE)).toBe(html);
  });

  test('the script can be parsed', () => {
    const script = /<script type="module">([\s\S]*)<\/script>/.exec(html)?.[1] ?? '';
    expect(script.length).toBeGreaterThan(1000);
    execFileSync(process.execPath, ['--input-type=module', '--check'], { input: script });
  });

  test('the figures → dollars, what r5.4xlarge costs, the largest pool and the losses', () => {
    for (const text of ['$11.20', '$25.10', '55 % less than on r5.4xlarge alone ($0.6200)', '12 %', '10 %'])
      expect(html).toContain(text);
  });

  test('a figure that was worked out → about; one that AWS tells → without', () => {
    const rows = [...html.matchAll(/<tr data-name="(m5|m5a)\.4xlarge">.*?<\/tr>/g)].map(([row]) => row);
    expect(rows.map((row) => row.includes('≈ '))).toEqual([false, true].toReversed());
  });

  test.each([
    ['no reference in the catalogue', { referenceUsdPerWorkHour: undefined }, 'r5.4xlarge is not in the catalogue'],
    ['a plan dearer than the reference', { spotUsdPerWorkHour: 0.93 }, '50 % more than on r5.4xlarge alone'],
    ['nothing taken', { chosen: [], spotUsdPerWorkHour: Number.NaN }, 'Taken: 0 types'],
    ['nothing that could be rated', { chosen: [], left: [] }, 'Nothing here has both a price and a speed.'],
  ])('%s → said, and no place is NaN', (_, more, text) => {
    const page = planPage({ ...PLAN, ...(more as object) }, CATALOGUE);
    expect(page).toContain(text);
    expect(page.replace(/<script.*/s, '')).not.toMatch(/NaN|Infinity|undefined/);
  });

  test('one type alone → its point is in the middle', () => {
    const rated = { ...ratedOf(typeOf('r5.4xlarge'), 1, 0.5), share: 1, shareOfUnits: 1, reasons: [] };
    const page = planPage({ ...PLAN, chosen: [rated], left: [] }, CATALOGUE);
    expect(page).toContain('<circle cx="50%" cy="50%" r="9"/>');
  });
});

describe('a scale', () => {
  const values = fc.array(fc.double({ min: 1e-4, max: 1e4, noNaN: true }), { minLength: 1, maxLength: 50 });

  test('any values → every value inside, ticks inside, rising, at most six and at least two', () => {
    fc.assert(
      fc.property(values, (given) => {
        const { ticks, at } = scaleOf(given, 6);
        for (const value of given) {
          expect(at(value)).toBeGreaterThanOrEqual(0);
          expect(at(value)).toBeLessThanOrEqual(100);
        }
        for (const tick of ticks) {
          expect(at(tick)).toBeGreaterThan(-1e-6);
          expect(at(tick)).toBeLessThan(100 + 1e-6);
        }
        expect(ticks.length).toBeGreaterThanOrEqual(2);
        expect(ticks.length).toBeLessThanOrEqual(7);
        expect(ticks).toEqual([...new Set(ticks)].toSorted((first, second) => first - second));
      }),
    );
  });
});

describe('numbers of the page', () => {
  test.each([
    [undefined, '–'],
    [Number.NaN, '–'],
    [0.25634, '$0.2563'],
    [12.345, '$12.35'],
    [1234.5, '$1235'],
  ])('%p dollars → %s', (value, text) => expect(dollars(value)).toBe(text));

  test.each([
    [undefined, '–'],
    [0, '0 %'],
    [0.0123, '1.2 %'],
    [0.2, '20 %'],
  ])('share %p → %s', (value, text) => expect(percent(value)).toBe(text));

  test('an unknown band → a dash, not the best one', () => {
    expect(bandText(typeOf('x.large'))).toBe('–');
    expect(bandText(typeOf('x.large', { interruptionBand: 0 }))).toBe('<5 %');
  });

  test('any text → no character of markup is left', () => {
    fc.assert(fc.property(fc.string(), (text) => expect(escaped(text)).not.toMatch(/[<>"']/)));
  });
});
