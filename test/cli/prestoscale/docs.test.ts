import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMMANDS } from '../../../cli/program/table.ts';

const ROOT = join(__dirname, '../../..');
const page = readFileSync(join(ROOT, 'docs/cli.md'), 'utf8');

describe('docs/cli.md', () => {
  test.each(COMMANDS)('tells of $name what its --help tells', async ({ name, load }) => {
    expect(page).toContain(`\`\`\`text\n${(await load()).help(name)}\`\`\`\n`);
  });

  test('tells every problem that status knows', () => {
    const source = readFileSync(join(ROOT, 'cli/status/problems.ts'), 'utf8');
    const codes = [...source.matchAll(/^ {4}\| '([a-z-]+)'/gm)].map(([, code]) => code);
    expect(codes.length).toBeGreaterThan(8);
    for (const code of codes) expect(page).toContain(`\`${code}\``);
  });

  test('names no file that is not there', () => {
    for (const [, file] of page.matchAll(/\]\(([a-z-]+\.md)/g)) {
      expect(() => readFileSync(join(ROOT, 'docs', String(file)))).not.toThrow();
    }
  });
});
