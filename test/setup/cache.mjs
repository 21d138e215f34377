// The cache folder: what takes minutes to make (Ollama, its model, the test host) is made once per machine and version, outside the clone.
// A piece is made in a folder beside its place and renamed when complete, so that an interrupted set-up never leaves half of one.

import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { atExit } from './processes.mjs';
import { say } from './say.mjs';

const heartbeatMs = 5_000;
const staleMs = 60_000;

/**
 * The folder for everything that outlives a clone: `FATHOM_CACHE`, else the platform's place for caches.
 * @param {NodeJS.ProcessEnv} [env]
 * @param {NodeJS.Platform} [platform]
 * @param {string} [home]
 */
export function cacheRoot(env = process.env, platform = process.platform, home = os.homedir()) {
  if (env['FATHOM_CACHE']) return path.resolve(env['FATHOM_CACHE']);
  if (env['XDG_CACHE_HOME']) return path.join(env['XDG_CACHE_HOME'], 'fathom');
  if (platform === 'darwin') return path.join(home, 'Library', 'Caches', 'fathom');
  if (platform === 'win32') return path.join(env['LOCALAPPDATA'] ?? path.join(home, 'AppData', 'Local'), 'fathom');
  return path.join(home, '.cache', 'fathom');
}

/**
 * The folder of one piece. Made by `make` when it isn't there; a second clone that wants the same piece meanwhile waits for the first.
 * @param {string} name names piece and version, for example `ollama-0.17.4`; the platform is added
 * @param {(folder: string) => Promise<void>} make fills the (empty) folder; it is thrown away when this fails
 * @param {{ root?: string }} [options]
 * @returns {Promise<string>} absolute path
 */
export async function cached(name, make, { root = cacheRoot() } = {}) {
  const place = path.join(root, `${name}-${process.platform}-${process.arch}`);
  if (existsSync(place)) return place;
  mkdirSync(root, { recursive: true });
  const release = await lock(`${place}.lock`, name);
  try {
    if (existsSync(place)) return place;
    const unfinished = `${place}.unfinished`;
    rmSync(unfinished, { recursive: true, force: true });
    mkdirSync(unfinished);
    try {
      await make(unfinished);
      renameSync(unfinished, place);
    } catch (error) {
      rmSync(unfinished, { recursive: true, force: true });
      throw error;
    }
    return place;
  } finally {
    release();
  }
}

/**
 * Takes a lock file, waiting for whoever has it. Its owner touches it every few seconds; one that was left by a process that died is broken.
 * @param {string} file
 * @param {string} name
 * @returns {Promise<() => void>} gives it back
 */
async function lock(file, name) {
  const mine = JSON.stringify({ host: os.hostname(), pid: process.pid });
  let said = false;
  for (;;) {
    try {
      writeFileSync(file, mine, { flag: 'wx' });
      break;
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
    }
    if (isAbandoned(file)) {
      rmSync(file, { force: true });
      continue;
    }
    if (!said) say(`Another set-up is making ${name}: waiting for it (${file})`);
    said = true;
    await pause(500);
  }
  const heartbeat = setInterval(() => {
    try {
      const now = new Date();
      utimesSync(file, now, now);
    } catch {
      // The cache was removed under us; the rename at the end will tell.
    }
  }, heartbeatMs);
  const remove = atExit(() => rmSync(file, { force: true }));
  return () => {
    clearInterval(heartbeat);
    remove();
  };
}

/** @param {string} file */
function isAbandoned(file) {
  try {
    if (Date.now() - statSync(file).mtimeMs > staleMs) return true;
    const { host, pid } = /** @type {{ host: string, pid: number }} */ (JSON.parse(readFileSync(file, 'utf8')));
    if (host !== os.hostname()) return false;
    process.kill(pid, 0);
    return false;
  } catch (error) {
    // No such process: its owner died. No such file, or one just being written: look again.
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'ESRCH';
  }
}
