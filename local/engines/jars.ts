/**
 * The jars of an engine, from Maven artifacts into a cache folder: about 170 MB for PrestoDB, 100 MB for Trino, instead of
 * a server's archive of up to 2 GB. A folder is complete or not there: it is made under another name and then renamed.
 */
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from './commands.ts';
import type { Jdk } from './java.ts';
import type { EngineVersion, PluginVersion } from './versions.ts';

/** Where an engine's jars are. */
export interface EngineHome {
  readonly folder: string;
  /** For `java -cp`. */
  readonly classPath: string;
  /** For `plugin.dir`. */
  readonly pluginFolder: string;
}

export interface JarOptions {
  readonly jdk: Jdk;
  readonly cacheFolder: string;
  /** Beyond those that the version lists. */
  readonly morePlugins?: readonly PluginVersion[];
  /** Told what is being fetched. */
  readonly onProgress?: (text: string) => void;
  /** Ends the fetching by force. */
  readonly signal?: AbortSignal;
}

/** The jars cannot be fetched; the message says what to do. */
export class CannotFetch extends Error {
  override readonly name = 'CannotFetch';
}

const COPY = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';

/** `$XDG_CACHE_HOME/prestoscale/engines`, by default in the home directory. */
export const defaultCacheFolder = (environment: NodeJS.ProcessEnv): string =>
  join(environment['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'prestoscale', 'engines');

const dependency = (coordinates: string, more = ''): string => {
  const [group, artifact, version] = coordinates.split(':');
  return `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version>${more}</dependency>`;
};

const pomOf = ({ bom, version, pinned }: EngineVersion, artifact: string): string =>
  [
    '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>',
    '<groupId>prestoscale</groupId><artifactId>engine</artifactId><version>1</version><packaging>pom</packaging>',
    '<dependencyManagement><dependencies>',
    ...pinned.map((coordinates) => dependency(coordinates)),
    dependency(`${bom}:${version}`, '<type>pom</type><scope>import</scope>'),
    '</dependencies></dependencyManagement>',
    `<dependencies>${dependency(`${artifact}:${version}`)}</dependencies>`,
    '</project>',
  ].join('\n');

const run = async (what: string, program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> => {
  const { code, output } = await runCommand(program, args, { env }).catch((error: Error) => {
    throw new Error(`${what}: ${program} cannot be started: ${error.message}. Is it installed?`);
  });
  if (code !== 0) throw new Error(`${what}: ${program} ended with ${code}:\n${output}`);
};

interface Making {
  readonly engine: EngineVersion;
  readonly options: JarOptions;
  /** The folder under its passing name. */
  readonly folder: string;
}

const fetchWithMaven = async (artifact: string, args: readonly string[], options: JarOptions): Promise<void> => {
  const { jdk, signal } = options;
  const env = { ...process.env, JAVA_HOME: jdk.home };
  const running = runCommand('mvn', args, signal === undefined ? { env } : { env, signal });
  const { code, output } = await running.catch((error: NodeJS.ErrnoException) => {
    signal?.throwIfAborted();
    throw new CannotFetch(
      `${artifact} is not in ${options.cacheFolder} yet, and Maven, which fetches it, cannot be started (mvn: ${error.code ?? error.message}): install Maven 3 so that mvn is on the PATH.`,
    );
  });
  if (code === 0) return;
  const why = /^\[ERROR\] (.*)/m.exec(output)?.[1] ?? output.trim();
  throw new CannotFetch(
    `${artifact} is not in ${options.cacheFolder} yet, and Maven could not fetch it (mvn ended with ${code}): make sure that a Maven repository can be reached (a proxy or mirror stands in ~/.m2/settings.xml). It said: ${why}`,
  );
};

const fetchInto = async ({ engine, options, folder }: Making, artifact: string, target: string): Promise<void> => {
  options.onProgress?.(`fetching ${artifact}:${engine.version} and what it needs`);
  const pom = join(folder, 'pom.xml');
  writeFileSync(pom, pomOf(engine, artifact));
  const args = ['-q', '-B', '-f', pom, COPY, `-DoutputDirectory=${target}`, '-DincludeScope=runtime'];
  await fetchWithMaven(`${artifact}:${engine.version}`, args, options);
  rmSync(pom);
};

/** Some plugin jars lack the file by which a service loader finds them: a jar with nothing else is put beside them. */
const addService = async (
  { engine, options, folder }: Making,
  plugin: PluginVersion,
  target: string,
): Promise<void> => {
  if (plugin.pluginClass === undefined) return;
  const source = join(folder, 'service');
  mkdirSync(join(source, 'META-INF', 'services'), { recursive: true });
  const spi = engine.kind === 'trino' ? 'io.trino.spi.Plugin' : 'com.facebook.presto.spi.Plugin';
  writeFileSync(join(source, 'META-INF', 'services', spi), `${plugin.pluginClass}\n`);
  const jar = join(options.jdk.home, 'bin', 'jar');
  await run('a services jar', jar, ['--create', '--file', join(target, 'service.jar'), '-C', source, '.'], process.env);
  rmSync(source, { recursive: true });
};

const compileLauncher = async ({ engine, options, folder }: Making): Promise<void> => {
  if (engine.launcher === undefined) return;
  const source = join(folder, 'TrinoServer.java');
  writeFileSync(source, engine.launcher);
  const javac = join(options.jdk.home, 'bin', 'javac');
  const args = ['-cp', join(folder, 'lib', '*'), '-d', join(folder, 'classes'), source];
  await run('the launcher', javac, args, process.env);
};

const make = async (making: Making, plugins: readonly PluginVersion[]): Promise<void> => {
  const { engine, folder } = making;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'plugin'), { recursive: true });
  await fetchInto(making, engine.server, join(folder, 'lib'));
  for (const plugin of plugins) {
    const target = join(folder, 'plugin', plugin.folder);
    await fetchInto(making, plugin.artifact, target);
    await addService(making, plugin, target);
  }
  await compileLauncher(making);
};

/**
 * The jars of an engine, fetched where they are not in the cache yet (one to five minutes).
 * @throws {CannotFetch} when there is no Maven, or it cannot fetch something
 */
export const engineHome = async (engine: EngineVersion, options: JarOptions): Promise<EngineHome> => {
  const { cacheFolder, morePlugins = [] } = options;
  const plugins = [...engine.plugins, ...morePlugins];
  const more = morePlugins.map(({ folder }) => `+${folder}`).join('');
  const folder = join(cacheFolder, `${engine.kind}-${engine.version}${more}`);
  if (!existsSync(folder)) {
    const passing = `${folder}.${process.pid}`;
    await make({ engine, options, folder: passing }, plugins).catch((error: unknown) => {
      rmSync(passing, { recursive: true, force: true });
      throw error;
    });
    // Another process may have been faster; its folder is as good.
    if (existsSync(folder)) rmSync(passing, { recursive: true });
    else renameSync(passing, folder);
  }
  return {
    folder,
    classPath: [join(folder, 'classes'), join(folder, 'lib', '*')].join(':'),
    pluginFolder: join(folder, 'plugin'),
  };
};
