/** What a function's code is made of. */
import type { Metafile } from 'esbuild';

/** Largest size of the minified code of one function: what is loaded at a cold start. */
export const MOST_FUNCTION_BYTES = 450_000;

export interface Part {
  /** A package, or a folder of ours such as `lambdas/core`. */
  readonly name: string;
  readonly bytes: number;
}

const partOf = (path: string): string => {
  const [, packageName] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path) ?? [];
  return packageName ?? path.split('/').slice(0, 2).join('/');
};

/** Size of the whole code, and of its parts, largest first. */
export const partsOf = ({ outputs }: Metafile): { readonly bytes: number; readonly parts: readonly Part[] } => {
  const [output] = Object.values(outputs);
  if (output === undefined) throw new Error('esbuild made no file');
  const sizes = new Map<string, number>();
  for (const [path, { bytesInOutput }] of Object.entries(output.inputs)) {
    sizes.set(partOf(path), (sizes.get(partOf(path)) ?? 0) + bytesInOutput);
  }
  const parts = [...sizes].map(([name, bytes]) => ({ name, bytes }));
  return { bytes: output.bytes, parts: parts.toSorted((a, b) => b.bytes - a.bytes) };
};
