/** What every ClusterStore does, whatever it is made of. */
import { emptyMemory, type Memory } from '../../../lambdas/core/memory.ts';
import { epochSeconds } from '../../../lambdas/core/quantities.ts';
import { type ClusterStore, FenceLostError } from '../../../lambdas/ports/cluster-store.ts';
import type { Inbox } from '../../../lambdas/ports/inbox.ts';
import type { Journal } from '../../../lambdas/ports/journal.ts';
import { alarmIs, at, hold, loss, memory, NOON, sample } from '../core/builders.ts';

export interface StoreWorld {
  readonly inbox: Inbox;
  /** A store of its own for each writer. */
  store(cluster: string): ClusterStore;
  journal(cluster: string): Pick<Journal, 'write'>;
  /** Somebody edits the policy in the table by hand. */
  editPolicy(cluster: string, version: number, text: string): Promise<void>;
  /** The text becomes what is kept as memory. */
  breakMemory(cluster: string, text: string): Promise<void>;
}

const POLICY = { capacity: { maximumUnits: 50 } };
const NAME = 'j-1 "Zürich" #🜂';

/** A memory with numbers of all sizes, quotes and characters beyond the basic plane. */
const full = (): Memory =>
  memory({
    tick: 7,
    at: NOON + 0.1 + 0.2,
    classes: {
      'etl|"ann"|größe 🜂': {
        seenAt: NOON,
        cpuSeconds: 1e-300,
        finishedQueries: Number.MAX_SAFE_INTEGER,
        finishedCpuSeconds: 0.1 + 0.2,
        live: 0,
        held: 3,
        busyCpuDecayed: 1e21,
        busyLiveDecayed: 5e-324,
        workDecayed: -0.5,
        workCountDecayed: 1 / 3,
      },
    },
    wanted: [[NOON, 1 / 3]],
  });

const settledKinds = (results: readonly PromiseSettledResult<number>[]): string[] =>
  results.map((result) =>
    result.status === 'fulfilled' ? `fence ${result.value}` : (result.reason as Error).constructor.name,
  );

export const clusterStoreContract = (name: string, make: () => Promise<StoreWorld>): void => {
  describe(`a cluster store: ${name}`, () => {
    let world: StoreWorld;
    let store: ClusterStore;

    beforeEach(async () => {
      world = await make();
      store = world.store(NAME);
      await world.inbox.putPolicy(NAME, POLICY, 'ann', at(0));
    });

    describe('memory and fence', () => {
      test('a cluster never seen → empty memory, fence 0, nothing else but its policy', async () => {
        const view = await store.load(at(0));
        expect(view).toEqual({
          memory: emptyMemory(),
          fence: 0,
          policy: { policy: expect.objectContaining({ mode: 'act' }), version: 1 },
          holds: [],
          alarms: [],
          losses: [],
        });
        expect(view.policy.policy.capacity.maximumUnits).toBe(50);
      });

      test('saved, then loaded by another → the same memory to the last bit, the next fence', async () => {
        await expect(store.save(full(), 0, at(0))).resolves.toBe(1);
        const view = await world.store(NAME).load(at(1));
        expect(view.memory).toEqual(full());
        expect(view.fence).toBe(1);
        expect(view).not.toHaveProperty('claim');
      });

      test('another cluster, whose name begins alike, sees nothing of it', async () => {
        await world.inbox.putPolicy(`${NAME}#`, POLICY, 'ann', at(0));
        await store.save(full(), 0, at(0));
        await expect(world.store(`${NAME}#`).load(at(0))).resolves.toMatchObject({ fence: 0, memory: emptyMemory() });
      });

      test.each([0, 1, 5])('fence %i, ten writers at once → one saves, nine have lost their fence', async (fence) => {
        for (let before = 0; before < fence; before += 1) await store.save(full(), before, at(0));
        const writers = Array.from({ length: 10 }, (_, tick) => world.store(NAME).save(memory({ tick }), fence, at(1)));
        const results = settledKinds(await Promise.allSettled(writers));
        expect(results.toSorted()).toEqual([...Array(9).fill(FenceLostError.name), `fence ${fence + 1}`]);
        const view = await store.load(at(2));
        expect(view.fence).toBe(fence + 1);
        expect(view.memory.tick).toBe(results.indexOf(`fence ${fence + 1}`));
      });

      test('a writer with an old fence → its memory and its claim are not written', async () => {
        await store.save(memory({ tick: 1 }), 0, at(0));
        await store.save(memory({ tick: 2 }), 1, at(15));
        await expect(store.save(memory({ tick: 9 }), 1, at(16), at(28))).rejects.toThrow(FenceLostError);
        const view = await store.load(at(20));
        expect(view).toMatchObject({ fence: 2, memory: { tick: 2 } });
        expect(view).not.toHaveProperty('claim');
      });

      test('a fence that was never given → lost', async () => {
        await expect(store.save(full(), 3, at(0))).rejects.toThrow(/fence 3 of cluster j-1 "Zürich" #🜂 is lost/);
      });
    });

    describe('claims and outcomes', () => {
      test('a claim, no outcome → both can be told', async () => {
        await store.save(full(), 0, at(0), at(12.5));
        const view = await store.load(at(15));
        expect(view.claim).toEqual({ fence: 1, until: at(12.5) });
        expect(view).not.toHaveProperty('outcome');
      });

      test.each(['accepted', 'failed'] as const)(
        'a claim, outcome %s → the outcome bears its fence',
        async (outcome) => {
          await store.save(full(), 0, at(0), at(12));
          await world.journal(NAME).write(undefined, { fence: 1, outcome });
          const view = await store.load(at(15));
          expect(view.claim).toEqual({ fence: 1, until: at(12) });
          expect(view.outcome).toEqual({ fence: 1, outcome });
        },
      );

      test('a new claim over an old outcome → the outcome is still the old fence’s', async () => {
        await store.save(full(), 0, at(0), at(12));
        await world.journal(NAME).write(undefined, { fence: 1, outcome: 'accepted' });
        await store.save(full(), 1, at(15), at(27));
        await expect(store.load(at(20))).resolves.toMatchObject({
          claim: { fence: 2, until: at(27) },
          outcome: { fence: 1, outcome: 'accepted' },
        });
      });

      test('a save without a claim after one with → no claim is left', async () => {
        await store.save(full(), 0, at(0), at(12));
        await store.save(full(), 1, at(15));
        await expect(store.load(at(16))).resolves.not.toHaveProperty('claim');
      });
    });

    describe('what comes from outside', () => {
      test('a hold ends at its time, though it is still in the table', async () => {
        const given = [hold({ key: 'short', until: NOON + 60 }), hold({ key: 'long', until: NOON + 61 })];
        for (const one of given) await world.inbox.putHold(NAME, one);
        await expect(store.load(at(59.9))).resolves.toMatchObject({ holds: expect.arrayContaining(given) });
        expect((await store.load(at(60))).holds).toEqual([given[1]]);
        expect((await store.load(at(61))).holds).toEqual([]);
      });

      test('losses of the last ten minutes, oldest first; those of a quarter of an hour ago are gone', async () => {
        for (const seconds of [590, 0, 300]) await world.inbox.putLoss(NAME, loss(2, seconds));
        expect((await store.load(at(600))).losses.map((one) => one.at)).toEqual([at(0), at(300), at(590)]);
        expect((await store.load(at(901))).losses.map((one) => one.at)).toEqual([at(300), at(590)]);
      });

      test('an alarm that nobody has seen for five minutes → unread, not OK for ever', async () => {
        await world.inbox.putAlarms(NAME, [alarmIs('queue', 'OK', -9000)], at(0));
        expect((await store.load(at(299))).alarms).toEqual([alarmIs('queue', 'OK', -9000)]);
        expect((await store.load(at(301))).alarms).toEqual([]);
      });

      test('the pushed sample comes back as it was', async () => {
        const given = sample({ takenAt: NOON + 0.3, cpuSecondsTotal: 0.1 + 0.2, totalMemoryBytes: 2 ** 52 });
        await world.inbox.putSample(NAME, given);
        expect((await store.load(at(1))).sample).toEqual(given);
      });
    });

    describe('policy', () => {
      test('none → the error names the cluster and says what to do', async () => {
        await expect(world.store('nobody').load(at(0))).rejects.toThrow(/cluster nobody has no policy: write one/);
      });

      test.each([
        ['broken by hand under its own version', 1],
        ['a broken version by hand', 2],
      ])('%s → the good one goes on, and a notice says why', async (_, version) => {
        await world.editPolicy(NAME, version, '{"capacity":{"maximumUnits":0}}');
        const { policy } = await store.load(at(0));
        expect(policy.policy.capacity.maximumUnits).toBe(50);
        expect(policy.version).toBe(1);
        expect(policy.notice).toContain(`version ${version}`);
        expect(policy.notice).toContain('capacity.maximumUnits: 0 was given, expected at least 1');
      });

      test('text that is no JSON → the good one goes on', async () => {
        await world.editPolicy(NAME, 2, '{"capacity":');
        await expect(store.load(at(0))).resolves.toMatchObject({ policy: { version: 1, notice: expect.anything() } });
      });

      test('two versions, then the newest is broken → the newest as it was written, not the one before', async () => {
        await world.inbox.putPolicy(NAME, { capacity: { maximumUnits: 60 } }, 'ann', at(0));
        await world.editPolicy(NAME, 2, '[]');
        const { policy } = await store.load(at(0));
        expect([policy.version, policy.policy.capacity.maximumUnits]).toEqual([2, 60]);
      });

      test('a good version over a broken one → in force, without a notice', async () => {
        await world.editPolicy(NAME, 2, '[]');
        await expect(world.inbox.putPolicy(NAME, { mode: 'paused' }, 'ann', at(0))).resolves.toBe(3);
        const { policy } = await store.load(at(0));
        expect(policy).toEqual({ policy: expect.objectContaining({ mode: 'paused' }), version: 3 });
      });
    });

    describe('memory that cannot be used', () => {
      test.each([
        ['another program’s version', JSON.stringify({ ...emptyMemory(), version: 2 })],
        ['no memory at all', '{"version":1}'],
        ['damaged', '{"version":1,"tick'],
      ])('%s → starts anew over the same fence, with a notice', async (_, text) => {
        await store.save(full(), 0, at(0));
        await world.breakMemory(NAME, text);
        const view = await store.load(at(15));
        expect(view).toMatchObject({ memory: emptyMemory(), fence: 1 });
        expect(view.policy.notice).toContain('starts anew');
        await expect(store.save(full(), 1, epochSeconds(15))).resolves.toBe(2);
        expect((await store.load(at(30))).policy).not.toHaveProperty('notice');
      });
    });
  });
};
