/** The configuration of one node, as files under its own folder. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineVersion } from './versions.ts';

export type NodeRole = 'coordinator' | 'worker';

/** What a node is told beside what every node is. */
export interface NodeSettings {
  readonly name: string;
  readonly role: NodeRole;
  readonly port: number;
  readonly coordinatorPort: number;
  /** `config.properties` of this node, over those of all nodes. */
  readonly properties: Readonly<Record<string, string>>;
  /** `exchange-manager.properties`; absent: none. */
  readonly exchange?: Readonly<Record<string, string>>;
  /** tpch splits of each table on each worker: how much a query can do at once. */
  readonly splitsPerNode: number;
}

/**
 * `shutdown.grace-period`: two of these are the shortest drain. The coordinator looks at its nodes every 5 s; one that was
 * starved of processor time gave a worker new tasks 10 s after it was told to shut down (docs/scale-in-trials.md).
 */
export const GRACE_PERIOD_SECONDS = 20;
/** A query on a worker that is gone fails after this; the engines' own are 5 min and 1 min. */
const MAX_ERROR_SECONDS = 30;

const propertiesText = (properties: Readonly<Record<string, string>>): string =>
  Object.entries(properties)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');

const roleProperties = ({ kind }: EngineVersion, role: NodeRole): Record<string, string> => {
  if (role === 'worker') return { coordinator: 'false' };
  const own = kind === 'presto' ? { 'discovery-server.enabled': 'true' } : {};
  return { coordinator: 'true', 'node-scheduler.include-coordinator': 'false', ...own };
};

const configProperties = (engine: EngineVersion, node: NodeSettings): Record<string, string> => ({
  'http-server.http.port': String(node.port),
  'discovery.uri': `http://127.0.0.1:${node.coordinatorPort}`,
  'shutdown.grace-period': `${GRACE_PERIOD_SECONDS}s`,
  'query.remote-task.max-error-duration': `${MAX_ERROR_SECONDS}s`,
  'exchange.max-error-duration': `${MAX_ERROR_SECONDS}s`,
  // Results that wait for a slow reader stay with the tasks that made them, as those of a large query would.
  'exchange.max-buffer-size': '1MB',
  'sink.max-buffer-size': '1MB',
  ...roleProperties(engine, node.role),
  ...node.properties,
});

const logProperties = ({ kind }: EngineVersion): Record<string, string> =>
  kind === 'presto' ? { 'com.facebook.presto': 'INFO' } : { 'io.trino': 'INFO' };

/**
 * Writes a node's files, over those of an earlier node of the same name.
 * @returns its system properties, for the command line
 */
export const writeNodeFiles = (
  engine: EngineVersion,
  node: NodeSettings,
  folder: string,
  pluginFolder: string,
): readonly string[] => {
  const etc = join(folder, 'etc');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(etc, 'catalog'), { recursive: true });
  mkdirSync(join(folder, 'data'));
  const write = (name: string, properties: Readonly<Record<string, string>>): void =>
    writeFileSync(join(etc, name), propertiesText(properties));
  write('config.properties', configProperties(engine, node));
  write('log.properties', logProperties(engine));
  write('catalog/tpch.properties', {
    'connector.name': 'tpch',
    'tpch.splits-per-node': String(node.splitsPerNode),
  });
  if (engine.kind === 'trino') write('access-control.properties', { 'access-control.name': 'allow-all' });
  if (node.exchange !== undefined) write('exchange-manager.properties', node.exchange);
  return Object.entries({
    'node.environment': 'local',
    'node.id': node.name,
    'node.data-dir': join(folder, 'data'),
    'node.internal-address': '127.0.0.1',
    config: join(etc, 'config.properties'),
    'log.levels-file': join(etc, 'log.properties'),
    'plugin.dir': pluginFolder,
    'catalog.config-dir': join(etc, 'catalog'),
  }).map(([name, value]) => `-D${name}=${value}`);
};
