/** A real Prometheus (Debian: the package `prometheus`) that scrapes what a test names, with the rules of `dashboards/`. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { freePorts } from '../../../local/engines/ports.ts';
import { PROMETHEUS, ruleFiles } from '../../dashboards/expressions.ts';

export interface ScrapeTarget {
  readonly job: 'prestoscale-exporter' | 'prestoscale-jmx';
  /** `host:port`. */
  readonly address: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface Series {
  readonly metric: Readonly<Record<string, string>>;
  /** Seconds since 1970, and the value. */
  readonly values: readonly (readonly [number, string])[];
}

interface RuleHealth {
  readonly name: string;
  readonly health: string;
  readonly lastError?: string;
}

const SCRAPE_SECONDS = 3;
const STEP_SECONDS = 5;
const START_SECONDS = 120;

/** Why there is no Prometheus; undefined: there is one. */
export const prometheusMissing = (): string | undefined =>
  ['prometheus', 'promtool'].some((name) => spawnSync(name, ['--version']).status !== 0)
    ? 'left out: prometheus and promtool (Debian: prometheus) are not installed'
    : undefined;

/** What `promtool check metrics` says of a scrape; empty: nothing is wrong with it. */
export const lintMetrics = (text: string): string => {
  const { stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
  return `${stdout}${stderr}`;
};

/** The rules as they are, but evaluated as often as everything else: a test has minutes. */
const writeRules = (folder: string): void => {
  mkdirSync(join(folder, 'rules'));
  for (const name of ruleFiles()) {
    const file = parse(readFileSync(join(PROMETHEUS, 'rules', name), 'utf8')) as { groups: { interval?: string }[] };
    const groups = file.groups.map(({ interval: _, ...group }) => group);
    writeFileSync(join(folder, 'rules', name), stringify({ groups }));
  }
};

const configurationOf = (targets: readonly ScrapeTarget[]): string =>
  stringify({
    global: { scrape_interval: `${SCRAPE_SECONDS}s`, scrape_timeout: `${SCRAPE_SECONDS}s`, evaluation_interval: '5s' },
    rule_files: ['rules/*.yml'],
    scrape_configs: [...new Set(targets.map(({ job }) => job))].map((job) => ({
      job_name: job,
      static_configs: targets
        .filter((target) => target.job === job)
        .map(({ address, labels }) => ({ targets: [address], labels })),
    })),
  });

export class PrometheusServer {
  readonly #process: ChildProcess;
  readonly #url: string;
  readonly #folder: string;
  readonly #began = Date.now() / 1000;

  private constructor(process: ChildProcess, url: string, folder: string) {
    this.#process = process;
    this.#url = url;
    this.#folder = folder;
  }

  static async start(targets: readonly ScrapeTarget[]): Promise<PrometheusServer> {
    const folder = mkdtempSync(join(tmpdir(), 'prestoscale-prometheus-'));
    writeRules(folder);
    writeFileSync(join(folder, 'prometheus.yml'), configurationOf(targets));
    const [port] = await freePorts(1);
    const address = `127.0.0.1:${port}`;
    const child = spawn(
      'prometheus',
      [
        `--config.file=${join(folder, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=${address}`,
        '--log.level=error',
      ],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    );
    const server = new PrometheusServer(child, `http://${address}`, folder);
    await server.#ready();
    return server;
  }

  /** Everything since the start of the server. */
  async range(expr: string): Promise<readonly Series[]> {
    const end = Date.now() / 1000;
    const data = await this.#ask('query_range', {
      query: expr,
      start: String(this.#began),
      end: String(end),
      step: String(STEP_SECONDS),
    });
    return (data as { readonly result: readonly Series[] }).result;
  }

  /** The only value of now; NaN: there is none. */
  async value(expr: string): Promise<number> {
    const data = await this.#ask('query', { query: expr });
    const { result } = data as { readonly result: readonly { readonly value: readonly [number, string] }[] };
    return Number(result[0]?.value[1] ?? Number.NaN);
  }

  async labelValues(label: string): Promise<readonly string[]> {
    return (await this.#ask(`label/${label}/values`, {})) as readonly string[];
  }

  /** Rules that could not be evaluated, with what Prometheus says. */
  async failingRules(): Promise<readonly RuleHealth[]> {
    const data = await this.#ask('rules', {});
    const { groups } = data as { readonly groups: readonly { readonly rules: readonly RuleHealth[] }[] };
    return groups.flatMap(({ rules }) => rules).filter(({ health }) => health !== 'ok');
  }

  async close(): Promise<void> {
    if (this.#process.exitCode === null) {
      const ended = once(this.#process, 'exit');
      this.#process.kill('SIGTERM');
      await ended;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #ask(path: string, parameters: Readonly<Record<string, string>>): Promise<unknown> {
    const url = `${this.#url}/api/v1/${path}?${new URLSearchParams(parameters)}`;
    const response = await fetch(url, { signal: AbortSignal.timeout(30_000) });
    const answer = (await response.json()) as {
      readonly status: string;
      readonly data: unknown;
      readonly error?: string;
    };
    if (answer.status !== 'success') throw new Error(`${path} ${parameters['query'] ?? ''}: ${answer.error}`);
    return answer.data;
  }

  async #ready(): Promise<void> {
    const until = performance.now() + START_SECONDS * 1000;
    for (;;) {
      const response = await fetch(`${this.#url}/-/ready`, { signal: AbortSignal.timeout(2000) }).catch(
        () => undefined,
      );
      if (response?.ok) return;
      if (this.#process.exitCode !== null) throw new Error(`prometheus ended with ${this.#process.exitCode}`);
      if (performance.now() > until) throw new Error(`prometheus did not start in ${START_SECONDS} s`);
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
}
