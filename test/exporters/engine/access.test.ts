/** How an engine is asked: what is sent, where it is not sent, and what is refused before anything is. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AccessError,
  type AccessOptions,
  accessOfPresto,
  basicAccess,
  OPEN_ACCESS,
  readAccess,
  userAccess,
} from '../../../exporters/engine/access.ts';
import { connectEngine } from '../../../exporters/engine/connect.ts';
import { getText } from '../../../exporters/engine/http.ts';
import { epochSeconds } from '../../../lambdas/core/quantities.ts';
import { startAnswering } from '../answering.ts';
import { hasOpenssl, makeCertificates, type TestCertificates } from './certificates.ts';

const PASSWORD = 'pa:ss wörd"\'';
const HTTPS = 'https://coordinator:8446';
const HTTP = 'http://coordinator:8889';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'prestoscale-access-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

const fileOf = (text: string, name = 'secret'): string => {
  const path = join(folder, `${name}-${Math.random().toString(36).slice(2)}`);
  writeFileSync(path, text);
  return path;
};

const mistakesOf = (options: AccessOptions): readonly string[] => {
  try {
    readAccess(options);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(AccessError);
    return (error as AccessError).mistakes;
  }
};

const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`;

describe('read from flags and files', () => {
  test('nothing → open', () => {
    expect(readAccess({})).toEqual(OPEN_ACCESS);
  });

  test('a user alone → the header of Trino, over http and https', () => {
    for (const coordinator of [HTTP, HTTPS]) {
      expect(readAccess({ coordinator, user: 'monitor' })).toEqual({ headers: { 'X-Trino-User': 'monitor' } });
    }
  });

  test.each([
    ['without a newline', PASSWORD, PASSWORD],
    ['one newline at its end is no part of it', `${PASSWORD}\n`, PASSWORD],
    ['neither is one of Windows', `${PASSWORD}\r\n`, PASSWORD],
    ['blanks are', ` ${PASSWORD} `, ` ${PASSWORD} `],
  ])('a password, %s', (_, text, expected) => {
    const access = readAccess({ coordinator: HTTPS, user: 'ann', passwordFile: fileOf(text) });
    expect(access).toEqual({ headers: { Authorization: basic('ann', expected) } });
  });

  test.each<readonly [string, (path: string) => AccessOptions, string, RegExp]>([
    ['two newlines at its end', (passwordFile) => ({ user: 'a', passwordFile }), 'secret\n\n', /several lines/],
    ['a second line', (passwordFile) => ({ user: 'a', passwordFile }), 'secret\nmore', /several lines/],
    ['an empty file', (passwordFile) => ({ user: 'a', passwordFile }), '\n', /is empty/],
    ['no user', (passwordFile) => ({ passwordFile }), 'secret', /^--password-file needs --user/],
    ['a user with a colon', (passwordFile) => ({ user: 'a:b', passwordFile }), 'secret', /^--user cannot be used with/],
    [
      'http',
      (passwordFile) => ({ coordinator: HTTP, user: 'a', passwordFile }),
      'secret',
      /^--password-file cannot be used with http:\/\/coordinator:8889: expected an https:/,
    ],
  ])('a password with %s → refused, and not shown', (_, options, text, expected) => {
    const mistakes = mistakesOf(options(fileOf(text)));
    expect(mistakes).toEqual([expect.stringMatching(expected)]);
    expect(mistakes.join()).not.toContain('secret\n');
    expect(mistakes.join()).not.toMatch(/more|: secret/);
  });

  test.each(['', 'a b', 'jürgen', 'a\r\nX-Evil: 1'])('the user %j alone → refused: it cannot be a header', (user) => {
    expect(mistakesOf({ user })).toEqual([expect.stringMatching(/^--user cannot be sent as a header/)]);
  });

  test.each([
    ['no certificate', 'hello', /has no certificate/],
    ['a broken one', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n', /cannot be read/],
  ])('a file of authorities with %s → refused, not shown', (_, text, expected) => {
    const mistakes = mistakesOf({ coordinator: HTTPS, caFile: fileOf(text) });
    expect(mistakes).toEqual([expect.stringMatching(expected)]);
    expect(mistakes.join()).not.toMatch(/hello|AAAA/);
  });

  test('everything is wrong → all of it at once, by flag and file', () => {
    const missing = join(folder, 'nowhere');
    expect(mistakesOf({ coordinator: HTTP, user: 'a:b', passwordFile: missing, caFile: folder })).toEqual([
      expect.stringMatching(/^--user /),
      expect.stringMatching(/^--password-file cannot be used with http/),
      expect.stringMatching(/^--ca-file has no meaning for http/),
      `--password-file ${missing} cannot be read (ENOENT): expected a file this user may read.`,
      `--ca-file ${folder} cannot be read (EISDIR): expected a file this user may read.`,
    ]);
  });
});

describe('sent', () => {
  const LIMITS = { timeoutMilliseconds: 1000, maximumBytes: 1000 };

  /** What a server on http is sent. */
  const headersOverHttp = async (access: Parameters<typeof accessOfPresto>[0]): Promise<IncomingHttpHeaders> => {
    let sent: IncomingHttpHeaders = {};
    const server = await startAnswering((_, { headers }) => {
      sent = headers;
      return '{}';
    });
    await getText(`${server.url}/v1/info`, { ...LIMITS, access });
    await server.close();
    return sent;
  };

  test('over http → the user goes anywhere, a password nowhere', async () => {
    expect(await headersOverHttp(userAccess('ann'))).toMatchObject({ 'x-trino-user': 'ann' });
    expect(await headersOverHttp(basicAccess('ann', PASSWORD))).not.toHaveProperty('authorization');
  });

  test('to a PrestoDB → its own name of the header, and not both', async () => {
    const headers = await headersOverHttp(accessOfPresto(userAccess('ann')));
    expect(headers).toMatchObject({ 'x-presto-user': 'ann' });
    expect(headers).not.toHaveProperty('x-trino-user');
  });

  test('a connection is refused → no header in the error, nor in what it was caused by', async () => {
    const error = await getText('https://127.0.0.1:1/v1/info', {
      ...LIMITS,
      access: basicAccess('ann', 'secret'),
    }).catch((caught: Error) => caught);
    expect(error).toBeInstanceOf(Error);
    const whole = `${String(error)} ${JSON.stringify(error)} ${JSON.stringify((error as Error).cause)}`;
    expect(whole).not.toContain('secret');
    expect(whole).not.toContain(Buffer.from('ann:secret').toString('base64'));
  });
});

/** Tests that need certificates, or one that says that they were left out. */
const describeTls = (title: string, body: () => void): void => {
  if (hasOpenssl()) describe(title, body);
  else
    test(`left out, no openssl: ${title}`, () => {
      process.stderr.write(`left out: ${title}: openssl is not installed\n`);
    });
};

describeTls('over https with an authority of our own', () => {
  let certificates: TestCertificates;
  let server: Server;
  let plain: Awaited<ReturnType<typeof startAnswering>>;
  let url = '';
  const sent: { path: string; authorization: string | undefined }[] = [];
  const workerSent: IncomingHttpHeaders[] = [];

  const bodyOf = (path: string): string | undefined =>
    ({
      '/v1/info': JSON.stringify({ nodeVersion: { version: '483' }, coordinator: true, uptime: '1.00h' }),
      '/metrics': 'trino_node_name_CoordinatorNodeManager_ActiveNodeCount 2.0\n# EOF\n',
      '/v1/query': '[]',
      '/v1/announce': JSON.stringify([plain.url]),
    })[path];

  beforeAll(async () => {
    certificates = makeCertificates();
    plain = await startAnswering((path, { headers }) => {
      workerSent.push(headers);
      if (path === '/v1/info/state') return '"ACTIVE"';
      return JSON.stringify({ coordinator: false, processors: 4, memoryInfo: { pool: { maxBytes: 1 } } });
    });
    server = createServer({ key: certificates.key, cert: certificates.certificate }, (request, response) => {
      const path = (request.url ?? '').replace(/\?.*$/, '');
      const { authorization } = request.headers;
      sent.push({ path, authorization });
      const body = authorization === basic('ann', PASSWORD) || path === '/v1/info' ? bodyOf(path) : undefined;
      response.writeHead(body === undefined ? 401 : 200);
      response.end(body ?? '');
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => {
      server.close(resolve);
    });
    await plain.close();
  });

  const readWith = (options: AccessOptions) => {
    const access = readAccess({ coordinator: url, ...options });
    return connectEngine({ coordinator: url, access, now: () => epochSeconds(0), timeoutMilliseconds: 2000 }).read();
  };

  test('password and authority from files → read; a worker on http is asked without the password', async () => {
    const reading = await readWith({
      user: 'ann',
      passwordFile: fileOf(`${PASSWORD}\n`),
      caFile: fileOf(`some words\n${certificates.authority}`),
    });
    expect(reading.workers).toEqual([{ id: plain.url, standing: 'active', cores: 4, memoryBytes: 1 }]);
    expect(reading.queries).toEqual([]);
    expect(sent.every(({ authorization }) => authorization === basic('ann', PASSWORD))).toBe(true);
    expect(workerSent.length).toBeGreaterThan(0);
    for (const headers of workerSent) expect(headers).not.toHaveProperty('authorization');
  });

  test('without the authority → nothing is read or sent, and the reason is told', async () => {
    const before = sent.length;
    const { reports } = await readWith({ user: 'ann', passwordFile: fileOf(PASSWORD) });
    expect(reports.map(({ error }) => error?.message)).toEqual([expect.stringMatching(/certificate/)]);
    expect(sent).toHaveLength(before);
  });

  test('another password → 401 with a hint, and without the password', async () => {
    const reading = await readWith({
      user: 'ann',
      passwordFile: fileOf('wrong-one'),
      caFile: fileOf(certificates.authority),
    });
    const errors = reading.reports.flatMap(({ error }) => (error === undefined ? [] : [error.message]));
    expect(errors).toHaveLength(4);
    for (const error of errors) expect(error).toMatch(/answered 401: Trino wants to know who reads/);
    expect(errors.join()).not.toMatch(/wrong-one|Basic/);
  });

  test('the certificate is of another name → refused', async () => {
    const port = (server.address() as AddressInfo).port;
    const access = userAccess('ann', certificates.authority);
    const limits = { timeoutMilliseconds: 2000, maximumBytes: 1000, access };
    await expect(getText(`https://localhost:${port}/v1/info`, limits)).rejects.toThrow(/altnames|ECONNREFUSED/);
  });
});
