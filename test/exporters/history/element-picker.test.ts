/** Values out of a list that arrives in any pieces. */
import fc from 'fast-check';
import { NonsenseError } from '../../../exporters/engine/untrusted.ts';
import { ElementPicker, type Picked } from '../../../exporters/history/element-picker.ts';

const PATHS = ['id', 'session.user', 'tags', 'stats.cpu', 'n'] as const;

/** Pushes a text in pieces that end at these bytes. */
const pick = (text: string, cuts: readonly number[] = [], wants: (id: unknown) => boolean = () => true): Picked[] => {
  const found: Picked[] = [];
  const picker = new ElementPicker({ paths: PATHS, wants, onElement: (picked) => found.push(picked) });
  const bytes = Buffer.from(text);
  const ends = [...cuts.filter((cut) => cut < bytes.length), bytes.length].sort((one, other) => one - other);
  let from = 0;
  for (const end of ends) {
    // A buffer that is used again must not change what was picked.
    const piece = Buffer.from(bytes.subarray(from, end));
    picker.push(piece);
    piece.fill(0x20);
    from = end;
  }
  picker.end();
  return found;
};

/** The same from the parsed list. */
const expected = (list: readonly Record<string, unknown>[]): Picked[] =>
  list.map((element) =>
    Object.fromEntries(
      PATHS.flatMap((path) => {
        let value: unknown = element;
        for (const name of path.split('.')) {
          const has =
            typeof value === 'object' && value !== null && !Array.isArray(value) && Object.hasOwn(value, name);
          if (!has) return [];
          value = (value as Record<string, unknown>)[name];
        }
        return [[path, value]];
      }),
    ),
  );

const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('"', '\\', '\\\\"', '[{', '}],', 'id', ''));
const json = fc.jsonValue({ maxDepth: 3 });
const element = fc
  .tuple(
    fc.dictionary(text, json, { maxKeys: 3 }),
    fc.record({ session: fc.oneof(json, fc.record({ user: text, id: json })), sql: text }, { requiredKeys: [] }),
    fc.record(
      { stats: fc.record({ cpu: text, more: json }), tags: fc.array(text), n: fc.double() },
      { requiredKeys: [] },
    ),
  )
  .map((parts): Record<string, unknown> => {
    const joined: Record<string, unknown> = { id: 'x' };
    for (const part of parts) Object.assign(joined, JSON.parse(JSON.stringify(part)));
    return joined;
  });

describe('any list', () => {
  test('in any pieces, with or without spaces → what parsing it gives', () => {
    fc.assert(
      fc.property(
        fc.array(element, { maxLength: 5 }),
        fc.array(fc.nat(600), { maxLength: 12 }),
        fc.constantFrom(undefined, 1, '\t'),
        (list, cuts, space) => {
          expect(pick(JSON.stringify(list, null, space), cuts)).toEqual(expected(list));
        },
      ),
      { numRuns: 500 },
    );
  });

  test('byte by byte → the same', () => {
    const list = [{ id: 'ä"\\', session: { user: '🜂\n', x: { user: 'no' } }, tags: ['a', 'b]'], stats: { cpu: '1s' } }];
    const body = JSON.stringify(list);
    expect(pick(body, [...Buffer.from(body).keys()])).toEqual(expected(list));
  });

  test('cut off anywhere → it is noticed, and whole elements before the cut were told', () => {
    const body = JSON.stringify([{ id: 'a' }, { id: 'b', n: 17 }]);
    for (let length = 0; length < body.length; length += 1) {
      expect(() => pick(body.slice(0, length))).toThrow(NonsenseError);
    }
    const found: Picked[] = [];
    const picker = new ElementPicker({ paths: PATHS, wants: () => true, onElement: (one) => found.push(one) });
    picker.push(Buffer.from(body.slice(0, -3)));
    expect(found).toEqual([{ id: 'a' }]);
  });
});

test('an element is known → it is told nothing of, and the next one is read', () => {
  const list = [
    { id: 'a', session: { user: 'u' }, n: 1 },
    { id: 'b', session: { user: 'u' }, n: 2 },
  ];
  expect(pick(JSON.stringify(list), [], (id) => id === 'b')).toEqual(expected(list).slice(1));
});

test('a value too long to keep → it is absent, the rest is there', () => {
  const list = [{ id: 'a', session: { user: 'u'.repeat(200_000) }, n: 1 }];
  expect(pick(JSON.stringify(list), [70_000, 140_000])).toEqual([{ id: 'a', 'session.user': undefined, n: 1 }]);
});

test('10,000 characters, each of them escaped → kept', () => {
  const body = `[{"id":"a","session":{"user":"${'\\u00e4'.repeat(10_000)}"}}]`;
  expect(pick(body, [65_536])).toEqual([{ id: 'a', 'session.user': 'ä'.repeat(10_000) }]);
});

const NONSENSE = [
  ['HTML', '<html>Please log in</html>'],
  ['an object', '{"id":"a"}'],
  ['nothing', ''],
  ['a list of numbers', '[1,2]'],
  ['a list of lists', '[[]]'],
  ['two lists', '[][]'],
  ['text behind the list', '[] x'],
  ['brackets that do not match', '[{"id":"a"]]'],
  ['a member without a name', '[{1:2}]'],
  ['a value that is no JSON', '[{"id":abc}]'],
  ['a list without end of depth', `[{"x":${'['.repeat(100_000)}`],
] as const;

test.each(NONSENSE)('%s → an error', (_, body) => {
  expect(() => pick(body)).toThrow(NonsenseError);
});
