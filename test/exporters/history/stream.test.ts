/** Lists that are large: how much is done before the event loop is free again, and what of TLS a reading knows. */
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { streamSlices } from '../../../exporters/history/stream.ts';
import { hasOpenssl, makeCertificates } from '../engine/certificates.ts';
import { HistoryBench } from './bench.ts';

const LIMITS = { access: { headers: {} }, maximumBytes: 1e9, wholeMilliseconds: 30_000, silentMilliseconds: 10_000 };

/** Turns of the event loop until told to stop; gives the most of something that was done in one of them. */
const countTurns = (done: () => number) => {
  let most = 0;
  let before = done();
  let turns = 0;
  let goesOn = true;
  const turn = (): void => {
    turns += 1;
    most = Math.max(most, done() - before);
    before = done();
    if (goesOn) setImmediate(turn);
  };
  setImmediate(turn);
  return () => {
    goesOn = false;
    return { most, turns };
  };
};

test('18 MB of queries → at most 128 KiB in one turn of the event loop, whole lists nowhere', async () => {
  const bench = await HistoryBench.start();
  let bytes = 0;
  let longest = 0;
  try {
    bench.end(5_000, { sql: 'x'.repeat(2_048) });
    const stop = countTurns(() => bytes);
    await streamSlices(`${bench.engine.url}/v1/query?state=FINISHED`, LIMITS, (slice) => {
      bytes += slice.length;
      longest = Math.max(longest, slice.length);
    });
    const { most, turns } = stop();
    expect(bytes).toBeGreaterThan(17e6);
    expect(longest).toBeLessThanOrEqual(64 * 1024);
    // A turn of the loop may hold the end of one slice’s turn and the next.
    expect(most).toBeLessThanOrEqual(128 * 1024);
    expect(turns).toBeGreaterThan(bytes / (128 * 1024));
  } finally {
    await bench.engine.close();
  }
});

test('a whole list takes too long, though bytes come → an error', async () => {
  const bench = await HistoryBench.start();
  try {
    bench.engine.fault = 'silent';
    bench.end(10);
    await expect(
      streamSlices(`${bench.engine.url}/v1/query?state=FINISHED`, { ...LIMITS, wholeMilliseconds: 150 }, () => {}),
    ).rejects.toThrow(/^GET http:\/\/127\.0\.0\.1:\d+\/v1\/query: no whole answer within 150 ms$/);
  } finally {
    await bench.engine.close();
  }
});

(hasOpenssl() ? test : test.skip)(
  'https with an authority of our own → read with it, refused without; headers arrive',
  async () => {
    const { authority, certificate, key } = makeCertificates();
    const users: unknown[] = [];
    const server = createServer({ key, cert: certificate }, (request, response) => {
      users.push(request.headers['x-trino-user']);
      response.end('[]');
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/v1/query`;
    const headers = { 'X-Trino-User': 'ann' };
    try {
      let body = '';
      await streamSlices(url, { ...LIMITS, access: { headers, ca: authority } }, (slice) => {
        body += slice.toString();
      });
      expect([body, users]).toEqual(['[]', ['ann']]);
      await expect(streamSlices(url, { ...LIMITS, access: { headers } }, () => {})).rejects.toThrow(/certificate/);
      expect(users).toHaveLength(1);
    } finally {
      server.close();
      server.closeAllConnections();
    }
  },
);
