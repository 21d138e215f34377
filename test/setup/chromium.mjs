// A browser for the tests: one that is installed, else Debian's package, else Playwright's own download.

import { existsSync } from 'node:fs';
import path from 'node:path';
import { onPath, run } from './processes.mjs';
import { MissingPiece, step } from './say.mjs';
import { canInstallPackages, systemPackages } from './systemPackages.mjs';

const commands = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'microsoft-edge'];
const places = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/** Chromium must not look for news on its own, and as root on Linux it refuses to start with a sandbox. */
export const chromiumFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * The browser's program; installed when there is none and that is possible. Needs `node_modules` only for Playwright's download.
 * @returns {Promise<string>} absolute path
 * @throws {MissingPiece}
 */
export async function findChromium() {
  const found = installed();
  if (found !== undefined) return found;
  if (canInstallPackages()) {
    const packages = ['chromium', 'fonts-liberation', 'fonts-dejavu-core'];
    await systemPackages(
      packages.map((name) => ({ name, has: () => false })),
      'The browser tests',
    );
    const now = installed();
    if (now !== undefined) return now;
  }
  const { chromium } = await import('playwright-core');
  const own = chromium.executablePath();
  if (existsSync(own)) return own;
  try {
    const cli = path.resolve(import.meta.dirname, '../../node_modules/playwright-core/cli.js');
    await step("Fetching Playwright's Chromium (once)", () => run(process.execPath, [cli, 'install', 'chromium']));
    return own;
  } catch {
    throw new MissingPiece(
      'There is no Chromium or Chrome here. On Debian or Ubuntu: sudo apt-get install chromium. Elsewhere: npx playwright-core install chromium',
    );
  }
}

function installed() {
  for (const command of commands) {
    const file = onPath(command);
    if (file !== undefined) return file;
  }
  return places.find((file) => existsSync(file));
}

/**
 * Starts the browser, without a window.
 * @param {{ headless?: boolean }} [options]
 * @returns {Promise<import('playwright-core').Browser>}
 */
export async function launchChromium({ headless = true } = {}) {
  const executablePath = await findChromium();
  const { chromium } = await import('playwright-core');
  // The signals are handled in processes.mjs: the browser ends with this process.
  return chromium.launch({
    executablePath,
    headless,
    args: chromiumFlags,
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
}
