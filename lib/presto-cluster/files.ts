/** What nodes fetch at their start: published before, or made of this repository and published by the deploy. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { Construct } from 'constructs';
import { buildSync } from 'esbuild';
import { archiveOf } from './archive.ts';
import { EXPORTER_BUILD, REPOSITORY } from './exporter-build.ts';
import type { CheckedUrl, PublishedFiles } from './props.ts';

const SCRIPTS = join(REPOSITORY, 'bootstrap-scripts');
/** As `bootstrap-scripts/bundle.sh` has them. */
const PARTS = ['install.sh', 'after-install.sh', 'worker-agent.sh', 'agent', 'install', 'systemd'];

const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex');

/** Files below the parts, by their path within the scripts' folder, always with `/`. */
const scriptNames = (): string[] =>
  readdirSync(SCRIPTS, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(SCRIPTS.length + 1)
        .replaceAll('\\', '/'),
    )
    .filter((name) => PARTS.some((part) => name === part || name.startsWith(`${part}/`)));

/** The archive that `install.sh --bundle` unpacks. */
export const scriptBundle = (): Buffer =>
  archiveOf(
    scriptNames().map((name) => ({
      name,
      content: readFileSync(join(SCRIPTS, name)),
      // What is not in a folder is a program. By name, for some file systems lose it, and it would change the checksum.
      executable: !name.includes('/'),
    })),
  );

let built: Buffer | undefined;

/** The exporter as one file; built once in a process, for all its clusters. */
export const exporterFile = (): Buffer => {
  built ??= Buffer.from(
    buildSync({ ...EXPORTER_BUILD, entryPoints: [...EXPORTER_BUILD.entryPoints], write: false }).outputFiles[0]
      ?.contents ?? [],
  );
  return built;
};

/** An asset of what is not on the disk; it copies the file at once. */
const assetOf = (scope: Construct, id: string, name: string, content: Buffer): Asset => {
  const folder = mkdtempSync(join(tmpdir(), 'prestoscale-'));
  try {
    const path = join(folder, name);
    writeFileSync(path, content);
    return new Asset(scope, id, { path });
  } finally {
    rmSync(folder, { recursive: true });
  }
};

const checkedAsset = (scope: Construct, id: string, name: string, content: Buffer): CheckedUrl =>
  `${assetOf(scope, id, name, content).s3ObjectUrl}#${sha256(content)}`;

/** Publishes the files with the deploy of the stack around the scope. */
export const filesOf = (scope: Construct): PublishedFiles => ({
  install: new Asset(scope, 'Install', { path: join(SCRIPTS, 'install.sh') }).s3ObjectUrl,
  bundle: checkedAsset(scope, 'Bundle', 'bundle.tar.gz', scriptBundle()),
  exporter: checkedAsset(scope, 'Exporter', 'exporter.mjs', exporterFile()),
});
