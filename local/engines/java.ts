/** Finding a JDK of a certain feature version on this machine. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface Jdk {
  /** Folder with `bin/java`. */
  readonly home: string;
  /** Such as 17. */
  readonly feature: number;
}

/** Where systems put their JDKs. */
const ROOTS = ['/usr/lib/jvm', '/usr/java', '/opt/java', '/opt', '/Library/Java/JavaVirtualMachines'] as const;

/** Every JDK has this file, with a line such as `JAVA_VERSION="17.0.15"`. */
const featureOf = (home: string): number | undefined => {
  const file = join(home, 'release');
  if (!existsSync(join(home, 'bin', 'javac')) || !existsSync(file)) return undefined;
  const version = /^JAVA_VERSION="(?:1\.)?(\d+)/m.exec(readFileSync(file, 'utf8'))?.[1];
  return version === undefined ? undefined : Number(version);
};

const foldersIn = (root: string): readonly string[] => {
  if (!existsSync(root)) return [];
  const folders = readdirSync(root, { withFileTypes: true }).filter((entry) => !entry.isFile());
  return folders.flatMap(({ name }) => [join(root, name), join(root, name, 'Contents', 'Home')]);
};

const candidates = (feature: number, environment: NodeJS.ProcessEnv): readonly string[] => {
  const named = [environment[`PRESTOSCALE_JAVA_${feature}`], environment['JAVA_HOME']];
  const onPath = (environment['PATH'] ?? '').split(':').map((folder) => dirname(folder));
  return [...named.filter((home) => home !== undefined), ...ROOTS.flatMap(foldersIn), ...onPath];
};

/**
 * The first JDK of exactly this feature version: `PRESTOSCALE_JAVA_<feature>`, `JAVA_HOME`, the usual folders, `PATH`.
 * @returns undefined when there is none
 */
export const findJdk = (feature: number, environment: NodeJS.ProcessEnv): Jdk | undefined => {
  const home = candidates(feature, environment).find((folder) => featureOf(folder) === feature);
  return home === undefined ? undefined : { home, feature };
};

/** What to do where {@link findJdk} finds nothing. */
export const jdkMissing = (feature: number): string =>
  `no JDK ${feature} was found in PRESTOSCALE_JAVA_${feature}, JAVA_HOME, ${ROOTS.join(', ')} or PATH: install one (with javac), or set PRESTOSCALE_JAVA_${feature} to its folder`;
