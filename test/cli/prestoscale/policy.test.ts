import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { putItem } from '../../../lambdas/adapters/dynamo/table.ts';
import { clusterPartition, SORT } from '../../../lambdas/contract.ts';
import { epochSeconds } from '../../../lambdas/core/quantities.ts';
import { START, Stage } from './stage.ts';

let stage: Stage;

beforeEach(async () => {
  stage = await Stage.start();
  await stage.inbox.putPolicy('etl', { capacity: { maximumUnits: 50 } }, 'deploy', epochSeconds(START));
});
afterEach(() => stage.close());

const file = (content: unknown, name = 'p.json'): string => {
  writeFileSync(join(stage.folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  return name;
};

const written = async (): Promise<unknown> => JSON.parse((await stage.on('policy', 'get', 'etl')).out);

describe('policy set', () => {
  test('a changed policy → its version, what changes, and the loop is woken', async () => {
    const next = { capacity: { maximumUnits: 60 }, scaleIn: { holdSeconds: 600 } };
    const { code, out, err } = await stage.on('policy', 'set', 'etl', file(next));
    expect([code, err]).toEqual([0, '']);
    expect(out).toBe(
      [
        'etl: policy version 2 is in force (before: 1).',
        '  capacity.maximumUnits: 50 → 60',
        '  scaleIn.holdSeconds: 900 → 600',
        'Its loop was woken.',
        '',
      ].join('\n'),
    );
    expect(await written()).toEqual(next);
    expect(stage.wokenClusters).toEqual(['etl']);
  });

  test('the only cluster of an environment → its name may be left out; a pipe → read', async () => {
    stage.input = '{ "capacity": { "maximumUnits": 70 }, }';
    expect((await stage.on('policy', 'set', '-')).out).toContain('50 → 70');
  });

  test('--dry-run → the same differences, and nothing is written', async () => {
    const { code, out } = await stage.on('policy', 'set', 'etl', file({}), '--dry-run');
    expect([code, out]).toEqual([0, 'etl: nothing is written (--dry-run).\n  capacity.maximumUnits: 50 → 100\n']);
    expect(await written()).toEqual({ capacity: { maximumUnits: 50 } });
    expect(stage.wokenClusters).toEqual([]);
  });

  test('what is in force already → no new version, nobody is woken', async () => {
    const { out } = await stage.on('policy', 'set', 'etl', file({ capacity: { maximumUnits: 50 } }));
    expect(out).toBe('etl: version 1 says so already; nothing is written.\n');
    expect(stage.wokenClusters).toEqual([]);
  });

  test('a schedule in front of another → only what is new, by its name; one that is gone → nothing', async () => {
    const schedule = { cron: '0 8 * * 1-5', durationMinutes: 60, units: 9 };
    await stage.on('policy', 'set', 'etl', file({ schedules: [{ name: 'noon', ...schedule }] }));
    const both = {
      schedules: [
        { name: 'morning', ...schedule, units: 20 },
        { name: 'noon', ...schedule, units: 10 },
      ],
    };
    const { out } = await stage.on('policy', 'set', 'etl', file(both), '--json');
    const { changes } = JSON.parse(out);
    expect(changes.map(({ field }: { field: string }) => field)).toEqual([
      ...['name', 'cron', 'timeZone', 'durationMinutes', 'units'].map((key) => `schedules.morning.${key}`),
      'schedules.noon.units',
    ]);
    expect(changes.at(-1)).toEqual({ field: 'schedules.noon.units', before: 9, after: 10 });
    const gone = (await stage.on('policy', 'set', 'etl', file({}))).out;
    expect(gone).toContain('schedules.noon.units: 10 → nothing');
  });

  test('a policy with three mistakes → all with their lines, exit 1, nothing is written', async () => {
    const path = file('{\n "mode": "go",\n "capacity": {\n  "minimumUnits": -1,\n  "maximunUnits": 9\n }\n}');
    const { code, out, err } = await stage.on('policy', 'set', 'etl', path);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(/^p\.json:2: mode cannot be used/m);
    expect(err).toMatch(/^p\.json:4: capacity\.minimumUnits cannot be used/m);
    expect(err).toMatch(/^p\.json:5: capacity\.maximunUnits .*expected maximumUnits/m);
    expect(err).toContain('nothing was written');
    expect(await written()).toEqual({ capacity: { maximumUnits: 50 } });
  });

  test('somebody else writes between the reading and the writing → it is told, exit 1', async () => {
    const put = stage.inbox.putPolicy.bind(stage.inbox);
    const proto = Object.getPrototypeOf(stage.inbox);
    const spy = jest.spyOn(proto, 'putPolicy').mockImplementationOnce(async (...args: unknown[]) => {
      await put('etl', { capacity: { maximumUnits: 55 } }, 'bob', epochSeconds(START));
      return put(...(args as Parameters<typeof put>));
    });
    const { code, out } = await stage.on('policy', 'set', 'etl', file({}));
    spy.mockRestore();
    expect(code).toBe(1);
    expect(out).toContain('Somebody else wrote version 2 meanwhile');
    expect((await stage.on('policy', 'get', 'etl', '--version', '2')).out).toContain('55');
  });
});

describe('policy get', () => {
  test('what comes out → goes in again without a change', async () => {
    stage.input = (await stage.on('policy', 'get', 'etl')).out;
    expect((await stage.on('policy', 'set', 'etl', '-')).out).toContain('says so already');
  });

  test('--defaults → every field; --json → with its author', async () => {
    expect((await stage.on('policy', 'get', 'etl', '--defaults')).out).toContain('"holdSeconds": 900');
    expect(JSON.parse((await stage.on('policy', 'get', 'etl', '--json')).out)).toEqual({
      cluster: 'etl',
      version: 1,
      by: 'deploy',
      at: START,
      valid: true,
      policy: { capacity: { maximumUnits: 50 } },
    });
  });

  test('--history → newest first; a version that there is not → exit 1', async () => {
    await stage.on('policy', 'set', 'etl', file({}), '--by', 'grace');
    const { out } = await stage.on('policy', 'get', 'etl', '--history');
    expect(out).toBe(
      'VERSION  WRITTEN               BY\n2        2026-03-02 09:00:00Z  grace\n1        2026-03-02 09:00:00Z  deploy\n',
    );
    const none = await stage.on('policy', 'get', 'etl', '--version', '7');
    expect([none.code, none.err]).toEqual([1, expect.stringContaining('no version 7')]);
  });

  test('a policy that was edited by hand and broken → printed as it is, exit 1; a better one → may follow', async () => {
    const key = { partition: clusterPartition('etl'), sort: SORT.policy };
    await putItem(stage.table.table, 'breaking', key, { version: 2, policy: '{"mode":"go"}' });
    const { code, out, err } = await stage.on('policy', 'get', 'etl');
    expect([code, out, err]).toEqual([1, '{"mode":"go"}\n', expect.stringContaining('cannot be used')]);
    const repaired = await stage.on('policy', 'set', 'etl', file({}));
    expect([repaired.code, repaired.out]).toEqual([0, expect.stringContaining('no policy that could be used')]);
  });
});

describe('policy validate', () => {
  test('a good file and a broken one → both told, exit 1; no target is needed', async () => {
    const { code, out } = await stage.run('policy', 'validate', file({}), file('{"mode":1', 'q.json'));
    expect([code, out]).toEqual([1, expect.stringMatching(/^p\.json: valid\nq\.json:1: is not JSON/)]);
  });

  test('good ones → exit 0; --json → one entry a file', async () => {
    const { code, out } = await stage.run('policy', 'validate', file({}), '--json');
    expect([code, JSON.parse(out)]).toEqual([0, { files: [{ file: 'p.json', valid: true, problems: [] }] }]);
  });
});

describe('pause, shadow, resume', () => {
  test.each([
    ['pause', 'paused'],
    ['shadow', 'shadow'],
  ] as const)(
    '%s → a new version with only the mode changed, by the user; resume → acts again',
    async (command, mode) => {
      const { code, out } = await stage.on(command, 'etl', '--by', 'grace');
      expect([code, out]).toEqual([
        0,
        `etl: policy version 2 is in force (before: 1).\n  mode: "act" → "${mode}"\nIts loop was woken.\n`,
      ]);
      expect(await written()).toEqual({ capacity: { maximumUnits: 50 }, mode });
      expect((await stage.on('policy', 'get', 'etl', '--history')).out).toContain('grace');
      await stage.on('resume', 'etl');
      expect(await written()).toEqual({ capacity: { maximumUnits: 50 }, mode: 'act' });
    },
  );

  test('what it is already → no new version', async () => {
    expect((await stage.on('resume')).out).toBe('etl: version 1 says so already; nothing is written.\n');
  });

  test('a broken newest policy → the last good one goes on with the new mode', async () => {
    await stage.on('policy', 'set', 'etl', file({ capacity: { maximumUnits: 60 } }));
    const { getItem } = await import('../../../lambdas/adapters/dynamo/table.ts');
    const key = { partition: clusterPartition('etl'), sort: SORT.policy };
    const item = await getItem(stage.table.table, 'reading', key);
    const { pk: _p, sk: _s, ...rest } = item as Record<string, unknown>;
    await putItem(stage.table.table, 'breaking', key, { ...rest, version: 3, policy: '{' });
    expect((await stage.on('pause', 'etl')).code).toBe(0);
    expect(await written()).toMatchObject({ mode: 'paused', capacity: { maximumUnits: 60 } });
  });
});
