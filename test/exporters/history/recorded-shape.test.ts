/** What was recorded of real engines is read, and the fake coordinator looks like it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Picker } from '../../../exporters/engine/streaming/picker.ts';
import { type EndedQuery, QUERY_PATHS, readEnded } from '../../../exporters/history/ended-query.ts';
import { DATA, recordedTest } from '../../simulator/recorded.ts';
import { basicQueryInfo, type Engine } from './fake-coordinator.ts';

const SAMPLES = join(DATA, 'engine-samples');

const readList = (file: string): readonly EndedQuery[] => {
  const found: EndedQuery[] = [];
  const picker = new Picker({
    where: 'query',
    form: 'list',
    paths: QUERY_PATHS,
    onElement: (picked) => found.push(readEnded(picked)),
  });
  picker.push(readFileSync(join(SAMPLES, file)));
  picker.end();
  return found;
};

/** Names of members with the kinds of their values, to the depth that a list of queries has. */
const shapeOf = (value: unknown, depth = 2): unknown => {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || depth === 0) {
    return Array.isArray(value) ? 'list' : typeof value;
  }
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, shapeOf(each, depth - 1)]));
};

const endedOf = (file: string): Record<string, unknown> =>
  JSON.parse(readFileSync(join(SAMPLES, file), 'utf8')).find(({ state }: { state: string }) => state === 'FINISHED');

describe.each([
  ['presto', 'presto-0.287/a-idle/query.json'],
  ['trino', 'trino-483/a-idle/query.json'],
] as const satisfies readonly (readonly [Engine, string])[])('%s', (engine, file) => {
  recordedTest(
    'the fake coordinator’s queries have the recorded members, in their order',
    join(SAMPLES, file),
    async () => {
      const made = shapeOf(basicQueryInfo(engine, { id: 'q', state: 'FINISHED' }));
      const recorded = shapeOf(endedOf(file));
      expect(made).toEqual(recorded);
      expect(Object.keys(made as object)).toEqual(Object.keys(recorded as object));
    },
  );
});

recordedTest('PrestoDB 0.287 → what its record says', join(SAMPLES, 'presto-0.287'), async () => {
  const [query] = readList('presto-0.287/a-idle/query.json');
  expect(query).toEqual({
    id: '20261122_163613_00000_wgcv4',
    state: 'FINISHED',
    cause: 'unknown',
    group: 'global',
    user: 'load',
    source: 'e2e',
    endedAt: Date.parse('2026-11-22T16:36:22.759Z') / 1000,
    waitSeconds: expect.closeTo(0.34203, 4),
    runSeconds: 8.32,
    cpuSeconds: 4.76,
  });
});

recordedTest(
  'Trino 476, a worker was killed → its query failed because of that',
  join(SAMPLES, 'trino-476'),
  async () => {
    const failed = readList('trino-476/d-waiting-for-resources/query.json').filter(({ state }) => state === 'FAILED');
    expect(failed).toMatchObject([{ cause: 'worker_lost', user: 'load', runSeconds: 66, cpuSeconds: 4.15 }]);
  },
);

recordedTest('every list that was recorded → as many queries as parsing it gives', SAMPLES, async () => {
  const files = readdirSync(SAMPLES, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /query[^/]*\.json$/.test(file),
  );
  const lists = files.filter((file) => !file.includes('queryState') && !file.includes('ui-query'));
  expect(lists.length).toBeGreaterThan(10);
  for (const file of lists) {
    const parsed = JSON.parse(readFileSync(join(SAMPLES, file), 'utf8')) as readonly { queryId: string }[];
    expect(readList(file).map(({ id }) => id)).toEqual(parsed.map(({ queryId }) => queryId));
  }
});
