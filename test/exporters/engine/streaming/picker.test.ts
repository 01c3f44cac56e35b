/** Values out of a document that arrives in any pieces. */
import fc from 'fast-check';
import { Picker, type PickerOptions, type PickForm } from '../../../../exporters/engine/streaming/picker.ts';
import { NonsenseError } from '../../../../exporters/engine/untrusted.ts';

const PATHS = ['id', 'session.user', 'tags', 'stats.cpu', 'n', 'pools.*.max'] as const;

/** Pushes a text in pieces that end at these bytes; names and elements. */
const pickNamed = (text: string, cuts: readonly number[], options: Partial<PickerOptions>): [string, unknown][] => {
  const found: [string, unknown][] = [];
  const onElement = (element: unknown, name: string): void => void found.push([name, element]);
  const picker = new Picker({ where: 'x', form: 'list', paths: PATHS, onElement, ...options });
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

const pick = (text: string, cuts: readonly number[] = [], options: Partial<PickerOptions> = {}): unknown[] =>
  pickNamed(text, cuts, options).map(([, element]) => element);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The same from the parsed document: only the members on the way to a path, and whole what ends a path. */
const pruned = (value: unknown, paths: readonly (readonly string[])[]): unknown => {
  if (!isObject(value) || paths.some((path) => path.length === 0)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) => {
      const own = paths.filter(([first]) => first === name);
      const wanted = own.length > 0 ? own : paths.filter(([first]) => first === '*');
      return wanted.length === 0
        ? []
        : [
            [
              name,
              pruned(
                member,
                wanted.map((path) => path.slice(1)),
              ),
            ] as const,
          ];
    }),
  );
};

const expected = (value: unknown): unknown =>
  pruned(
    value,
    PATHS.map((path) => path.split('.')),
  );

const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('"', '\\', '\\\\"', '[{', '}],', 'id', ''));
const json = fc.jsonValue({ maxDepth: 3 });
const element = fc
  .tuple(
    fc.dictionary(text, json, { maxKeys: 3 }),
    fc.record({ session: fc.oneof(json, fc.record({ user: text, id: json })), sql: text }, { requiredKeys: [] }),
    fc.record(
      {
        stats: fc.record({ cpu: text, more: json }),
        tags: fc.array(text),
        n: fc.double(),
        pools: fc.oneof(json, fc.dictionary(text, fc.oneof(json, fc.record({ max: json, other: json })))),
      },
      { requiredKeys: [] },
    ),
  )
  .map((parts): Record<string, unknown> => {
    const joined: Record<string, unknown> = { id: 'x' };
    for (const part of parts) Object.assign(joined, JSON.parse(JSON.stringify(part)));
    return joined;
  });

const anyCuts = fc.array(fc.nat(600), { maxLength: 12 });
const anySpace = fc.constantFrom(undefined, 1, '\t');

describe('any document, in any pieces, with or without spaces → what parsing it gives', () => {
  test('a list of objects', () => {
    fc.assert(
      fc.property(fc.array(element, { maxLength: 5 }), anyCuts, anySpace, (list, cuts, space) => {
        expect(pick(JSON.stringify(list, null, space), cuts)).toEqual(list.map(expected));
      }),
      { numRuns: 500 },
    );
  });

  test('a list of anything', () => {
    fc.assert(
      fc.property(fc.array(json, { maxLength: 5 }), anyCuts, anySpace, (list, cuts, space) => {
        expect(pick(JSON.stringify(list, null, space), cuts)).toEqual(
          (JSON.parse(JSON.stringify(list)) as unknown[]).map(expected),
        );
      }),
      { numRuns: 500 },
    );
  });

  test('a map by any names', () => {
    const map = fc.dictionary(text, fc.oneof(element, json), { maxKeys: 5 });
    fc.assert(
      fc.property(map, anyCuts, anySpace, (members, cuts, space) => {
        const body = JSON.stringify(members, null, space);
        const parsed = Object.entries(JSON.parse(body) as object);
        expect(pickNamed(body, cuts, { form: 'map' })).toEqual(parsed.map(([name, one]) => [name, expected(one)]));
      }),
      { numRuns: 500 },
    );
  });

  test('one object', () => {
    fc.assert(
      fc.property(element, anyCuts, anySpace, (one, cuts, space) => {
        expect(pick(JSON.stringify(one, null, space), cuts, { form: 'one' })).toEqual([expected(one)]);
      }),
    );
  });

  test('byte by byte', () => {
    const list = [{ id: 'ä"\\', session: { user: '🜂\n', x: { user: 'no' } }, tags: ['a', 'b]'], stats: { cpu: '1s' } }];
    const body = JSON.stringify(list);
    expect(pick(body, [...Buffer.from(body).keys()])).toEqual(list.map(expected));
  });
});

test('a member is named __proto__ or constructor → it is a member like others', () => {
  const body = '{"__proto__":{"pools":{"__proto__":{"max":1},"constructor":{"max":2}}}}';
  const [[name, picked] = []] = pickNamed(body, [], { form: 'map' });
  expect(name).toBe('__proto__');
  expect(JSON.stringify(picked)).toBe('{"pools":{"__proto__":{"max":1},"constructor":{"max":2}}}');
});

test('a name in an object twice → the later value, as parsing gives', () => {
  expect(pick('[{"id":1,"id":2,"session":{"user":1},"session":{}}]')).toEqual([{ id: 2, session: {} }]);
});

test('cut off anywhere → it is noticed, and whole elements before the cut were told', () => {
  const documents: readonly (readonly [PickForm, unknown])[] = [
    ['list', [{ id: 'a' }, { id: 'b', n: 17, more: [{ x: '"' }] }, 1]],
    ['map', { a: { id: 'a' }, b: null }],
    ['one', { id: 'b', more: {}, n: 17 }],
  ];
  for (const [form, document] of documents) {
    const body = JSON.stringify(document);
    for (let length = 0; length < body.length; length += 1) {
      expect(() => pick(body.slice(0, length), [], { form })).toThrow(NonsenseError);
    }
  }
  const found: unknown[] = [];
  const onElement = (one: unknown): void => void found.push(one);
  const picker = new Picker({ where: 'x', form: 'list', paths: PATHS, onElement });
  picker.push(Buffer.from('[{"id":"a"},{"id":"b"'));
  expect(found).toEqual([{ id: 'a' }]);
});

describe('an element is known', () => {
  const key = { path: 'id', wants: (id: unknown) => id === 'b' };
  const list = [
    { id: 'a', session: { user: 'u' }, n: 1, more: [{ id: 'b' }, '}'] },
    { id: 'b', session: { user: 'u', id: 'a' }, n: 2 },
    { id: 'a' },
  ];

  test('in any pieces → it is told nothing of, and the next one is read', () => {
    fc.assert(
      fc.property(anyCuts, (cuts) => {
        expect(pick(JSON.stringify(list), cuts, { key })).toEqual([expected(list[1])]);
      }),
    );
  });

  test('what is behind its key is not looked at: nothing is decoded there', () => {
    expect(pick('[{"id":"a","n":nonsense,"tags":"\\x"},{"id":"b"}]', [], { key })).toEqual([{ id: 'b' }]);
    expect(() => pick('[{"id":"b","n":nonsense}]', [], { key })).toThrow(NonsenseError);
  });
});

test('a value too long to keep → it is absent, the rest is there', () => {
  const list = [{ id: 'a', session: { user: 'u'.repeat(200_000) }, n: 1 }];
  expect(pick(JSON.stringify(list), [70_000, 140_000])).toEqual([{ id: 'a', session: { user: undefined }, n: 1 }]);
});

test('10,000 characters, each of them escaped → kept', () => {
  const body = `[{"id":"a","session":{"user":"${'\\u00e4'.repeat(10_000)}"}}]`;
  expect(pick(body, [65_536])).toEqual([{ id: 'a', session: { user: 'ä'.repeat(10_000) } }]);
});

const NONSENSE: readonly (readonly [string, PickForm, string])[] = [
  ['HTML', 'list', '<html>Please log in</html>'],
  ['HTML for an object', 'one', '<html>Please log in</html>'],
  ['an object for a list', 'list', '{"id":"a"}'],
  ['a list for a map', 'map', '[]'],
  ['a list for an object', 'one', '[]'],
  ['null', 'one', 'null'],
  ['nothing', 'list', ''],
  ['nothing but spaces', 'map', ' \n'],
  ['two lists', 'list', '[][]'],
  ['text behind the list', 'list', '[] x'],
  ['text behind an object', 'one', '{"id":1}x'],
  ['brackets that do not match', 'list', '[{"id":"a"]]'],
  ['brackets that do not match where nothing is wanted', 'list', '[{"sql":[}]}]'],
  ['a member without a name', 'list', '[{1:2}]'],
  ['a name without a value', 'list', '[{"id"}]'],
  ['a name without a colon', 'list', '[{"id" 1}]'],
  ['a colon without a value', 'list', '[{"id":}]'],
  ['a comma without an element', 'list', '[1,]'],
  ['nothing but a comma', 'list', '[,]'],
  ['a comma without a member', 'one', '{"id":1,}'],
  ['elements without a comma', 'list', '[{"id":1}{"id":2}]'],
  ['numbers without a comma', 'list', '[1 2]'],
  ['members without a comma', 'one', '{"id":1"n":2}'],
  ['a value that is no JSON', 'list', '[{"id":abc}]'],
  ['a name that is no JSON', 'list', '[{"\\x":1}]'],
  ['a name of 200,000 characters', 'one', `{"${'x'.repeat(200_000)}":1}`],
  ['a list without end of depth', 'list', `[{"x":${'['.repeat(100_000)}`],
  ['an element without end of depth', 'list', '['.repeat(100_000)],
];

test.each(NONSENSE)('%s → an error that quotes nothing', (_, form, body) => {
  expect(() => pick(body, [], { form })).toThrow(NonsenseError);
  expect(() => pick(body, [], { form })).toThrow(/^x (is|has|goes on|ends) [a-z ,]+$/i);
});
