// Builds a Fathom that is broken on purpose, for the network proof to catch. Nothing in Fathom's own code knows of it: in the bundle one
// file of src is replaced by a wrong one of test/host/proof/broken.

import { cpSync, existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { root } from './installed.mjs';
import { step } from './say.mjs';

/** What can be broken, and the file of src that the wrong one of the same name stands in for. The first is checked in every run. */
export const breakages = {
  unknownIsPublic: 'src/privacy/router.ts',
  lastDecides: 'src/privacy/router.ts',
  forgetsEarlier: 'src/privacy/plans.ts',
  trustsNames: 'src/models/ollamaServer.ts',
};
/** @typedef {keyof typeof breakages} Breakage */

/** Name of the file that a package is in which is loaded when first used (esbuild.mjs). @param {string} name */
const fileOf = (name) => `${name.replace(/^@/, '').replaceAll('/', '-')}.js`;

/**
 * What an installed Fathom has beside its code, and the tests: VS Code gives tests the same API object as the extension only if they lie in
 * its folder.
 */
const others = ['package.json', 'package.nls.json', 'l10n', 'media', 'dist', 'out/test'];

/**
 * The breakages that are wanted.
 * @param {string | undefined} named names with commas between, or `all`; undefined: the first
 * @returns {Breakage[]}
 */
export function wantedBreakages(named) {
  const all = /** @type {Breakage[]} */ (Object.keys(breakages));
  if (named === undefined) return all.slice(0, 1);
  const wanted = all.filter((each) => named === 'all' || named.split(',').includes(each));
  if (wanted.length === 0) throw new Error(`FATHOM_PROOF_BROKEN=${named}: there are ${all.join(', ')}, or all.`);
  return wanted;
}

/**
 * Needs the finished `dist` and `out/test` of Fathom as it is.
 * @param {Breakage} breakage
 * @returns {Promise<string>} folder of the broken extension
 */
export async function buildBroken(breakage) {
  const { build } = await import('esbuild');
  const folder = path.join(root, 'out', 'broken', breakage);
  mkdirSync(folder, { recursive: true });
  for (const each of others) cpSync(path.join(root, each), path.join(folder, each), { recursive: true });
  const right = path.join(root, breakages[breakage]);
  const wrong = path.join(root, 'test', 'host', 'proof', 'broken', `${breakage}.ts`);
  let replaced = false;
  await step(`Building a Fathom that is broken (${breakage})`, () =>
    build({
      entryPoints: [path.join(root, 'src', 'extension.ts')],
      outfile: path.join(folder, 'dist', 'extension.js'),
      bundle: true,
      platform: 'node',
      target: 'node22',
      format: 'cjs',
      mainFields: ['module', 'main'],
      external: ['vscode'],
      supported: { 'dynamic-import': false },
      logLevel: 'error',
      plugins: [
        {
          name: 'broken',
          setup: ({ onResolve }) => {
            // As in esbuild.mjs: what is loaded when first used is a file of its own.
            onResolve({ filter: /./ }, ({ kind, path: file }) =>
              kind === 'dynamic-import' && existsSync(path.join(root, 'dist', fileOf(file)))
                ? { path: `./${fileOf(file)}`, external: true }
                : undefined,
            );
            onResolve({ filter: /\.ts$/ }, ({ importer, resolveDir, path: file }) => {
              if (importer === wrong || path.resolve(resolveDir, file) !== right) return undefined;
              replaced = true;
              return { path: wrong };
            });
          },
        },
      ],
    }),
  );
  if (!replaced) throw new Error(`Nothing was broken: nobody imports ${breakages[breakage]}.`);
  return folder;
}
