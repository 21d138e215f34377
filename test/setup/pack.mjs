// Packs Fathom as the VSIX that a person installs; builds it for production on the way.

import { statSync } from 'node:fs';
import { node24, packageFile, root } from './installed.mjs';
import { run } from './processes.mjs';
import { step } from './say.mjs';

/**
 * Packs any extension's folder.
 * @param {string} folder
 * @param {string} file absolute path of the VSIX to write
 * @returns {Promise<string>} the same path
 */
export async function packFolder(folder, file) {
  const args = [
    'package',
    '--no-dependencies',
    '--allow-missing-repository',
    '--skip-license',
    '--no-rewrite-relative-links',
  ];
  await run(node24, [packageFile('@vscode', 'vsce', 'vsce'), ...args, '--out', file], { cwd: folder });
  if (statSync(file).size === 0) throw new Error(`vsce wrote an empty ${file}`);
  return file;
}

/**
 * Packs Fathom.
 * @param {string} file absolute path of the VSIX to write
 * @returns {Promise<string>} the same path
 */
export async function packVsix(file) {
  return step('Packing the extension', () => packFolder(root, file));
}

/**
 * Builds into dist/, and the tests of the extension host into out/ if asked.
 * @param {{ tests?: boolean }} [options]
 */
export async function build({ tests = false } = {}) {
  await step('Building', () => run(node24, ['esbuild.mjs', ...(tests ? ['--tests'] : [])], { cwd: root }));
}
