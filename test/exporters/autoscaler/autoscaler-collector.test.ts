/** Reading the autoscaler's state again and again: what is told while it works, fails, and works again. */
import { AutoscalerCollector, MOST_MISSED_READS } from '../../../exporters/autoscaler/autoscaler-collector.ts';
import type { AutoscalerView } from '../../../lambdas/ports/autoscaler-state.ts';
import { at, memory, NOON } from '../../lambdas/core/builders.ts';
import { linesOf, view } from './bench.ts';

class Bench {
  seconds = 0;
  answer: AutoscalerView | Error = view({ memory: memory({ at: NOON, tick: 7 }) });
  readonly faults: string[] = [];
  readonly collector = new AutoscalerCollector({
    state: {
      read: async () => {
        if (this.answer instanceof Error) throw this.answer;
        return this.answer;
      },
    },
    now: () => at(this.seconds),
    onFault: ({ message }) => this.faults.push(message),
  });

  async read(seconds: number): Promise<Readonly<Record<string, number>>> {
    this.seconds = seconds;
    await this.collector.collect();
    return this.told();
  }

  told(): Promise<Readonly<Record<string, number>>> {
    return linesOf(this.collector.families(at(this.seconds)));
  }
}

test('before the first reading → nothing, not even that it is down', async () => {
  expect(await new Bench().told()).toEqual({});
});

test('a reading → up, and ages that grow until the next one', async () => {
  const bench = new Bench();
  await bench.read(0);
  bench.seconds = 12;
  expect(await bench.told()).toMatchObject({ up: 1, ticks_total: 7, tick_age_seconds: 12, read_age_seconds: 12 });
});

test('readings fail → down at once; what was read stays for two of them and is gone with the third', async () => {
  const bench = new Bench();
  await bench.read(0);
  bench.answer = new Error('the table is away');
  for (let missed = 1; missed < MOST_MISSED_READS; missed += 1)
    expect(await bench.read(15 * missed)).toMatchObject({ up: 0, read_errors_total: missed, ticks_total: 7 });
  const told = await bench.read(15 * MOST_MISSED_READS);
  expect(told).toEqual({ up: 0, read_errors_total: MOST_MISSED_READS, read_age_seconds: 15 * MOST_MISSED_READS });
  expect(bench.faults).toHaveLength(MOST_MISSED_READS);
});

test('two fail, one succeeds, two fail → it was never gone', async () => {
  const bench = new Bench();
  const good = bench.answer;
  await bench.read(0);
  const told = [];
  for (const [index, works] of [false, false, true, false, false].entries()) {
    bench.answer = works ? good : new Error('away');
    told.push(await bench.read(15 * (index + 1)));
  }
  expect(told.map(({ up, ticks_total: ticks }) => [up, ticks])).toEqual([
    [0, 7],
    [0, 7],
    [1, 7],
    [0, 7],
    [0, 7],
  ]);
});

test('it fails from the beginning → down, no age, nothing made up', async () => {
  const bench = new Bench();
  bench.answer = new Error('cluster j-1 has no policy');
  expect(await bench.read(0)).toEqual({ up: 0, read_errors_total: 1 });
});
