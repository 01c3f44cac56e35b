/** The page's server as a browser, a script and a stranger see it. */
import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { buildPage } from '../../console/build.ts';
import { type ConsoleServer, startConsole } from '../../console/server.ts';
import { decision, FakeBackend, START } from './fake-backend.ts';
import { readStream } from './stream-reader.ts';

let backend: FakeBackend;
let server: ConsoleServer;

beforeEach(async () => {
  backend = new FakeBackend();
  server = await startConsole({ backend, port: 0, heartbeatMilliseconds: 20 });
});

afterEach(() => server.close());

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** `fetch` does not let a test choose Host or Origin. */
const ask = (
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { method = 'GET', headers = {}, body } = options;
    const sent = request({ host: '127.0.0.1', port: server.port, path, method, headers }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(parts).toString('utf8'),
        }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });

const act = (body: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
  ask('/api/actions', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

const errorOf = (answer: Answer): string => (JSON.parse(answer.body) as { error: string }).error;

describe('the page', () => {
  test.each([
    ['/', 'text/html', '<title>prestoscale</title>'],
    ['/?from=a-bookmark', 'text/html', '<title>prestoscale</title>'],
    ['/app.js', 'text/javascript', '/api/stream'],
    ['/app.css', 'text/css', 'prefers-color-scheme'],
    ['/icon.svg', 'image/svg+xml', '<svg'],
  ])('%s is served as %s', async (path, type, part) => {
    const { status, headers, body } = await ask(path);
    expect([status, headers['content-type']]).toEqual([200, `${type}; charset=utf-8`]);
    expect(body).toContain(part);
  });

  test('everything a browser loads is at most 100 KB, and 40 KB compressed', () => {
    const { html, js, css } = buildPage();
    expect(Buffer.byteLength(html + js + css)).toBeLessThanOrEqual(100_000);
    expect(gzipSync(html + js + css).length).toBeLessThanOrEqual(40_000);
    expect(Math.min(html.length, js.length, css.length)).toBeGreaterThan(1000);
  });

  test('nothing in it points to another server', () => {
    const { html, js, css } = buildPage();
    const addresses = `${html}${js}${css}`.match(/(?:https?:)?\/\/[a-z0-9.-]+\.[a-z]{2,}/gi) ?? [];
    expect(addresses.filter((address) => address !== 'http://www.w3.org')).toEqual([]);
  });

  test.each(['/', '/api/state', '/nowhere'])('%s carries the headers that keep a browser safe', async (path) => {
    const { headers } = await ask(path);
    const csp = headers['content-security-policy'];
    expect(csp).toMatch(/^default-src 'none'; script-src 'self';/);
    expect(csp).not.toMatch(/unsafe|\*|https?:/);
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'x-frame-options': 'DENY',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-store',
    });
  });
});

describe('state and stream', () => {
  test('the state is what the backend says', async () => {
    backend.play(5);
    const { status, headers, body } = await ask('/api/state');
    expect([status, headers['content-type']]).toEqual([200, 'application/json; charset=utf-8']);
    expect(JSON.parse(body)).toEqual(backend.state());
  });

  test('the stream begins with the state and goes on with what is new, without a gap', async () => {
    backend.play(3);
    const stream = await readStream(server.port);
    expect(await stream.next('state')).toEqual(backend.state());
    backend.play(2);
    const line = decision({ at: START + 99 });
    backend.emit({ decisions: [line] });
    const updates = [await stream.next('update'), await stream.next('update'), await stream.next('update')];
    expect(updates[0]).toMatchObject({ points: [backend.points[3]] });
    expect(updates[1]).toMatchObject({ points: [backend.points[4]] });
    expect(updates[2]).toEqual({ points: [], decisions: [line], events: [], story: [] });
    stream.close();
  });

  test('nothing happens → heartbeats', async () => {
    const stream = await readStream(server.port);
    await stream.next('state');
    expect([await stream.next('heartbeat'), await stream.next('heartbeat')]).toEqual([{}, {}]);
    stream.close();
  });

  test('a reader that goes away is forgotten', async () => {
    const [first, second] = [await readStream(server.port), await readStream(server.port)];
    expect(backend.listeners).toBe(2);
    first.close();
    await backend.whenListeners(1);
    second.close();
    await backend.whenListeners(0);
  });

  test('the server closes → streams end', async () => {
    const stream = await readStream(server.port);
    await stream.next('state');
    await server.close();
    await stream.ended;
    await backend.whenListeners(0);
    server = await startConsole({ backend, port: 0 });
  });
});

describe('actions', () => {
  test.each([
    { action: 'burst', queries: 200 },
    { action: 'spot', gone: true },
    { action: 'largestPool' },
    { action: 'pause', paused: false },
    { action: 'hold', units: 40, minutes: 60 },
    { action: 'releaseHold' },
    { action: 'speed', speed: 0 },
  ])('%j reaches the backend', async (action) => {
    const { status, body } = await act(action);
    expect([status, body]).toEqual([204, '']);
    expect(backend.actions).toEqual([action]);
  });

  test.each<[unknown, string]>([
    ['{', 'The body is not JSON.'],
    ['', 'The body is not JSON.'],
    ['[]', 'The body is not a JSON object.'],
    ['null', 'The body is not a JSON object.'],
    [
      { action: 'explode' },
      '"action" is "explode", expected one of burst, spot, largestPool, pause, hold, releaseHold, speed.',
    ],
    [
      { action: 'toString' },
      '"action" is "toString", expected one of burst, spot, largestPool, pause, hold, releaseHold, speed.',
    ],
    [{}, '"action" is missing, expected one of burst, spot, largestPool, pause, hold, releaseHold, speed.'],
    [{ action: 'burst' }, '"queries" is missing, expected a whole number from 1 to 10000.'],
    [{ action: 'burst', queries: 0 }, '"queries" is 0, expected a whole number from 1 to 10000.'],
    [{ action: 'burst', queries: 1.5 }, '"queries" is 1.5, expected a whole number from 1 to 10000.'],
    [{ action: 'burst', queries: '9' }, '"queries" is "9", expected a whole number from 1 to 10000.'],
    ['{"action":"burst","queries":1e999}', '"queries" is null, expected a whole number from 1 to 10000.'],
    [{ action: 'speed', speed: -1 }, '"speed" is -1, expected a number of at least 0.'],
    [{ action: 'spot', gone: 1 }, '"gone" is 1, expected true or false.'],
    [{ action: 'releaseHold', now: true }, '"now" is no field of this action.'],
    [
      { action: 'hold', units: -1, minutes: 20_000, owner: 'me' },
      '"units" is -1, expected a whole number from 1 to 1000000. "minutes" is 20000, expected a whole number from 1 to 10080. "owner" is no field of this action.',
    ],
  ])('%j → 400 with every mistake, and nothing is done', async (body, error) => {
    const answer = await act(body);
    expect([answer.status, errorOf(answer)]).toEqual([400, error]);
    expect(backend.actions).toEqual([]);
  });

  test('the backend refuses → 400 with its sentence', async () => {
    backend.refusal = 'The run has come to its end.';
    const answer = await act({ action: 'pause', paused: true });
    expect([answer.status, errorOf(answer)]).toEqual([400, 'The run has come to its end.']);
  });

  test('a body of 100 KB → 413, and it is not read to its end', async () => {
    const answer = await act({ action: 'burst', queries: 1, padding: 'x'.repeat(100_000) }).catch(() => undefined);
    // The connection may be cut before the answer is read.
    expect(answer?.status ?? 413).toBe(413);
    expect(backend.actions).toEqual([]);
  });

  test('a form of another kind → 415', async () => {
    const answer = await act('{"action":"releaseHold"}', { 'content-type': 'text/plain' });
    expect(answer.status).toBe(415);
    expect(backend.actions).toEqual([]);
  });
});

describe('strangers', () => {
  const ACTION = { action: 'releaseHold' };

  test.each([
    ['another site', { origin: 'https://evil.example' }],
    ['another port of this machine', { origin: 'http://127.0.0.1:1' }],
    ['a sandboxed frame', { origin: 'null' }],
    ['a form of another site', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }],
    ['a name that was pointed at this machine', { host: 'evil.example' }],
    ['the same, with its own origin', { host: 'evil.example', origin: 'http://evil.example' }],
    ['a host that cannot be read', { host: '[' }],
  ])('an action from %s → 403', async (_, headers) => {
    const answer = await act(ACTION, headers);
    expect(answer.status).toBe(403);
    expect(backend.actions).toEqual([]);
  });

  test.each(['/', '/api/state', '/api/stream'])('%s under a foreign name → 403', async (path) => {
    expect((await ask(path, { headers: { host: 'evil.example:4646' } })).status).toBe(403);
  });

  test('a script of another site reads → 403; a link there leads to the page', async () => {
    const read = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' };
    expect((await ask('/api/stream', { headers: read })).status).toBe(403);
    const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    expect((await ask('/', { headers: link })).status).toBe(200);
  });

  test.each([
    ['the page itself', () => ({ origin: server.url })],
    ['the page under the name localhost', () => ({ host: 'localhost:80', origin: 'http://localhost' })],
    ['a forwarded port', () => ({ host: 'localhost:9999', origin: 'http://localhost:9999' })],
    ['curl', () => ({})],
  ])('an action from %s → done', async (_, headers) => {
    expect((await act(ACTION, headers())).status).toBe(204);
  });
});

describe('what is not there', () => {
  test.each([
    ['GET', '/nowhere', 404, undefined],
    ['GET', '//', 404, undefined],
    ['GET', '/../console/server.ts', 404, undefined],
    ['POST', '/', 405, 'GET'],
    ['GET', '/api/actions', 405, 'POST'],
    ['DELETE', '/api/actions', 405, 'POST'],
  ])('%s %s → %i', async (method, path, status, allow) => {
    const answer = await ask(path, { method });
    expect([answer.status, answer.headers.allow]).toEqual([status, allow]);
    expect(errorOf(answer)).toMatch(/\.$/);
  });

  test('the backend fails → 500 with a sentence, and the server goes on', async () => {
    jest.spyOn(backend, 'state').mockImplementationOnce(() => {
      throw new Error('The run is gone.');
    });
    const answer = await ask('/api/state');
    expect([answer.status, errorOf(answer)]).toEqual([500, 'The run is gone.']);
    expect((await ask('/api/state')).status).toBe(200);
  });
});

describe('the port', () => {
  test('in use → one line that names it', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    await expect(startConsole({ backend, port })).rejects.toThrow(
      `Port ${port} of 127.0.0.1 is in use: choose another one.`,
    );
    await new Promise((resolve) => other.close(resolve));
  });

  test('free → only this machine can reach it', () => {
    expect(server.url).toBe(`http://127.0.0.1:${server.port}`);
  });
});
