import { epochSeconds } from '../../../lambdas/core/quantities.ts';
import { fleetOf, START, Stage, sampleOf } from './stage.ts';

let stage: Stage;

beforeEach(async () => {
  stage = await Stage.start();
  const policy = { capacity: { minimumUnits: 4, maximumUnits: 20 } };
  await stage.inbox.putPolicy('etl', policy, 'deploy', epochSeconds(START));
});
afterEach(() => stage.close());

const tick = (readyUnits: number, spot: number, some = {}) =>
  stage.tick('etl', { sample: sampleOf(stage.now, readyUnits, some), fleet: fleetOf(stage.now, spot, readyUnits) });

describe('explain', () => {
  test('no tick yet → says so, exit 1', async () => {
    const { code, err } = await stage.on('explain', 'etl');
    expect([code, err]).toEqual([1, expect.stringContaining('no tick has come to its end yet')]);
  });

  test('no tick yet, because it cannot be scaled → what to do about that', async () => {
    const identity = { at: epochSeconds(START), lookedFor: 'the name etl', problem: 'absent' } as const;
    await stage.inbox.putIdentity('etl', identity);
    const { code, err } = await stage.on('explain', 'etl');
    expect([code, err]).toEqual([1, expect.stringContaining('\nIt cannot be scaled: no cluster that has not ended')]);
  });

  test.each([
    [1, '1 tick with the same result, at 2026-03-02 09:00:15Z.'],
    [2, '2 ticks with the same result, the last at 2026-03-02 09:00:30Z.'],
  ])('%i ticks of the same since the record → counted', async (ticks, expected) => {
    await tick(4, 4, { runningQueries: 0 });
    for (let count = 0; count < ticks; count += 1) {
      stage.now += 15;
      await tick(4, 4, { runningQueries: 0 });
    }
    expect((await stage.on('explain', 'etl')).out).toContain(`Since then\n  ${expected}\n`);
  });

  test('a hold asked for more → every section, what was sent, and until when', async () => {
    await stage.on('hold', 'etl', '--units', '12', '--until', '10:00Z', '--key', 'nightly');
    stage.now += 15;
    await tick(4, 4, { runningQueries: 0 });
    stage.now += 5;
    const { code, out } = await stage.on('explain', 'etl');
    expect(code).toBe(0);
    expect(
      out,
    ).toBe(`etl at 2026-03-02 09:00:15Z (5 s ago): grow, 4 units (0 on-demand + 4 spot) → 12 units (0 on-demand + 12 spot)
Demand
  Only counts can be read: 0 outstanding queries at 0.75 a unit: 0 units.
  In units: counts 0.
Floors
  The minimum of 4 units.
  Hold nightly of ada until 2026-03-02 10:00:00Z: at least 12 units.
  The highest floor is 12 units.
Ceilings
  The lowest ceiling is 20 units.
Wanted
  12 units are wanted; the most in the hold is 12.
Shrinking
  It does not shrink: all of its 12 units are wanted.
Acting
  4 → 12 units.
Sent
  ModifyInstanceFleet to 12 units (0 on-demand + 12 spot), timeouts 10 min and 10 min; EMR has accepted it.
Since then
  No tick has come to its end since.
Waits for
  Hold nightly has to end or be released. (2026-03-02 10:00:00Z, in 59 min 40 s)
`);
  });

  test('nothing to do for an hour → what is held, since when, and when it ends', async () => {
    await tick(12, 12, { runningQueries: 9, queuedQueries: 0 });
    for (let ticks = 0; ticks < 3; ticks += 1) {
      stage.now += 15;
      await tick(12, 12, { runningQueries: 1 });
    }
    const told = JSON.parse((await stage.on('explain', 'etl', '--json')).out);
    expect(told).toMatchObject({ cluster: 'etl', verdict: 'steady', sent: null, later: [], lastTickAt: stage.now });
    const held = told.waitsFor.find(
      ({ code }: { code: string }) => code === 'shrink-unproven' || code === 'shrink-held',
    );
    expect(held.at).toBeGreaterThan(stage.now);
    expect((await stage.on('explain', 'etl')).out).toMatch(/^Shrinking\n {2}\S/m);
  });

  test('--at a time between two decisions → the one in force then, and what came after it', async () => {
    await tick(4, 4);
    const first = stage.now;
    stage.now += 600;
    await stage.on('hold', 'etl', '--units', '9', '--until', '8h');
    await tick(4, 4);
    stage.now += 600;
    const told = JSON.parse((await stage.on('explain', 'etl', '--at', '09:05Z', '--json')).out);
    expect(told).toMatchObject({ at: first, sameTicks: null });
    expect(told.later).toEqual([
      { at: first + 600, verdict: 'grow', fromUnits: 4, toUnits: 9, sent: true, sentence: '4 → 9 units.' },
    ]);
    expect((await stage.on('explain', 'etl', '--at', '12m')).out).toContain('grow, 4 → 9 units, sent: 4 → 9 units.');
    const before = await stage.on('explain', 'etl', '--at', '2026-03-01T00:00:00Z');
    expect([before.code, before.err]).toEqual([1, expect.stringContaining('is on record')]);
  });

  test('no sample → it does not shrink, and says on what', async () => {
    await stage.tick('etl', { fleet: fleetOf(stage.now, 9) });
    const { out } = await stage.on('explain', 'etl');
    expect(out).toMatch(/^Problems\n {2}No sample was ever had/m);
    expect(out).toMatch(/^Signal\n {2}No sample from/m);
    expect(out).toContain('A fresh and whole sample has to come');
  });

  test.each([
    ['pause', 'Nothing is decided until somebody calls: prestoscale resume etl.', 'Nothing.'],
    ['shadow', 'Nothing is sent until somebody calls: prestoscale resume etl.', 'Nothing: shadow mode.'],
  ])('%s → told as what it waits for', async (command, waits, sent) => {
    await tick(4, 4);
    await stage.on(command, 'etl');
    await stage.on('hold', 'etl', '--units', '9', '--until', '8h');
    stage.now += 15;
    await tick(4, 4);
    const { out } = await stage.on('explain', 'etl');
    expect(out).toContain(waits);
    expect(out).toMatch(new RegExp(`^Sent\\n  ${sent}$`, 'm'));
  });
});
