/** What a local AWS is made of: Python with MiniStack, and the Node that functions run on in AWS. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cached, fetchWith } from './cached.ts';

/** Ours: the launcher and what it needs. */
export const LOCAL_AWS = join(__dirname, '..', 'local-aws');

const NODE_VERSION = '24.21.0';

/** Changed requirements are another folder. */
const requirementsHash = (files: readonly string[]): string => {
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(file));
  return hash.digest('hex').slice(0, 12);
};

/**
 * A Python that can start the launcher; ten seconds when it is not in the cache.
 * @returns its folder, with `bin/python`
 */
export const ministackPython = (): Promise<string> => {
  const [own, others] = [join(LOCAL_AWS, 'ministack.txt'), join(LOCAL_AWS, 'requirements.txt')];
  return cached(`local-aws-${requirementsHash([own, others])}`, async (folder) => {
    await fetchWith('python3', ['-m', 'venv', folder]);
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps'];
    const python = join(folder, 'bin', 'python');
    await fetchWith(python, [...pip, '--require-hashes', '-r', own]);
    await fetchWith(python, [...pip, '-r', others]);
  });
};

/** @returns the folder of a `node` of the version that the functions are deployed for */
export const functionNode = async (): Promise<string> => {
  const name = `node-${process.platform}-${process.arch}`;
  const folder = await cached(`node-${NODE_VERSION}`, async (target) => {
    const options = ['--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
    await fetchWith('npm', ['install', ...options, '--prefix', target, `${name}@${NODE_VERSION}`]);
  });
  return join(folder, 'node_modules', name, 'bin');
};
