import type { LocalFacts } from '../../console/protocol.ts';
import { type ConsoleServer, startConsole } from '../../console/server.ts';
import { FakeBackend } from './fake-backend.ts';

const FACTS: LocalFacts = {
  table: { endpoint: 'http://127.0.0.1:8765', region: 'us-east-1', name: 'prestoscale' },
  clusters: ['etl'],
  now: 1_772_442_000,
};

describe('GET /api/local', () => {
  let server: ConsoleServer | undefined;
  afterEach(() => server?.close());

  const ask = async (local: (() => LocalFacts | undefined) | undefined, init: RequestInit = {}): Promise<Response> => {
    const backend = Object.assign(new FakeBackend(), local === undefined ? {} : { local });
    server = await startConsole({ backend, port: 0 });
    return fetch(`${server.url}/api/local`, init);
  };

  test('a run that is under way → where its table is, and its time', async () => {
    const response = await ask(() => FACTS);
    expect([response.status, await response.json()]).toEqual([200, FACTS]);
  });

  test.each([
    ['not yet', () => undefined],
    ['a backend that keeps none', undefined],
  ])('%s → 503 with a sentence', async (_, local) => {
    const response = await ask(local);
    expect([response.status, await response.json()]).toEqual([
      503,
      { error: expect.stringContaining('not under way') },
    ]);
  });

  test('another page asks, or it is written to → refused', async () => {
    expect((await ask(() => FACTS, { headers: { origin: 'https://elsewhere.example' } })).status).toBe(403);
    await server?.close();
    expect((await ask(() => FACTS, { method: 'POST' })).status).toBe(405);
  });
});
