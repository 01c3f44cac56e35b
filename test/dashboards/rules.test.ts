import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ALARMS } from '../../lib/alarm-definitions.ts';
import { alerts, ruleGroups, rules } from './expressions.ts';

const RUNBOOK = readFileSync(join(__dirname, '../../docs/runbook.md'), 'utf8');
const sections = RUNBOOK.split(/^#{1,2} /m).filter((section) => section.startsWith('Prestoscale'));
const titleOf = (section: string): string => section.split('\n')[0] as string;

describe('alerts', () => {
  test.each(alerts().map((alert) => [String(alert.alert), alert] as const))(
    '%s says what is wrong, how bad it is, and where to read on',
    (name, { annotations = {}, labels = {} }) => {
      expect(annotations['summary']).toMatch(/\{\{ \$labels\.cluster \}\}/);
      expect(annotations['description']?.length).toBeGreaterThan(20);
      expect(['critical', 'warning', 'info']).toContain(labels['severity']);
      expect(annotations['runbook_url']).toBe(`docs/runbook.md#${name.toLowerCase()}`);
    },
  );

  test('each has a section in the runbook, and each section is of an alert, or of an alarm that is deployed', () => {
    const named = new Set([...alerts().map(({ alert }) => alert), ...ALARMS.map(({ section }) => section)]);
    expect([...named].sort(inOrderOf(sections.map(titleOf)))).toEqual(sections.map(titleOf));
  });

  test.each(sections.map((section) => [titleOf(section), section]))(
    '%s: meaning, how to look, what to do',
    (_title, text) => {
      for (const part of ['**Means.**', '**Look.**', '**Do.**']) expect(text).toContain(part);
    },
  );

  test('links inside the runbook lead to its sections', () => {
    const links = [...RUNBOOK.matchAll(/\]\(#([\w-]+)\)/g)].map(([, anchor]) => anchor);
    const anchors = sections.map((section) => titleOf(section).toLowerCase());
    expect(links.length).toBeGreaterThan(0);
    expect(links.filter((link) => !anchors.includes(String(link)))).toEqual([]);
  });
});

describe('rules', () => {
  test('no group has more than 20 rules, the default limit of servers such as Mimir', () => {
    const sizes = ruleGroups().map((group) => group.rules.length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(20);
  });

  test('names of groups are told once', () => {
    const names = ruleGroups().map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  test('a recorded series is told once for each set of its labels', () => {
    const told = rules().flatMap(({ record, labels }) =>
      record === undefined ? [] : [JSON.stringify([record, labels])],
    );
    expect(new Set(told).size).toBe(told.length);
  });

  test('recorded names say the level, the metric and what was done', () => {
    for (const { record } of rules())
      if (record !== undefined) expect(record).toMatch(/^[a-z_]+:prestoscale_\w+:[a-z0-9_]+$/);
  });
});

/** Sorts as another list is. */
function inOrderOf(names: readonly string[]): (one: unknown, other: unknown) => number {
  return (one, other) => names.indexOf(String(one)) - names.indexOf(String(other));
}
