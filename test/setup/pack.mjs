// Packs Fathom as the VSIX that a person installs; builds it for production on the way.

import { statSync } from 'node:fs';
import { node24, packageFile, root } from './installed.mjs';
import { run } from './processes.mjs';
import { step } from './say.mjs';

/**
 * @param {string} file absolute path of the VSIX to write
 * @returns {Promise<string>} the same path
 */
export async function packVsix(file) {
  const args = ['package', '--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links'];
  await step('Packing the extension', () =>
    run(node24, [packageFile('@vscode', 'vsce', 'vsce'), ...args, '--out', file], { cwd: root }),
  );
  if (statSync(file).size === 0) throw new Error(`vsce wrote an empty ${file}`);
  return file;
}

/**
 * Builds into dist/, and the tests of the extension host into out/ if asked.
 * @param {{ tests?: boolean }} [options]
 */
export async function build({ tests = false } = {}) {
  await step('Building', () => run(node24, ['esbuild.mjs', ...(tests ? ['--tests'] : [])], { cwd: root }));
}
