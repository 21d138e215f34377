// The clone's own packages: installed when they are missing or older than the lockfile, and the Node among them, on which the rest runs.

import { spawn } from 'node:child_process';
import { existsSync, statSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { run } from './processes.mjs';
import { step } from './say.mjs';

/** The clone's folder. */
export const root = path.resolve(import.meta.dirname, '../..');
const windows = process.platform === 'win32';
const wantedNode = 24;

/** The Node 24 that `npm ci` brings. */
export const node24 = path.join(root, 'node_modules', 'node', 'bin', windows ? 'node.exe' : 'node');

/** A file of an installed package. @param {string[]} parts */
export function packageFile(...parts) {
  return path.join(root, 'node_modules', ...parts);
}

/**
 * Whether `npm ci` must run: npm notes what it installed in a file of its own, which must not be older than the lockfile.
 * @param {string} folder of a package
 */
export function packagesAreStale(folder) {
  const installed = path.join(folder, 'node_modules', '.package-lock.json');
  if (!existsSync(installed)) return true;
  return statSync(installed).mtimeMs < statSync(path.join(folder, 'package-lock.json')).mtimeMs;
}

/** Runs `npm ci` when it must run. */
export async function ensurePackages() {
  if (!packagesAreStale(root)) return;
  await step('Installing packages (npm ci, about a minute)', () =>
    run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: root }),
  );
  const now = new Date();
  utimesSync(path.join(root, 'node_modules', '.package-lock.json'), now, now);
}

/**
 * Makes sure that this script runs on Node 24 with the packages there: starts it again when it doesn't.
 * @param {string} script the script's own file
 * @returns {Promise<void>} returns only in the process that may go on
 */
export async function onNode24(script) {
  await ensurePackages();
  if (Number(process.versions.node.split('.')[0]) >= wantedNode) return;
  // Not in a process group of its own: Ctrl+C must reach it directly.
  const child = spawn(node24, [script, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    // Ctrl+C reaches the whole group; a signal sent to this process alone must be handed on.
    process.on(signal, () => (signal === 'SIGINT' && process.stdin.isTTY ? undefined : child.kill(signal)));
  }
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (value, signal) => resolve(value ?? (signal === 'SIGINT' ? 130 : 143)));
  });
  process.exit(Number(code));
}
