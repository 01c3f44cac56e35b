/** What every Journal does, whatever it is made of. */
import { decide } from '../../../lambdas/core/decide.ts';
import type { FullRecord } from '../../../lambdas/core/record.ts';
import type { ClusterStore } from '../../../lambdas/ports/cluster-store.ts';
import type { Inbox } from '../../../lambdas/ports/inbox.ts';
import type { Journal } from '../../../lambdas/ports/journal.ts';
import { at, fleet, hold, memory, NOON, observation, policyWith, sample, stored } from '../core/builders.ts';

export interface JournalWorld {
  readonly inbox: Inbox;
  store(cluster: string): ClusterStore;
  journal(cluster: string, retentionDays?: number): Journal;
  /** Sets the clock that the journal reads by. */
  setNow(epochSeconds: number): void;
}

const DAY = 86_400;

/** A record of a tick with something of everything in it. */
const recordAt = (seconds: number, tick = 0): FullRecord => {
  const now = at(seconds);
  const observed = observation({
    sample: sample({ takenAt: NOON + seconds, runningQueries: 20 }),
    fleet: fleet({ readAt: NOON + seconds }),
    holds: [hold({ reason: 'größe "🜂"', until: NOON + seconds + 1 / 3 })],
  });
  const given = { observation: observed, policy: policyWith(), memory: memory({ tick }) };
  return { now, ...given, decision: decide(observed, given.policy, given.memory, now).decision };
};

export const journalContract = (name: string, make: () => Promise<JournalWorld>): void => {
  describe(`a journal: ${name}`, () => {
    let world: JournalWorld;
    let journal: Journal;

    beforeEach(async () => {
      world = await make();
      journal = world.journal('j-1');
      world.setNow(NOON);
    });

    const timesOf = async (from: number, to: number): Promise<number[]> =>
      (await journal.read(at(from), at(to))).map((entry) => entry.at - NOON);

    test('a record comes back to the last bit, and decides the same again', async () => {
      const record = recordAt(0.1 + 0.2);
      await journal.write(record, undefined);
      const [entry, ...more] = await world.journal('j-1').read(at(0), at(1));
      expect(more).toEqual([]);
      expect(entry).toEqual({ at: record.now, decision: record.decision, record });
      const again = stored(entry?.record) as FullRecord;
      expect(decide(again.observation, again.policy, again.memory, again.now).decision).toEqual(record.decision);
    });

    test('read → oldest first, whatever the order of writing; both ends belong to the span', async () => {
      for (const seconds of [30, 9.5, 0, 100, 9.4996, 15]) await journal.write(recordAt(seconds), undefined);
      await expect(timesOf(0, 100)).resolves.toEqual([0, 9.4996, 9.5, 15, 30, 100].map((s) => at(s) - NOON));
      await expect(timesOf(15, 30)).resolves.toEqual([15, 30]);
      await expect(timesOf(9.5, 15)).resolves.toEqual([9.5, 15]);
      await expect(timesOf(101, 200)).resolves.toEqual([]);
      await expect(timesOf(30, 15)).resolves.toEqual([]);
    });

    test('two ticks of one moment → both, in their order; the same tick twice → once', async () => {
      for (const tick of [10, 9, 9]) await journal.write(recordAt(0, tick), undefined);
      const entries = await journal.read(at(0), at(0));
      expect([...new Set(entries.map(({ record }) => record.memory.tick))]).toEqual([9, 10]);
    });

    test('another cluster’s records are not read', async () => {
      await world.journal('j-1#').write(recordAt(0), undefined);
      await expect(timesOf(-10, 10)).resolves.toEqual([]);
    });

    test('kept for two days → the day after there, then not, though still in the table', async () => {
      journal = world.journal('j-1', 2);
      await journal.write(recordAt(0), undefined);
      await journal.write(recordAt(60), undefined);
      world.setNow(NOON + 2 * DAY - 1);
      await expect(timesOf(0, 60)).resolves.toEqual([0, 60]);
      world.setNow(NOON + 2 * DAY);
      await expect(timesOf(0, 60)).resolves.toEqual([60]);
    });

    test('an outcome with a record, alone, and neither', async () => {
      await world.inbox.putPolicy('j-1', {}, 'ann', at(0));
      const outcome = async () => (await world.store('j-1').load(at(0))).outcome;
      await journal.write(undefined, undefined);
      await expect(outcome()).resolves.toBeUndefined();
      await journal.write(recordAt(0), { fence: 1, outcome: 'failed' });
      await expect(outcome()).resolves.toEqual({ fence: 1, outcome: 'failed' });
      await journal.write(recordAt(15), undefined);
      await expect(outcome()).resolves.toEqual({ fence: 1, outcome: 'failed' });
      await journal.write(undefined, { fence: 2, outcome: 'accepted' });
      await expect(outcome()).resolves.toEqual({ fence: 2, outcome: 'accepted' });
      await expect(timesOf(0, 60)).resolves.toEqual([0, 15]);
    });
  });
};
