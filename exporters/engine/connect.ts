/** One reader for whatever engine listens at an address. */
import type { EpochSeconds } from '../../lambdas/core/quantities.ts';
import { type EngineAccess, OPEN_ACCESS } from './access.ts';
import { type Attempt, attempt } from './attempt.ts';
import { type EngineInfo, readEngineInfo, UnsuitableEngineError } from './detect.ts';
import { getText } from './http.ts';
import { PrestoClient } from './presto-client.ts';
import type { EngineIdentity, EngineReader, EngineReading, Uptime } from './reading.ts';
import { TrinoClient } from './trino-client.ts';

export interface ConnectOptions {
  /** Such as `http://127.0.0.1:8889`. */
  readonly coordinator: string;
  readonly now: () => EpochSeconds;
  /** Default: open. */
  readonly access?: EngineAccess;
  /** Of one request; default 3,000. */
  readonly timeoutMilliseconds?: number;
}

const DEFAULT_TIMEOUT_MILLISECONDS = 3_000;
/** `/v1/info` has about 200 bytes. */
const MOST_INFO_BYTES = 64 * 1024;

/** A reader of one engine. */
interface Client {
  read(asked: Promise<Attempt<Uptime>>): Promise<EngineReading>;
}

interface Known {
  readonly engine: EngineIdentity;
  readonly client: Client;
}

const clientOf = ({ engine, release }: EngineInfo, options: ConnectOptions): Client =>
  engine.kind === 'trino' ? new TrinoClient({ ...options, release }) : new PrestoClient(options);

const uptimeOf = ({ report, value }: Attempt<EngineInfo>): Attempt<Uptime> =>
  value === undefined ? { report } : { report, value: value.uptime };

/**
 * Asks at every reading which engine answers, so that one that was replaced or upgraded under the same address is read
 * as what it is. As long as `/v1/info` fails, the engine is read as the one it was last.
 */
class DetectingClient implements EngineReader {
  readonly #options: ConnectOptions;
  #known: Known | undefined;

  constructor(options: ConnectOptions) {
    this.#options = options;
  }

  async read(): Promise<EngineReading> {
    const { now } = this.#options;
    const asked = attempt('info', () => this.#readInfo());
    const uptime = asked.then(uptimeOf);
    const at = now();
    const before = this.#known;
    const [info, reading] = await Promise.all([asked, before?.client.read(uptime)]);
    const known = this.#recognise(info);
    if (known === undefined) return { at, reports: [info.report] };
    const whole = known === before && reading !== undefined ? reading : await known.client.read(uptime);
    return { ...whole, engine: known.engine };
  }

  /** A client keeps what it knows of workers as long as engine and version stay the same, also over a restart. */
  #recognise({ report, value: info }: Attempt<EngineInfo>): Known | undefined {
    if (report.error instanceof UnsuitableEngineError) this.#known = undefined;
    if (info === undefined) return this.#known;
    const { kind, version } = this.#known?.engine ?? {};
    if (info.engine.kind !== kind || info.engine.version !== version) {
      this.#known = { engine: info.engine, client: clientOf(info, this.#options) };
    }
    return this.#known;
  }

  async #readInfo(): Promise<EngineInfo> {
    const { coordinator, access = OPEN_ACCESS, timeoutMilliseconds = DEFAULT_TIMEOUT_MILLISECONDS } = this.#options;
    const limits = { timeoutMilliseconds, maximumBytes: MOST_INFO_BYTES, access };
    return readEngineInfo(await getText(`${coordinator.replace(/\/+$/, '')}/v1/info`, limits));
  }
}

/** Engine and version are found out at the first reading, and again at each later one. */
export const connectEngine = (options: ConnectOptions): EngineReader => new DetectingClient(options);
