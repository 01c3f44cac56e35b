/** The page is followed by people letter by letter: what it gives them to copy has to be right. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PolicyDocument } from 'aws-cdk-lib/aws-iam';
import { COMMANDS } from '../../../cli/program/table.ts';
import { parseEnvironment } from '../../../lib/environment.ts';
import { exporterStatements } from '../../../lib/permissions/exporter.ts';

const page = readFileSync(join(__dirname, '../../../docs/getting-started.md'), 'utf8');
const [file, policy] = [...page.matchAll(/```json\n(.*?)```/gs)].map(([, text]) => JSON.parse(String(text)));

describe('docs/getting-started.md', () => {
  test('its environment file can be used, and begins in shadow mode', () => {
    const { environment, problems } = parseEnvironment('prod', file);
    expect(problems ?? []).toEqual([]);
    expect(environment?.clusters).toMatchObject([
      { name: 'applications', sample: { from: 'push' }, policy: { mode: 'shadow' } },
    ]);
  });

  test('its policy for the exporter is what the construct grants, but for the state that is only told', () => {
    const place = {
      tableArn: 'arn:aws:dynamodb:us-east-1:123456789012:table/TABLE',
      tickQueueArn: 'arn:aws:sqs:us-east-1:123456789012:QUEUE',
    };
    const statements = exporterStatements(place, 'applications').filter(({ sid }) => sid !== 'ReadOwnState');
    const granted = JSON.parse(JSON.stringify(new PolicyDocument({ statements }).toJSON()));
    expect(policy).toEqual(granted);
  });

  test('every command that it gives exists', () => {
    const given = [...page.matchAll(/npx prestoscale ([a-z]+(?: [a-z]+)?)/g)].map(([, name]) => String(name));
    expect(given.length).toBeGreaterThan(5);
    const known = COMMANDS.map(({ name }) => name);
    expect(given.filter((name) => !known.includes(name) && !known.includes(name.split(' ')[0] ?? ''))).toEqual([]);
  });
});
