import fc from 'fast-check';
import { epochSeconds } from '../../../lambdas/core/quantities.ts';
import { Timeline } from '../../../local/account/timeline.ts';

const timeline = (): Timeline => new Timeline(epochSeconds(1000));

test('any plans → begun in the order of their times, equals in the order of planning', async () => {
  const property = fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 60 }), async (times) => {
    const time = timeline();
    const begun: { at: number; index: number; now: number }[] = [];
    times.forEach((at, index) => {
      time.at(1000 + at, () => begun.push({ at, index, now: time.now() - 1000 }));
    });
    await time.runTo(1020);
    const expected = times
      .map((at, index) => ({ at, index, now: at }))
      .toSorted((first, second) => first.at - second.at || first.index - second.index);
    expect(begun).toEqual(expected);
  });
  await fc.assert(property, { numRuns: 50 });
});

test('two at once that wait → each goes on at its own moment, and nothing after the end', async () => {
  const time = timeline();
  const seen: string[] = [];
  const work = async (name: string, seconds: number): Promise<void> => {
    for (let round = 1; ; round += 1) {
      await time.wait(seconds);
      seen.push(`${name}${round} ${time.now()}`);
    }
  };
  void work('a', 2);
  void work('b', 3);
  await time.runTo(1006);
  expect(seen).toEqual(['a1 1002', 'b1 1003', 'a2 1004', 'b2 1006', 'a3 1006']);
  expect(time.now()).toBe(1006);
});

test('work outside takes time of the wall → virtual time stands still until it has ended', async () => {
  const time = timeline();
  const real = setTimeout;
  let endedAt: number | undefined;
  time.at(1001, () => {
    void time
      .outside(() => new Promise<void>((resolve) => real(resolve, 30)))
      .then(() => {
        endedAt = time.now();
      });
  });
  time.at(1005, () => {});
  await time.runTo(1010);
  expect(endedAt).toBe(1001);
});

test('a timer of an adapter → goes off in virtual time, or is cleared; Node’s own are back afterwards', async () => {
  const time = timeline();
  const real = setTimeout;
  const wentOff: number[] = [];
  time.at(1001, () => {
    setTimeout(() => wentOff.push(time.now()), 4000);
    clearTimeout(setTimeout(() => wentOff.push(-1), 1000));
  });
  await time.runTo(1010);
  expect(wentOff).toEqual([1005]);
  expect(setTimeout).toBe(real);
});
