import type { EndedQuery, QuerySettings } from '../../../local/engines/load.ts';
import type { JudgedQuery } from '../../../local/live/engine-account.ts';
import { EngineTraffic, wavePauseSeconds } from '../../../local/live/engine-traffic.ts';

interface Sent {
  readonly sql: string;
  readonly source: string | undefined;
  readonly end: (error?: string) => Promise<void>;
}

/** A load whose queries end when the test says so, at a time that the test sets. */
const stage = () => {
  let now = 0;
  const sent: Sent[] = [];
  const judged: JudgedQuery[] = [];
  const send = (sql: string, { user = '', source = '' }: QuerySettings = {}): Promise<EndedQuery> =>
    new Promise((resolve) => {
      const end = async (error?: string): Promise<void> => {
        const query = { id: 'q', sql, user, source, sentAt: 0, endedAt: 0 };
        resolve(error === undefined ? query : { ...query, error });
        await jest.advanceTimersByTimeAsync(0);
      };
      sent.push({ sql, source, end });
    });
  const traffic = new EngineTraffic({ load: { send }, onEnded: (_, query) => judged.push(query), now: () => now });
  const wait = async (seconds: number): Promise<void> => {
    now += seconds;
    await jest.advanceTimersByTimeAsync(1000 * seconds);
  };
  return { sent, judged, traffic, wait };
};

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

test('started → quiet at first, then one query of each client, and no second before the first has ended', async () => {
  const { sent, traffic, wait } = stage();
  traffic.start();
  expect(sent).toEqual([]);
  await wait(100);
  expect(sent.map(({ source }) => source)).toEqual(['reader', 'dashboard']);
  await sent[0]?.end();
  await sent[1]?.end();
  await wait(60);
  expect(sent.map(({ source }) => source)).toHaveLength(4);
  traffic.close();
});

test('a burst of twelve → twelve at once, told with the most that were live beside each', async () => {
  const { sent, judged, traffic, wait } = stage();
  traffic.burst(2);
  await wait(5);
  traffic.burst(12);
  expect(sent).toHaveLength(14);
  await wait(5);
  for (const query of sent) await query.end();
  traffic.burst(1);
  await sent[14]?.end('NO_NODES_AVAILABLE: none');
  expect(judged.slice(0, 3).map(({ sentAt, endedAt }) => [sentAt, endedAt])).toEqual([
    [0, 10],
    [0, 10],
    [5, 10],
  ]);
  expect(judged.map(({ mostLive }) => mostLive)).toEqual([...Array(14).fill(14), 1]);
  expect(judged.map(({ failed }) => failed)).toEqual([...Array(14).fill(false), true]);
});

test('closed → what ends is not told of, and nothing more is sent', async () => {
  const { sent, judged, traffic, wait } = stage();
  traffic.start();
  await wait(100);
  traffic.close();
  for (const query of sent) await query.end('CLIENT: aborted');
  await wait(1000);
  expect(sent).toHaveLength(2);
  expect(judged).toEqual([]);
  expect(jest.getTimerCount()).toBe(0);
});

test('the wave → long pauses at the start, the shortest half a period later, and back', () => {
  expect(wavePauseSeconds(0)).toBeCloseTo(30, 6);
  expect(wavePauseSeconds(300)).toBeCloseTo(1, 6);
  expect(wavePauseSeconds(600)).toBeCloseTo(30, 6);
  for (let now = 0; now < 300; now += 10) expect(wavePauseSeconds(now + 10)).toBeLessThan(wavePauseSeconds(now));
});
