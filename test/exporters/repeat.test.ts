/** Work at equal distances, and faults told once. */
import { faultTeller } from '../../exporters/faults.ts';
import { every } from '../../exporters/repeat.ts';
import { epochSeconds } from '../../lambdas/core/quantities.ts';

describe('work again and again', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  test('at once, and then at equal distances however long it takes', async () => {
    const begun: number[] = [];
    const start = Date.now();
    const end = every(
      5,
      async () => {
        begun.push((Date.now() - start) / 1000);
        await new Promise((resolve) => setTimeout(resolve, 3000));
      },
      () => {},
    );
    await jest.advanceTimersByTimeAsync(16_000);
    expect(begun).toEqual([0, 5, 10, 15]);
    const ended = end();
    await jest.advanceTimersByTimeAsync(10_000);
    await ended;
    expect(begun).toHaveLength(4);
  });

  test('it takes longer than the distance → the times that pass are left out, never two at once', async () => {
    let underWay = 0;
    let most = 0;
    const begun: number[] = [];
    const start = Date.now();
    const end = every(
      5,
      async () => {
        begun.push((Date.now() - start) / 1000);
        underWay += 1;
        most = Math.max(most, underWay);
        await new Promise((resolve) => setTimeout(resolve, 7000));
        underWay -= 1;
      },
      () => {},
    );
    await jest.advanceTimersByTimeAsync(21_000);
    expect([begun, most]).toEqual([[0, 10, 20], 1]);
    const ended = end();
    await jest.advanceTimersByTimeAsync(7000);
    await ended;
    expect(underWay).toBe(0);
  });

  test('it fails → told, and done again', async () => {
    const told: string[] = [];
    const end = every(
      1,
      () => Promise.reject(new Error('no')),
      ({ message }) => told.push(message),
    );
    await jest.advanceTimersByTimeAsync(2500);
    await end();
    expect(told).toEqual(['no', 'no', 'no']);
  });
});

describe('faults', () => {
  const start = () => {
    const lines: string[] = [];
    const clock = { seconds: 0 };
    const fault = faultTeller(
      (line) => lines.push(line),
      () => epochSeconds(clock.seconds),
    );
    return { lines, clock, fault };
  };

  test('one that lasts for an hour → told once', () => {
    const { lines, clock, fault } = start();
    for (clock.seconds = 0; clock.seconds < 3600; clock.seconds += 5) fault('cluster', new Error('down'));
    expect(lines).toEqual(['cluster: down']);
  });

  test('another one, another place, or the same again after a quiet time → told', () => {
    const { lines, clock, fault } = start();
    fault('cluster', new Error('down'));
    fault('cluster', new Error('up and wrong'));
    fault('queries', new Error('down'));
    clock.seconds = 901;
    fault('queries', new Error('down'));
    expect(lines).toEqual(['cluster: down', 'cluster: up and wrong', 'queries: down', 'queries: down']);
  });
});
