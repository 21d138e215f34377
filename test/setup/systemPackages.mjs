// Debian's packages, installed where this process may (root on Debian) and named in a sentence where it may not.

import { existsSync } from 'node:fs';
import { onPath, run } from './processes.mjs';
import { MissingPiece, step } from './say.mjs';

/** Whether this is a Debian (or a child of it) whose packages this process may install. */
export function canInstallPackages() {
  return onPath('apt-get') !== undefined && process.getuid?.() === 0;
}

/**
 * Makes sure of some of Debian's packages.
 * @param {readonly { name: string, has: () => boolean }[]} wanted a package and whether what it brings is there already
 * @param {string} what for what they are needed, for example "Building Ollama"
 */
export async function systemPackages(wanted, what) {
  const missing = wanted.filter(({ has }) => !has()).map(({ name }) => name);
  if (missing.length === 0) return;
  const command = `apt-get install ${missing.join(' ')}`;
  if (!canInstallPackages()) {
    throw new MissingPiece(`${what} needs ${missing.join(', ')}. On Debian or Ubuntu: sudo ${command}`);
  }
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await step(`Installing ${missing.join(', ')} with apt-get`, async () => {
    await run('apt-get', ['update'], { env });
    await run('apt-get', ['install', '-y', '--no-install-recommends', ...missing], { env });
  });
}

/** Whether one of the usual folders for C headers has this one. @param {string} header */
export function hasHeader(header) {
  return ['/usr/include', '/usr/local/include'].some((folder) => existsSync(`${folder}/${header}`));
}
