/** Which engine answers at an address, and which version of it: from `/v1/info`, which both give to everybody. */
import { parseUptime } from './formats.ts';
import type { EngineIdentity, Uptime } from './reading.ts';
import { Fields, NonsenseError, parseJson } from './untrusted.ts';

export interface EngineInfo {
  readonly engine: EngineIdentity;
  /** The number that orders versions: 287 of PrestoDB 0.287, 479 of Trino 479. */
  readonly release: number;
  readonly uptime: Uptime;
}

/** An engine answers, and it cannot be read; the message says what to do. */
export class UnsuitableEngineError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UnsuitableEngineError';
  }
}

/** The first Trino with `/metrics`. */
const FIRST_TRINO = 407;
/** PrestoSQL, and Trino after it, count on from 300. */
const FIRST_PRESTOSQL = 300;
/** Short, so that a message can show it. */
const VERSION = /^[\w.+-]{1,40}$/;

/** The engine whose version is written so: `0.287`, `0.287-amzn-8`, `479`, `479-amzn-2`, `483-SNAPSHOT`; undefined: none. */
const identify = (version: string): Omit<EngineInfo, 'uptime'> | undefined => {
  if (!VERSION.test(version)) return undefined;
  const presto = /^0\.(\d+)(?=$|[.+-])/.exec(version)?.[1];
  if (presto !== undefined) return { engine: { kind: 'presto', version }, release: Number(presto) };
  const trino = Number(/^(\d+)(?=$|[.+-])/.exec(version)?.[1]);
  return trino >= FIRST_PRESTOSQL ? { engine: { kind: 'trino', version }, release: trino } : undefined;
};

const checkCovered = ({ engine, release }: Omit<EngineInfo, 'uptime'>): void => {
  if (engine.kind === 'presto' || release >= FIRST_TRINO) return;
  throw new UnsuitableEngineError(
    `the engine is Trino (or PrestoSQL) ${engine.version}, which has no /metrics to read: ` +
      `expected Trino ${FIRST_TRINO} or later (EMR 7 has it), or PrestoDB 0.230 or later; upgrade the cluster`,
  );
};

/**
 * GET /v1/info
 * @throws {NonsenseError} for what is no answer of either engine's coordinator
 * @throws {UnsuitableEngineError} for a version that is not covered, and for a worker
 */
export const readEngineInfo = (body: string): EngineInfo => {
  const info = new Fields(parseJson(body, 'info'), 'info');
  const version = info.fields('nodeVersion').text('version');
  const found = identify(version);
  if (found === undefined) {
    const shown = VERSION.test(version) ? `"${version}"` : `a text of ${version.length} characters`;
    throw new NonsenseError(`info.nodeVersion.version is ${shown}, expected one such as 0.287, 479 or 479-amzn-2`);
  }
  if (info.has('coordinator') && !info.flag('coordinator')) {
    throw new UnsuitableEngineError('the node is a worker: expected the address of the coordinator');
  }
  checkCovered(found);
  return { ...found, uptime: parseUptime(info.text('uptime')) };
};
