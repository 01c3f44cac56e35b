/** A real Prometheus that scrapes what a test shows, if one is installed: Debian's package, or the one PROMETHEUS names. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startAnswering } from '../../../exporters/answering.ts';

const BINARY = process.env['PROMETHEUS'] ?? '/usr/bin/prometheus';

export const isInstalled = (): boolean => existsSync(BINARY);

export interface RealPrometheus {
  readonly url: string;
  /** What the target shows from now on; undefined: it fails. Ends when it was scraped. */
  show(text: string | undefined): Promise<void>;
  close(): Promise<void>;
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });

const until = async (what: string, isSo: () => boolean | Promise<boolean>): Promise<void> => {
  for (let attempt = 0; attempt < 600; attempt += 1) {
    if (await isSo()) return;
    await pause(50);
  }
  throw new Error(`waited 30 s for ${what}`);
};

const isReady = (url: string) => async (): Promise<boolean> => {
  try {
    return (await fetch(`${url}/-/ready`)).ok;
  } catch {
    return false;
  }
};

const ended = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once('exit', () => resolve());
  });

const configOf = (target: string, labels: Readonly<Record<string, string>>) =>
  JSON.stringify({
    global: { scrape_interval: '200ms', scrape_timeout: '200ms' },
    scrape_configs: [{ job_name: 'test', static_configs: [{ targets: [target], labels }] }],
  });

/** @param labels of its one target */
export const startRealPrometheus = async (labels: Readonly<Record<string, string>>): Promise<RealPrometheus> => {
  let text: string | undefined = '';
  let scrapes = 0;
  const target = await startAnswering(() => {
    scrapes += 1;
    return text ?? 500;
  });
  const folder = mkdtempSync(join(tmpdir(), 'prometheus-'));
  // JSON is YAML.
  writeFileSync(join(folder, 'prometheus.yml'), configOf(new URL(target.url).host, labels));
  const address = `127.0.0.1:${await freePort()}`;
  const child = spawn(
    BINARY,
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=${address}`,
    ],
    { stdio: 'ignore' },
  );
  const url = `http://${address}`;
  const close = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended(child);
    await target.close();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await until('Prometheus to be ready', isReady(url));
    await until('its first scrape', () => scrapes > 0);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    url,
    show: async (given) => {
      text = given;
      const from = scrapes;
      // The second one begins when the first one is kept.
      await until('two scrapes', () => scrapes >= from + 3);
    },
    close,
  };
};
