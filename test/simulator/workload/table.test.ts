import { COUNT, NOT_NEGATIVE, POSITIVE, readTable, SHARE, type TableShape } from '../../../simulator/workload/table.ts';
import { problemsOf, readWell } from './problems-of.ts';

const SHAPE: TableShape = { delimiter: ',', header: 'named', required: ['a'], optional: ['b'], others: 'refused' };

const cells = (text: string, shape = SHAPE) =>
  readWell((problems) =>
    readTable({ file: 't', text }, shape, problems).map((row) => [
      row.line,
      row.optionalText('a'),
      row.optionalText('b'),
    ]),
  );

const mistakes = (text: string, shape = SHAPE) =>
  problemsOf((problems) => readTable({ file: 't', text }, shape, problems)).map(
    ({ line, what, given }) => `${line ?? '-'} ${what}${given === undefined ? '' : ` ${given}`}`,
  );

describe('what is understood', () => {
  test.each<[string, string, unknown]>([
    ['columns in any order', 'b,a\n2,1\n', [[2, '1', '2']]],
    ['an optional column is absent', 'a\n1\n', [[2, '1', undefined]]],
    ['an empty cell → absent', 'a,b\n1,\n', [[2, '1', undefined]]],
    ['blanks around names and cells', ' a , b\n 1 ,2 \n', [[2, '1', '2']]],
    ['no line break at the end', 'a\n1', [[2, '1', undefined]]],
    ['a byte order mark', '\ufeffa\n1\n', [[2, '1', undefined]]],
    [
      'CRLF',
      'a,b\r\n1,2\r\n3,4\r\n',
      [
        [2, '1', '2'],
        [3, '3', '4'],
      ],
    ],
    [
      'empty lines count as lines',
      'a\n\n1\n\n\n2\n',
      [
        [3, '1', undefined],
        [6, '2', undefined],
      ],
    ],
    ['quotes around commas and quotes', 'a,b\n"x,y","say ""so"""\n', [[2, 'x,y', 'say "so"']]],
    [
      'a quoted line break and CRLF → lines stay right',
      'a\r\n"x\r\ny"\r\n1\r\n',
      [
        [3, 'x\ny', undefined],
        [4, '1', undefined],
      ],
    ],
    ['a header only → no rows', 'a,b\n', []],
  ])('%s', (_title, text, expected) => {
    expect(cells(text)).toEqual(expected);
  });

  test('other columns where they are ignored', () => {
    expect(cells('z,a\n9,1\n', { ...SHAPE, others: 'ignored' })).toEqual([[2, '1', undefined]]);
  });

  test('tabs and no header: a quote is a character like any other', () => {
    const shape: TableShape = { ...SHAPE, delimiter: '\t', header: 'fixed', required: ['a', 'b'], optional: [] };
    expect(cells('1\t"2\n3\t4\n', shape)).toEqual([
      [1, '1', '"2'],
      [2, '3', '4'],
    ]);
  });
});

describe('what is refused, all at once', () => {
  test.each<[string, string, readonly string[]]>([
    ['nothing at all', '', ['- holds no records']],
    ['a byte order mark alone', '\ufeff', ['- holds no records']],
    ['a required column is missing', 'b\n1\n', ['1 has no column a']],
    ['unknown columns', 'a,c,d\n1,2,3\n', ['1 has an unknown column c', '1 has an unknown column d']],
    ['a column twice', 'a,a\n1,2\n', ['1 has a column twice a']],
    [
      'missing, twice and unknown',
      'b,b,c\n',
      ['1 has no column a', '1 has a column twice b', '1 has an unknown column c'],
    ],
    [
      'too few and too many fields',
      'a,b\n1\n1,2\n1,2,3\n',
      ['2 has the wrong number of fields 1 fields', '4 has the wrong number of fields 3 fields'],
    ],
    ['a stray quote', 'a\n1\n"x"y\n', ['3 is not well-formed from here on (Invalid Closing Quote)']],
    ['a quote that never ends', 'a\n"x\n', ['2 is not well-formed from here on (Quote Not Closed)']],
    ['a stray quote in the header', '"a"x,b\n1,2\n', ['1 is not well-formed from here on (Invalid Closing Quote)']],
  ])('%s', (_title, text, expected) => {
    expect(mistakes(text)).toEqual(expected);
  });

  test('what stands before a stray quote is checked all the same', () => {
    expect(mistakes('a,b\n1\n"x"y,1\n')).toHaveLength(2);
  });
});

describe('numbers', () => {
  const read = (text: string, rule = POSITIVE) =>
    readWell((problems) => readTable({ file: 't', text: `a\n"${text}"\n` }, SHAPE, problems)[0]?.number('a', rule));
  const refused = (text: string, rule = POSITIVE) =>
    problemsOf((problems) =>
      readTable({ file: 't', text: `a,b\n"${text}",x\n` }, SHAPE, problems)[0]?.number('a', rule),
    );

  test.each([
    ['1', 1],
    ['0.5', 0.5],
    ['.5', 0.5],
    ['5.', 5],
    ['+2', 2],
    ['1e3', 1000],
    [' 7 ', 7],
  ])('%j → %p', (text, value) => {
    expect(read(text)).toBe(value);
  });

  test.each(['0', '-1', 'abc', '0x10', '1,5', 'Infinity', 'NaN', '1e999', '1 2', '--1', '∞'])(
    '%j is not > 0',
    (text) => {
      expect(refused(text)).toEqual([
        { file: 't', line: 2, what: 'a cannot be used', given: text, expected: 'a number > 0' },
      ]);
    },
  );

  test('an empty cell where a number must be → missing', () => {
    expect(refused('')).toEqual([{ file: 't', line: 2, what: 'a is missing', expected: 'a number > 0' }]);
  });

  test.each([
    ['0 is not negative', '0', NOT_NEGATIVE],
    ['0 is a share', '0', SHARE],
    ['1 is a share', '1', SHARE],
    ['3 is a count', '3', COUNT],
  ])('%s', (_title, text, rule) => {
    expect(read(text, rule)).toBe(Number(text));
  });

  test.each([
    ['-0.1 is negative', '-0.1', NOT_NEGATIVE],
    ['1.01 is no share', '1.01', SHARE],
    ['0 is no count', '0', COUNT],
    ['1.5 is no count', '1.5', COUNT],
  ])('%s', (_title, text, rule) => {
    expect(refused(text, rule)).toHaveLength(1);
  });
});
