/** What every Inbox does, whatever it is made of; seen through the store that reads what it wrote. */
import type { AlarmObservation, Hold, WorkloadSample } from '../../../lambdas/core/model.ts';
import type { PolicyInput } from '../../../lambdas/core/policy/schema.ts';
import type { ClusterStore, ClusterView } from '../../../lambdas/ports/cluster-store.ts';
import { type Inbox, PolicyRefusedError } from '../../../lambdas/ports/inbox.ts';
import { alarmIs, at, hold, loss, NOON, queryClass, sample } from '../core/builders.ts';
import { identityContract } from './identity.contract.ts';

export interface InboxWorld {
  readonly inbox: Inbox;
  store(cluster: string): ClusterStore;
}

const NAME = 'j-1';

const withAlarms = (...names: readonly string[]): PolicyInput => ({
  alarms: names.map((name) => ({ name, direction: 'up', stepUnits: 1 })),
});

/** Refused for two reasons. */
const BAD = { capacity: { maximumUnits: 0 }, mode: 'fast' } as unknown as PolicyInput;

export const inboxContract = (name: string, make: () => Promise<InboxWorld>): void => {
  describe(`an inbox: ${name}`, () => {
    let inbox: Inbox;
    let load: () => Promise<ClusterView>;
    const alarmsOf = async (name: string) =>
      (await inbox.registered()).find(({ cluster }) => cluster === name)?.alarms.toSorted();

    beforeEach(async () => {
      const world = await make();
      inbox = world.inbox;
      load = () => world.store(NAME).load(at(0));
      await inbox.putPolicy(NAME, {}, 'ann', at(0));
    });

    describe('holds', () => {
      const keys = async (): Promise<string[]> => (await load()).holds.map(({ key }) => key).toSorted();

      test('the same key replaces, another one stands beside it', async () => {
        await inbox.putHold(NAME, hold({ key: 'etl', units: 20 }));
        await inbox.putHold(NAME, hold({ key: 'etl', units: 30, kind: 'extra' }));
        await inbox.putHold(NAME, hold({ key: 'bi', units: 5 }));
        const { holds } = await load();
        expect(holds).toHaveLength(2);
        expect(holds).toEqual(
          expect.arrayContaining([
            hold({ key: 'etl', units: 30, kind: 'extra' }),
            hold({ key: 'bi', units: 5 }),
          ] satisfies Hold[]),
        );
      });

      test('removed → gone, alone; removed again, or never there → nothing happens', async () => {
        await inbox.putHold(NAME, hold({ key: 'etl' }));
        await inbox.putHold(NAME, hold({ key: 'etl#2' }));
        await inbox.removeHold(NAME, 'etl');
        await inbox.removeHold(NAME, 'etl');
        await inbox.removeHold(NAME, 'never');
        await expect(keys()).resolves.toEqual(['etl#2']);
      });

      test.each(['naïve "🜂"', "it's #1\\", 'a\nb\u0000', '{"key":1}', ' '])(
        'key, owner and reason %j → as they were',
        async (text) => {
          const given = hold({ key: text, owner: text, reason: text });
          await inbox.putHold(NAME, given);
          expect((await load()).holds).toEqual([given]);
        },
      );
    });

    describe('losses', () => {
      const hint = (seconds: number) => ({ ...loss(4, seconds), id: 'i-1', kind: 'rebalance' as const });
      const taken = (seconds: number) => ({ ...loss(4, seconds), id: 'i-1' });

      test('a recommendation, then the interruption of the same instance → one loss', async () => {
        await inbox.putLoss(NAME, hint(-300));
        await inbox.putLoss(NAME, taken(-30));
        expect((await load()).losses).toEqual([taken(-30)]);
      });

      test('an interruption, then a recommendation for the same instance → the interruption stands', async () => {
        await inbox.putLoss(NAME, taken(-300));
        await inbox.putLoss(NAME, hint(-30));
        expect((await load()).losses).toEqual([taken(-300)]);
      });

      test('a recommendation told again → as it was first told, so it ends when the first one ends', async () => {
        await inbox.putLoss(NAME, hint(-1000));
        await inbox.putLoss(NAME, hint(-30));
        expect((await load()).losses).toEqual([hint(-1000)]);
      });

      test('a recommendation is kept for half an hour, longer than a loss; one after that counts anew', async () => {
        await inbox.putLoss(NAME, hint(-1799));
        expect((await load()).losses).toEqual([hint(-1799)]);
        await inbox.putLoss(NAME, { ...hint(-2000), id: 'i-2' });
        expect((await load()).losses).toEqual([hint(-1799)]);
        await inbox.putLoss(NAME, { ...hint(-100), id: 'i-2' });
        expect((await load()).losses).toEqual([hint(-1799), { ...hint(-100), id: 'i-2' }]);
      });

      test('told twice, the second time with another time → once, as it was first told', async () => {
        const first = loss(4, -30);
        await inbox.putLoss(NAME, first);
        await inbox.putLoss(NAME, first);
        await inbox.putLoss(NAME, { ...first, at: at(-10) });
        expect((await load()).losses).toEqual([first]);
      });
    });

    describe('samples', () => {
      const sampleAt = (seconds: number, runningQueries: number): WorkloadSample =>
        sample({ takenAt: NOON + seconds, runningQueries });

      test.each([
        ['a newer one replaces', [-10, -5], 2],
        ['an older one does not', [-5, -10], 1],
        ['one of the same time does not', [-5, -5], 1],
        ['half a second counts', [-5.5, -5], 2],
      ])('%s', async (_, [first, second], expected) => {
        await inbox.putSample(NAME, sampleAt(first as number, 1));
        await inbox.putSample(NAME, sampleAt(second as number, 2));
        expect((await load()).sample?.runningQueries).toBe(expected);
      });

      test('many at once, in any order → the newest stays', async () => {
        const times = [7, 3, 9, 1, 8, 2, 6];
        await Promise.all(times.map((seconds) => inbox.putSample(NAME, sampleAt(seconds, seconds))));
        expect((await load()).sample?.runningQueries).toBe(9);
      });

      test('more than 3 KB → refused with its size, the one before stays', async () => {
        const classes = Array.from({ length: 40 }, (_, index) => queryClass({ name: `größe|${index}` }));
        await inbox.putSample(NAME, sampleAt(0, 1));
        await expect(inbox.putSample(NAME, sample({ takenAt: NOON + 9, classes }))).rejects.toThrow(
          /sample of cluster j-1 has \d{4} bytes/,
        );
        expect((await load()).sample).toEqual(sampleAt(0, 1));
      });
    });

    describe('alarms', () => {
      const states = async (): Promise<string[]> =>
        (await load()).alarms.map((alarm: AlarmObservation) => `${alarm.name} ${alarm.state}`).toSorted();

      test('one that is not among those given stays as it was', async () => {
        await inbox.putAlarms(NAME, [alarmIs('a', 'OK'), alarmIs('b', 'OK')], at(0));
        await inbox.putAlarms(NAME, [alarmIs('b', 'ALARM', 1)], at(1));
        await inbox.putAlarms(NAME, [], at(2));
        await expect(states()).resolves.toEqual(['a OK', 'b ALARM']);
      });

      test('an event that comes late → the newer state stays, the others of the same call are taken', async () => {
        await inbox.putAlarms(NAME, [alarmIs('a', 'OK', 50)], at(50));
        await inbox.putAlarms(NAME, [alarmIs('a', 'ALARM', 10), alarmIs('b', 'ALARM', 10)], at(51));
        await expect(states()).resolves.toEqual(['a OK', 'b ALARM']);
      });

      test('the same state with a time a little before → seen again, so it does not grow old', async () => {
        await inbox.putAlarms(NAME, [alarmIs('a', 'OK', -500.1)], at(-400));
        await inbox.putAlarms(NAME, [alarmIs('a', 'OK', -500.2)], at(-10));
        await expect(states()).resolves.toEqual(['a OK']);
      });

      test('names that look like keys and expressions', async () => {
        const names = ['pk', 'alarm:a', 'a.b[0]', '#a', ':a', 'größe 🜂'];
        await inbox.putAlarms(
          NAME,
          names.map((alarm) => alarmIs(alarm, 'OK')),
          at(0),
        );
        await expect(states()).resolves.toEqual(names.map((alarm) => `${alarm} OK`).toSorted());
      });
    });

    describe('policies', () => {
      test('the next one → the next version; what is in force already → the same version', async () => {
        await expect(inbox.putPolicy(NAME, { mode: 'shadow' }, 'ann', at(1))).resolves.toBe(2);
        await expect(inbox.putPolicy(NAME, { mode: 'shadow' }, 'bob', at(2))).resolves.toBe(2);
        await expect(inbox.putPolicy(NAME, {}, 'bob', at(3))).resolves.toBe(3);
        await expect(load()).resolves.toMatchObject({ policy: { version: 3, policy: { mode: 'act' } } });
      });

      test('one that cannot be used → refused with every problem, and nothing is written', async () => {
        const refused = await inbox.putPolicy('new', BAD, 'ann', at(0)).catch((error: unknown) => error);
        expect(refused).toBeInstanceOf(PolicyRefusedError);
        expect((refused as PolicyRefusedError).problems.map(({ path }) => path.join('.'))).toEqual(
          expect.arrayContaining(['capacity.maximumUnits', 'mode']),
        );
        await expect(inbox.putPolicy(NAME, { ...BAD, ...withAlarms('x') }, 'ann', at(0))).rejects.toThrow(/refused/);
        await expect(inbox.clusters()).resolves.toEqual([NAME]);
        await expect(inbox.clustersOfAlarm('x')).resolves.toEqual([]);
        const { policy } = await load();
        expect(policy).toEqual({ version: 1, policy: expect.objectContaining({ mode: 'act' }) });
      });

      test('four owners at once → a version each, and one of them is in force', async () => {
        const maxima = [10, 20, 30, 40];
        const versions = await Promise.all(
          maxima.map((maximumUnits) => inbox.putPolicy(NAME, { capacity: { maximumUnits } }, 'ann', at(1))),
        );
        expect(versions.toSorted()).toEqual([2, 3, 4, 5]);
        const { policy } = await load();
        expect(policy.version).toBe(5);
        expect(policy.policy.capacity.maximumUnits).toBe(maxima[versions.indexOf(5)]);
      });

      test('clusters are those with a policy, whatever else they have', async () => {
        await inbox.putHold('only-a-hold', hold());
        await inbox.putPolicy('j-2 #🜂', {}, 'ann', at(0));
        expect((await inbox.clusters()).toSorted()).toEqual([NAME, 'j-2 #🜂']);
      });

      test('alarms are known by cluster and by name, as the policy in force names them', async () => {
        await inbox.putPolicy(NAME, withAlarms('queue', 'memory'), 'ann', at(1));
        await inbox.putPolicy('j-2', withAlarms('queue'), 'ann', at(1));
        await inbox.putPolicy(NAME, withAlarms('memory', 'spot'), 'ann', at(2));
        expect(await alarmsOf(NAME)).toEqual(['memory', 'spot']);
        await expect(inbox.clustersOfAlarm('queue')).resolves.toEqual(['j-2']);
        await expect(inbox.clustersOfAlarm('spot')).resolves.toEqual([NAME]);
        await expect(inbox.clustersOfAlarm('nobody’s')).resolves.toEqual([]);
      });

      test('an alarm whose name begins with another’s and the separator → not mixed up', async () => {
        await inbox.putPolicy(NAME, withAlarms('a#b'), 'ann', at(1));
        await inbox.putPolicy('b#j-3', withAlarms('a'), 'ann', at(1));
        await expect(inbox.clustersOfAlarm('a')).resolves.toEqual(['b#j-3']);
        await expect(inbox.clustersOfAlarm('a#b')).resolves.toEqual([NAME]);
      });

      test('vCPUs of a unit → of the policy in force; of a cluster without one → unknown', async () => {
        await inbox.putPolicy(NAME, { capacity: { coresPerUnit: 8 } }, 'ann', at(1));
        await expect(inbox.coresPerUnit(NAME)).resolves.toBe(8);
        await expect(inbox.coresPerUnit('nobody')).resolves.toBeUndefined();
      });
    });

    describe('a policy that a deploy brings', () => {
      test('none is there → it is the first version; again, and another one → nothing changes', async () => {
        await expect(inbox.seedPolicy('new', withAlarms('queue'), at(0))).resolves.toBe(true);
        await expect(inbox.seedPolicy('new', withAlarms('queue'), at(60))).resolves.toBe(false);
        await expect(inbox.seedPolicy('new', withAlarms('spot'), at(120))).resolves.toBe(false);
        expect(await alarmsOf('new')).toEqual(['queue']);
        await expect(inbox.clustersOfAlarm('spot')).resolves.toEqual([]);
      });

      test('its owner has one already → it stays', async () => {
        await inbox.putPolicy(NAME, { mode: 'shadow' }, 'ann', at(0));
        await expect(inbox.seedPolicy(NAME, { mode: 'paused' }, at(1))).resolves.toBe(false);
        const { policy } = await load();
        expect(policy).toMatchObject({ version: 2, policy: { mode: 'shadow' } });
      });

      test('one that cannot be used → refused, and nothing is written', async () => {
        await expect(inbox.seedPolicy('new', BAD, at(0))).rejects.toThrow(PolicyRefusedError);
        await expect(inbox.clusters()).resolves.toEqual([NAME]);
      });

      test('two deploys and an owner at once → one version that all agree on, or the owner’s on top of it', async () => {
        const seeds = await Promise.all([
          inbox.seedPolicy('new', { mode: 'shadow' }, at(0)),
          inbox.seedPolicy('new', { mode: 'shadow' }, at(0)),
          inbox.putPolicy('new', { mode: 'paused' }, 'ann', at(0)).then(() => false),
        ]);
        expect(seeds.filter((written) => written).length).toBeLessThanOrEqual(1);
        const registered = (await inbox.registered()).find(({ cluster }) => cluster === 'new');
        expect(registered?.hasPolicy).toBe(true);
      });
    });

    identityContract(() => ({ inbox, load }));
  });
};
