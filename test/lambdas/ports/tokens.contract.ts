/** What every budget of EMR calls does, whatever it is made of. */
import fc from 'fast-check';
import type { CallPriority, CallTokens, EmrOperation } from '../../../lambdas/ports/tokens.ts';
import { at } from '../core/builders.ts';

export interface TokensWorld {
  /** A caller of its own, sharing the budget with the others. */
  client(): CallTokens;
}

const LIST: EmrOperation = 'ListInstanceFleets';
const MODIFY: EmrOperation = 'ModifyInstanceFleet';
const DESCRIBE: EmrOperation = 'DescribeCluster';
const BURST = 5;
const REFILL_PER_SECOND = 0.5;

interface Grant {
  readonly operation: EmrOperation;
  readonly seconds: number;
}

/** The most that was granted of an operation in a span, over what EMR would bear in it. */
const overdraft = (grants: readonly Grant[], operation: EmrOperation): number => {
  const times = grants.filter((grant) => grant.operation === operation).map(({ seconds }) => seconds);
  const spans = times.flatMap((from, first) =>
    times.slice(first).map((to, length) => length + 1 - BURST - REFILL_PER_SECOND * (to - from)),
  );
  return Math.max(0, ...spans);
};

const RESERVE: Readonly<Record<CallPriority, number>> = { loss: 0, growth: 1, shrink: 2, routine: 3 };
/** A token, in the milliseconds that make it: whole numbers, so that nothing is rounded. */
const TOKEN = 2000;

/** A refused loss has asked again after a slot of 15 s, and 5 s for a late tick. */
const LOSS_WAITS = 20_000;

/** Both buckets, as they are described. */
class Ideal {
  #now = 0;
  #lossUntil = 0;
  readonly #levels = new Map<EmrOperation, number>([
    [LIST, BURST * TOKEN],
    [MODIFY, BURST * TOKEN],
  ]);

  take(asked: readonly EmrOperation[], priority: CallPriority, waitedMilliseconds: number): boolean {
    this.#now += waitedMilliseconds;
    for (const [one, level] of this.#levels) {
      this.#levels.set(one, Math.min(BURST * TOKEN, level + waitedMilliseconds));
    }
    if (priority !== 'loss' && this.#now < this.#lossUntil) return false;
    const least = Math.min(...asked.map((one) => this.#levels.get(one) ?? 0));
    if (least - TOKEN < RESERVE[priority] * TOKEN) {
      if (priority === 'loss') this.#lossUntil = this.#now + LOSS_WAITS;
      return false;
    }
    for (const one of asked) this.#levels.set(one, (this.#levels.get(one) ?? 0) - TOKEN);
    return true;
  }
}

const operations = fc.constantFrom<readonly EmrOperation[]>([LIST], [MODIFY], [LIST, MODIFY]);
const priorities = fc.constantFrom<CallPriority>('loss', 'growth', 'shrink', 'routine');
/** Milliseconds since the step before, and what each caller asks for at once. */
const step = fc.record({
  wait: fc.nat(4000),
  asks: fc.array(fc.record({ caller: fc.nat(1), operations, priority: priorities }), { minLength: 1, maxLength: 4 }),
});

export const callTokensContract = (name: string, make: () => Promise<TokensWorld>, runs = 100): void => {
  describe(`a budget of calls: ${name}`, () => {
    let world: TokensWorld;
    let tokens: CallTokens;

    beforeEach(async () => {
      world = await make();
      tokens = world.client();
    });

    /** How many of so many asks one after another are granted. */
    const granted = async (
      asked: readonly EmrOperation[],
      priority: CallPriority,
      seconds: number,
      asks = 8,
    ): Promise<number> => {
      let count = 0;
      for (let index = 0; index < asks; index += 1) if (await tokens.take(asked, priority, at(seconds))) count += 1;
      return count;
    };

    test.each([
      ['loss', 5],
      ['growth', 4],
      ['shrink', 3],
      ['routine', 2],
    ] as const)('a full bucket, %s asks eight times → %i calls', async (priority, expected) => {
      await expect(granted([LIST], priority, 0)).resolves.toBe(expected);
    });

    test('routine, shrinking, growth, losses in turn → each is left a token that those before may not take', async () => {
      await expect(granted([MODIFY], 'routine', 0)).resolves.toBe(2);
      await expect(granted([MODIFY], 'shrink', 0)).resolves.toBe(1);
      await expect(granted([MODIFY], 'growth', 0)).resolves.toBe(1);
      await expect(granted([MODIFY], 'loss', 0)).resolves.toBe(1);
    });

    test('spent → one token every two seconds, no more than five after any rest', async () => {
      await expect(granted([LIST], 'loss', 0)).resolves.toBe(5);
      await expect(granted([LIST], 'loss', 1.9)).resolves.toBe(0);
      await expect(granted([LIST], 'loss', 2)).resolves.toBe(1);
      await expect(granted([LIST], 'loss', 7)).resolves.toBe(2);
      await expect(granted([LIST], 'loss', 3600)).resolves.toBe(5);
    });

    test('DescribeCluster: ten at once, one token a second', async () => {
      await expect(granted([DESCRIBE], 'loss', 0, 15)).resolves.toBe(10);
      await expect(granted([DESCRIBE], 'loss', 0.9)).resolves.toBe(0);
      await expect(granted([DESCRIBE], 'loss', 3)).resolves.toBe(3);
      await expect(granted([DESCRIBE], 'routine', 3600, 15)).resolves.toBe(7);
    });

    test('ListInstances: ten at once, one token every two seconds, seven of them for routine', async () => {
      await expect(granted(['ListInstances'], 'loss', 0, 15)).resolves.toBe(10);
      await expect(granted(['ListInstances'], 'loss', 4, 15)).resolves.toBe(2);
      await expect(granted(['ListInstances'], 'routine', 3600, 15)).resolves.toBe(7);
    });

    test('ListClusters: twenty at once, one token every two seconds; managed scaling: five', async () => {
      await expect(granted(['ListClusters'], 'loss', 0, 25)).resolves.toBe(20);
      await expect(granted(['ListClusters'], 'loss', 10, 25)).resolves.toBe(5);
      await expect(granted(['ListClusters'], 'routine', 3600, 25)).resolves.toBe(17);
      await expect(granted(['GetManagedScalingPolicy'], 'loss', 0)).resolves.toBe(5);
    });

    test('it is asked for with a list → as often as the list bears, and none of it goes without the other', async () => {
      await expect(granted([DESCRIBE, LIST], 'loss', 0)).resolves.toBe(5);
      await expect(granted([DESCRIBE], 'loss', 0)).resolves.toBe(5);
      await expect(granted([LIST, DESCRIBE], 'loss', 4)).resolves.toBe(2);
    });

    test('a loss is refused → until it has asked again nobody else gets what was refilled, not even in another process', async () => {
      await expect(granted([LIST], 'loss', 0, 6)).resolves.toBe(5);
      await expect(granted([LIST, MODIFY], 'growth', 10)).resolves.toBe(0);
      await expect(world.client().take([MODIFY], 'growth', at(19.9))).resolves.toBe(false);
      await expect(world.client().take([LIST], 'loss', at(10))).resolves.toBe(true);
      await expect(granted([MODIFY], 'growth', 20)).resolves.toBe(4);
    });

    test('losses that are served → the others are not kept waiting for them', async () => {
      await expect(granted([MODIFY], 'loss', 0, 2)).resolves.toBe(2);
      await expect(granted([MODIFY], 'growth', 0)).resolves.toBe(2);
    });

    test('the operations have buckets of their own', async () => {
      await granted([LIST], 'loss', 0);
      await expect(granted([MODIFY], 'loss', 0)).resolves.toBe(5);
    });

    test('both are asked for, one is spent → none is taken', async () => {
      await granted([LIST], 'loss', 0);
      await expect(tokens.take([LIST, MODIFY], 'loss', at(0))).resolves.toBe(false);
      await expect(granted([MODIFY], 'loss', 0)).resolves.toBe(5);
      await expect(granted([LIST, MODIFY], 'loss', 10)).resolves.toBe(5);
    });

    test('what one caller took is missing to another, who has asked before', async () => {
      const other = world.client();
      await expect(other.take([LIST], 'loss', at(0))).resolves.toBe(true);
      await expect(granted([LIST], 'loss', 0)).resolves.toBe(4);
      await expect(other.take([LIST], 'loss', at(1))).resolves.toBe(false);
    });

    test('a caller whose clock is an hour ahead → the others do not wait an hour', async () => {
      await world.client().take([LIST], 'loss', at(3600));
      await expect(granted([LIST], 'routine', 0)).resolves.toBeGreaterThan(0);
    });

    test('alone, at any times → exactly what the bucket has', async () => {
      const ask = fc.record({ wait: fc.nat(4000), operations, priority: priorities });
      await fc.assert(
        fc.asyncProperty(fc.array(ask, { maxLength: 15 }), async (asks) => {
          const alone = (await make()).client();
          const ideal = new Ideal();
          let milliseconds = 0;
          for (const { wait, operations: asked, priority } of asks) {
            milliseconds += wait;
            const expected = ideal.take(asked, priority, wait);
            await expect(alone.take(asked, priority, at(milliseconds / 1000))).resolves.toBe(expected);
          }
        }),
        { numRuns: runs },
      );
    });

    test('two callers racing → never more than EMR bears, in any span', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
          const shared = await make();
          const callers = [shared.client(), shared.client()];
          const grants: Grant[] = [];
          let milliseconds = 0;
          for (const { wait, asks } of steps) {
            milliseconds += wait;
            const seconds = milliseconds / 1000;
            const takes = asks.map(async ({ caller, operations: asked, priority }) => {
              const got = await callers[caller]?.take(asked, priority, at(seconds));
              if (got) grants.push(...asked.map((operation) => ({ operation, seconds })));
            });
            await Promise.all(takes);
          }
          for (const operation of [LIST, MODIFY]) expect(overdraft(grants, operation)).toBeLessThanOrEqual(1e-6);
        }),
        { numRuns: runs },
      );
    });
  });
};
