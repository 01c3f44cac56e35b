/** Answers that are large: how much is done before the event loop is free again, where they end, and who is asked how. */
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { type GetLimits, getSlices, getText } from '../../../exporters/engine/http.ts';
import { NonsenseError } from '../../../exporters/engine/untrusted.ts';
import { HistoryBench } from '../history/bench.ts';
import { hasOpenssl, makeCertificates } from './certificates.ts';

const LIMITS: GetLimits = { maximumBytes: 1e9, timeoutMilliseconds: 30_000 };

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
    await getSlices(`${bench.engine.url}/v1/query?state=FINISHED`, LIMITS, (slice) => {
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
      getSlices(`${bench.engine.url}/v1/query?state=FINISHED`, { ...LIMITS, timeoutMilliseconds: 150 }, () => {}),
    ).rejects.toThrow(/^GET http:\/\/127\.0\.0\.1:\d+\/v1\/query: no whole answer within 150 ms$/);
  } finally {
    await bench.engine.close();
  }
});

describe('a server that ends too early, or not at all', () => {
  let url = '';
  let sockets = 0;
  const servers: ReturnType<typeof createHttpServer>[] = [];

  const answering = async (listener: RequestListener): Promise<void> => {
    sockets = 0;
    const server = createHttpServer(listener).on('connection', () => {
      sockets += 1;
    });
    servers.push(server);
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/x`;
  };

  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.close();
      server.closeAllConnections();
    }
  });

  const failureOf = (limits: Partial<GetLimits> = {}, onSlice: (slice: Buffer) => void = () => {}): Promise<Error> =>
    getSlices(url, { ...LIMITS, ...limits }, onSlice).then(
      () => Promise.reject(new Error('it did not fail')),
      (error: Error) => error,
    );

  test('in the middle of the body, with and without a length → cut off, never a whole', async () => {
    for (const headers of [{}, { 'content-length': '100' }]) {
      await answering((_, response) => {
        response.writeHead(200, headers);
        response.write('[1,', () => response.socket?.destroy());
      });
      expect((await failureOf()).message).toMatch(/^GET http:\/\/127\.0\.0\.1:\d+\/v1\/x: the answer was cut off$/);
    }
  });

  test('never, and nobody waits that long for a byte → silent', async () => {
    await answering((_, response) => void response.write('['));
    expect((await failureOf({ silentMilliseconds: 60 })).message).toMatch(/: silent for 60 ms$/);
  });

  test('the body of an error never ends → its status at once, and the connection does not stay for ever', async () => {
    let closed: Promise<unknown> | undefined;
    await answering((request, response) => {
      closed = new Promise((resolve) => {
        (request.socket as Socket).once('close', resolve);
      });
      response.writeHead(503);
      response.write('<html>');
    });
    expect((await failureOf({ timeoutMilliseconds: 200 })).message).toMatch(/answered 503$/);
    await closed;
  });

  test('more than allowed → exactly the allowed bytes are handed over', async () => {
    await answering((_, response) => void response.end('x'.repeat(300_000)));
    let bytes = 0;
    const failure = await failureOf({ maximumBytes: 100_000 }, (slice) => {
      bytes += slice.length;
    });
    expect(failure.message).toMatch(/: the answer is larger than 100000 bytes$/);
    expect(bytes).toBe(100_000);
  });

  test('what reads it finds nonsense → that error as it is, and the rest is not fetched', async () => {
    let closed: Promise<unknown> | undefined;
    await answering((request, response) => {
      closed = new Promise((resolve) => {
        (request.socket as Socket).once('close', resolve);
      });
      response.write('x');
    });
    const nonsense = new NonsenseError('x is no list');
    const failure = await failureOf({}, () => {
      throw nonsense;
    });
    expect(failure).toBe(nonsense);
    await closed;
  });

  test('read to its end again and again → one connection; in the background → one each', async () => {
    await answering((_, response) => void response.end('[]'));
    for (let round = 0; round < 3; round += 1) expect(await getText(url, LIMITS)).toBe('[]');
    expect(sockets).toBe(1);
    for (let round = 0; round < 3; round += 1) await getSlices(url, { ...LIMITS, background: true }, () => {});
    expect(sockets).toBe(4);
  });

  test('a kept connection is closed just when it is used again → asked once more', async () => {
    let asked = 0;
    await answering((request, response) => {
      asked += 1;
      if (asked === 2) request.socket.destroy();
      else response.end(String(asked));
    });
    expect(await getText(url, LIMITS)).toBe('1');
    expect(await getText(url, LIMITS)).toBe('3');
  });

  test('a character of several bytes lies on the border of two pieces → it is whole in a text', async () => {
    await answering((_, response) => {
      const bytes = Buffer.from('ä🜂');
      response.write(bytes.subarray(0, 1), () =>
        response.write(bytes.subarray(1, 4), () => response.end(bytes.subarray(4))),
      );
    });
    expect(await getText(url, LIMITS)).toBe('ä🜂');
  });
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
      await getSlices(url, { ...LIMITS, access: { headers, ca: authority } }, (slice) => {
        body += slice.toString();
      });
      expect([body, users]).toEqual(['[]', ['ann']]);
      await expect(getSlices(url, { ...LIMITS, access: { headers } }, () => {})).rejects.toThrow(/certificate/);
      expect(users).toHaveLength(1);
    } finally {
      server.close();
      server.closeAllConnections();
    }
  },
);
