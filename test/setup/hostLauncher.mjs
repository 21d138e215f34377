#!/usr/bin/env node
// Stands where @vscode/test-electron expects VS Code's program: takes the same arguments, runs the tests in the extension host of the
// browser-served VS Code instead, prints what they print and ends with their verdict.
// Of what the page's console says only the tests' own lines (marked by test/host/index.ts) are printed; all of it with `FATHOM_VERBOSE=1`.
// `FATHOM_HOST_SETTINGS` and `FATHOM_HOST_ENV` (JSON) are the user settings and the extension host's further environment.

import path from 'node:path';
import { format } from 'node:util';
import { launchChromium } from './chromium.mjs';
import { atExit, scratchFolder } from './processes.mjs';
import { serveVSCode } from './vscodeHost.mjs';

const quietForMs = 5 * 60_000;
const verbose = process.env['FATHOM_VERBOSE'] === '1';
/** Before each line that the tests print. */
const mark = '\u0001';

/** @param {string} name @returns {string | undefined} */
function argument(name) {
  const start = `--${name}=`;
  return process.argv.find((each) => each.startsWith(start))?.slice(start.length);
}

/** @param {string} name @returns {Record<string, string>} */
function json(name) {
  return JSON.parse(process.env[name] ?? '{}');
}

const extension = argument('extensionDevelopmentPath');
const tests = argument('extensionTestsPath');
if (extension === undefined || tests === undefined) {
  throw new Error('Wanted: [folder] --extensionDevelopmentPath=… --extensionTestsPath=…');
}
const workspace = process.argv.slice(2).find((each) => !each.startsWith('--')) ?? scratchFolder('fathom-empty').folder;
const fathomVariables = Object.entries(process.env).filter(([name]) => name.startsWith('FATHOM_'));

const server = await serveVSCode({
  workspace: path.resolve(workspace),
  userSettings: json('FATHOM_HOST_SETTINGS'),
  env: { ...Object.fromEntries(fathomVariables), FATHOM_MARK: mark, ...json('FATHOM_HOST_ENV') },
  development: true,
});
const browser = await launchChromium();
atExit(() => void browser.close());
const page = await browser.newPage();

/** @type {Promise<number>} */
const verdict = new Promise((resolve) => {
  const giveUp = (/** @type {string} */ why) => {
    process.stderr.write(`${why}\n`);
    resolve(1);
  };
  let timer = setTimeout(() => undefined, 0);
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(
      () => giveUp(`The test host said nothing for ${String(quietForMs / 60_000)} minutes.`),
      quietForMs,
    );
    // The timer must not keep a finished run waiting.
    timer.unref();
  };
  heard();
  void page.exposeFunction('codeAutomationLog', (/** @type {string} */ type, /** @type {unknown[]} */ args) => {
    heard();
    const line = format(...args);
    if (line.startsWith(mark)) process.stdout.write(`${line.slice(mark.length)}\n`);
    else if (verbose) process.stderr.write(`${type}: ${line}\n`);
  });
  void page.exposeFunction('codeAutomationExit', (/** @type {number} */ code) => resolve(code));
  page.once('crash', () => giveUp('The browser page of the test host crashed.'));
});
await page.goto(server.developmentUrl({ extension: path.resolve(extension), tests: path.resolve(tests) }));
const code = await verdict;
await browser.close();
await server.stop();
// Not process.exit: what was printed may still be on its way.
process.exitCode = code;
