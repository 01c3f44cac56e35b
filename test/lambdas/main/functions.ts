/** The functions as they are deployed: bundled, alone in a folder with their settings, each in a process of its own. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { build, type Metafile } from 'esbuild';
import { bundleOptions, FUNCTION_NAMES, type FunctionName } from '../../../lib/constructs/bundle-options.ts';

/** What Lambda does: one import, then one invocation after another. */
const RUNTIME = `
const [file, events] = process.argv.slice(1);
const { handler } = await import(file);
for (const event of JSON.parse(events)) await handler(event);
process.exit(0);
`;

export interface Invoked {
  /** Lines of the log. */
  readonly lines: readonly Readonly<Record<string, unknown>>[];
  readonly code: number | null;
  readonly told: string;
}

export class BundledFunctions {
  readonly #folder: string;
  readonly metafiles: ReadonlyMap<FunctionName, Metafile>;

  private constructor(folder: string, metafiles: ReadonlyMap<FunctionName, Metafile>) {
    this.#folder = folder;
    this.metafiles = metafiles;
  }

  static async make(): Promise<BundledFunctions> {
    const folder = mkdtempSync(join(tmpdir(), 'prestoscale-functions-'));
    const metafiles = new Map<FunctionName, Metafile>();
    for (const name of FUNCTION_NAMES) {
      mkdirSync(join(folder, name));
      const { metafile } = await build({ ...bundleOptions(name, join(folder, name)), metafile: true });
      metafiles.set(name, metafile);
    }
    return new BundledFunctions(folder, metafiles);
  }

  /** Writes `settings.json` beside each. */
  settle(settings: unknown): void {
    for (const name of FUNCTION_NAMES) {
      writeFileSync(join(this.#folder, name, 'settings.json'), JSON.stringify(settings));
    }
  }

  forgetSettings(): void {
    for (const name of FUNCTION_NAMES) rmSync(join(this.#folder, name, 'settings.json'), { force: true });
  }

  /** @param environment nothing else is in the function's environment */
  async invoke(
    name: FunctionName,
    events: readonly unknown[],
    environment: Readonly<Record<string, string>>,
  ): Promise<Invoked> {
    const file = pathToFileURL(join(this.#folder, name, 'index.mjs')).href;
    const args = ['--no-warnings', '--input-type=module', '-e', RUNTIME, file, JSON.stringify(events)];
    const child = spawn(process.execPath, args, { cwd: this.#folder, env: { ...environment }, stdio: 'pipe' });
    const exit = new Promise<number | null>((resolve) => {
      child.on('close', resolve);
    });
    const [out, told, code] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
    const lines = out.split('\n').filter((line) => line !== '');
    return { lines: lines.map((line) => JSON.parse(line) as Record<string, unknown>), code, told };
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
