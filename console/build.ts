/** Bundles the page in memory: it is small enough to be built at every start. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { buildSync } from 'esbuild';

/** What a browser loads. */
export interface Page {
  readonly html: string;
  readonly js: string;
  readonly css: string;
}

const SOURCES = path.join(import.meta.dirname, 'page');

/** Indentation is for editors; line ends stay, because they are spaces between words. */
const withoutIndentation = (html: string): string => html.replace(/^\s+/gm, '');

/**
 * The page, minified.
 * @throws when a source does not compile.
 */
export const buildPage = (): Page => {
  // The synchronous form leaves no service process behind.
  const { outputFiles } = buildSync({
    entryPoints: [path.join(SOURCES, 'app.ts'), path.join(SOURCES, 'app.css')],
    outdir: SOURCES,
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'silent',
  });
  const textOf = (extension: string): string => outputFiles.find((file) => file.path.endsWith(extension))?.text ?? '';
  return {
    html: withoutIndentation(readFileSync(path.join(SOURCES, 'index.html'), 'utf8')),
    js: textOf('.js'),
    css: textOf('.css'),
  };
};
