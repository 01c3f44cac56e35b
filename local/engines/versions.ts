/**
 * The real engines that a cluster on this machine can be made of. Another version is another line; what each needs was
 * found by trying it, because no document says it.
 */

export type EngineKind = 'presto' | 'trino';
export const ENGINE_KINDS: readonly EngineKind[] = ['presto', 'trino'];

/** Where a plugin's jars come from. */
export interface PluginVersion {
  /** Name of its folder under `plugin/`. */
  readonly folder: string;
  /** Maven coordinates without a version, which is the engine's. */
  readonly artifact: string;
  /** The class that the service loader is to find; its jar alone does not say it where this is given. */
  readonly pluginClass?: string;
}

/** One version of an engine, from Maven artifacts to a command line. */
export interface EngineVersion {
  readonly kind: EngineKind;
  readonly version: string;
  /** Feature version of the JDK it is started with. */
  readonly java: number;
  readonly group: string;
  /** Imported for the versions of everything else. */
  readonly bom: string;
  /** With its runtime dependencies it is the server. */
  readonly server: string;
  readonly mainClass: string;
  /** The jars have no main class: this one is compiled beside them. */
  readonly launcher?: string;
  readonly jvmFlags: readonly string[];
  /** Artifacts whose version must differ from the engine's own, as `group:artifact:version`. */
  readonly pinned: readonly string[];
  readonly plugins: readonly PluginVersion[];
  /** Prefix of the headers of the REST protocol. */
  readonly headers: 'X-Presto-' | 'X-Trino-';
  /** A draining worker can be called back (Trino ≥ 468). */
  readonly reversibleDrain: boolean;
}

const TRINO_LAUNCHER = (version: string): string => `package io.trino.server;

public final class TrinoServer {
  public static void main(String[] arguments) {
    new Server().start("${version}");
  }
}
`;

const presto = (version: string, asm: string): EngineVersion => ({
  kind: 'presto',
  version,
  java: 17,
  group: 'com.facebook.presto',
  bom: 'com.facebook.presto:presto-root',
  server: 'com.facebook.presto:presto-main',
  mainClass: 'com.facebook.presto.server.PrestoServer',
  jvmFlags: ['--add-opens=java.base/java.lang=ALL-UNNAMED'],
  // The ASM it brings (9.0) cannot read class files of Java 17.
  pinned: ['asm', 'asm-tree', 'asm-analysis', 'asm-util'].map((name) => `org.ow2.asm:${name}:${asm}`),
  plugins: [{ folder: 'tpch', artifact: 'com.facebook.presto:presto-tpch' }],
  headers: 'X-Presto-',
  reversibleDrain: false,
});

const trino = (version: string, java: number): EngineVersion => ({
  kind: 'trino',
  version,
  java,
  group: 'io.trino',
  bom: 'io.trino:trino-root',
  server: 'io.trino:trino-main',
  mainClass: 'io.trino.server.TrinoServer',
  launcher: TRINO_LAUNCHER(version),
  jvmFlags: ['--add-modules=jdk.incubator.vector', '--enable-native-access=ALL-UNNAMED'],
  pinned: [],
  plugins: [{ folder: 'tpch', artifact: 'io.trino:trino-tpch', pluginClass: 'io.trino.plugin.tpch.TpchPlugin' }],
  headers: 'X-Trino-',
  reversibleDrain: Number(version) >= 468,
});

/** Keeps intermediate results of queries with retries in a folder that all nodes share. */
export const FILESYSTEM_EXCHANGE: PluginVersion = {
  folder: 'exchange-filesystem',
  artifact: 'io.trino:trino-exchange-filesystem',
  pluginClass: 'io.trino.plugin.exchange.filesystem.FileSystemExchangePlugin',
};

/** What EMR 7 ships as PrestoDB, and the newest Trino whose jars are all on Maven Central. */
export const ENGINE_VERSIONS: readonly EngineVersion[] = [presto('0.287', '9.7.1'), trino('483', 25)];

/**
 * The version of an engine that clusters are made of.
 * @throws Error for an engine that has none
 */
export const engineVersion = (kind: EngineKind): EngineVersion => {
  const found = ENGINE_VERSIONS.find((version) => version.kind === kind);
  if (found === undefined) throw new Error(`no version of ${kind} is listed in local/engines/versions.ts`);
  return found;
};
