/** The JMX agent in the version that `exporters/jmx` names, from Maven Central into the cache of the engines' jars. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../../../local/engines/commands.ts';

const COPY = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy';
const ENVIRONMENT = readFileSync(join(__dirname, '../../../exporters/jmx/agent.env'), 'utf8');

const setting = (name: string): string => {
  const value = new RegExp(`^${name}=(\\S+)$`, 'm').exec(ENVIRONMENT)?.[1];
  if (value === undefined) throw new Error(`exporters/jmx/agent.env has no ${name}`);
  return value;
};

/** @throws Error when it cannot be had, or is not the one that is meant */
export const agentJar = async (cacheFolder: string): Promise<string> => {
  const version = setting('JMX_AGENT_VERSION');
  const jar = join(cacheFolder, `jmx_prometheus_javaagent-${version}.jar`);
  if (!existsSync(jar)) {
    const artifact = `io.prometheus.jmx:jmx_prometheus_javaagent:${version}`;
    const { code, output } = await runCommand('mvn', [
      '-q',
      '-B',
      COPY,
      `-Dartifact=${artifact}`,
      `-DoutputDirectory=${cacheFolder}`,
    ]);
    if (code !== 0) throw new Error(`the JMX agent: mvn ended with ${code}:\n${output}`);
  }
  const sum = createHash('sha256').update(readFileSync(jar)).digest('hex');
  if (sum !== setting('JMX_AGENT_SHA256'))
    throw new Error(`${jar} has the SHA-256 ${sum}, expected ${setting('JMX_AGENT_SHA256')}`);
  return jar;
};
