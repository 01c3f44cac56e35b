/** One line a report, as Lambda's JSON logs have them. */
import { jsonReport } from '../../../../lambdas/adapters/log/json-lines.ts';
import { epochSeconds } from '../../../../lambdas/core/quantities.ts';

const lineOf = (line: Parameters<ReturnType<typeof jsonReport>>[0]): string => {
  const lines: string[] = [];
  jsonReport({ now: () => epochSeconds(1_772_452_800.5) }, (text) => lines.push(text))(line);
  expect(lines).toHaveLength(1);
  return lines[0] ?? '';
};

test('a report → time, level, and what was reported; what is undefined is left out', () => {
  expect(lineOf({ event: 'tick', cluster: 'a', slot: 3, notice: undefined, sent: true })).toBe(
    '{"timestamp":"2026-03-02T12:00:00.500Z","level":"INFO","event":"tick","cluster":"a","slot":3,"sent":true}\n',
  );
});

test('a report with a level of its own → that level', () => {
  expect(JSON.parse(lineOf({ level: 'WARN', event: 'sample-fault' }))).toMatchObject({ level: 'WARN' });
});

test('line breaks in a text → still one line', () => {
  expect(lineOf({ told: 'one\ntwo\u2028three' }).match(/\n/g)).toHaveLength(1);
});
