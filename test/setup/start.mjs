// `npm start`: Fathom in a VS Code with a sample workspace, and something that answers, whatever this machine has.

import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { startArguments, WrongArguments } from './arguments.mjs';
import { cleanEnvironment } from './environment.mjs';
import { onNode24, root } from './installed.mjs';
import { ended, onPath, scratchFolder, start } from './processes.mjs';
import { MissingPiece, say } from './say.mjs';

const help = `npm start [-- OPTIONS]
  --workspace DIR  opens this folder instead of the sample
  --browser        VS Code in the browser, also where a desktop VS Code is installed
  --check          opens no window: tries ghost text and a question by itself and says what it saw`;

/** @typedef {import('./practice.mjs').Practice} Practice */

/** The desktop: the extension from this folder, in a profile of its own. @param {string} code @param {string} workspace @param {Practice} practice */
async function openDesktop(code, workspace, practice) {
  const { quietSettings } = await import('./vscodeHost.mjs');
  const { folder } = scratchFolder('fathom-profile');
  mkdirSync(path.join(folder, 'User'));
  const settings = { ...quietSettings, ...practice.settings };
  writeFileSync(path.join(folder, 'User', 'settings.json'), JSON.stringify(settings, undefined, 2));
  const profile = ['--user-data-dir', folder, '--extensions-dir', path.join(folder, 'extensions')];
  const child = start(
    code,
    [
      '--new-window',
      '--wait',
      ...profile,
      '--disable-workspace-trust',
      `--extensionDevelopmentPath=${root}`,
      workspace,
    ],
    { env: cleanEnvironment(practice.env), stdio: 'inherit' },
  );
  say('VS Code is opening. Close its window, or press Ctrl+C here, to end.');
  await ended(child);
}

/** VS Code in the browser, with Fathom installed as a person has it. @param {string} workspace @param {Practice} practice */
async function openBrowser(workspace, practice) {
  const { packVsix } = await import('./pack.mjs');
  const { installVsix, serveVSCode } = await import('./vscodeHost.mjs');
  const { folder } = scratchFolder('fathom-browser');
  const extensionsDir = path.join(folder, 'extensions');
  await installVsix(await packVsix(path.join(folder, 'fathom.vsix')), extensionsDir);
  const server = await serveVSCode({ workspace, extensionsDir, userSettings: practice.settings, env: practice.env });
  process.stdout.write(`\nVS Code with Fathom: ${server.url}\n`);
  say('Ctrl+C ends it.');
  await new Promise(() => undefined);
}

async function main() {
  const options = startArguments(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(`${help}\n`);
    return;
  }
  const { startPractice } = await import('./practice.mjs');
  const { makeWorkspace } = await import('./sample.mjs');
  if (options.workspace !== undefined) readdirSync(options.workspace);
  const { folder } = scratchFolder('fathom-practice');
  const workspace =
    options.workspace ??
    (await makeWorkspace(path.join(root, 'test', 'practice', 'sample'), path.join(folder, 'practice')));
  const practice = await startPractice();
  say('');
  say(`Public code:  ${practice.cloud}`);
  say(`Private code: ${practice.local}`);
  if (options.workspace === undefined) say(`Sample:       ${workspace} (public/ and private/)`);
  const code = onPath('code');
  try {
    if (options.check) {
      const { checkFathom } = await import('./check.mjs');
      process.exitCode = await checkFathom(workspace, practice, { sample: options.workspace === undefined });
    } else if (code !== undefined && !options.browser) {
      const { build } = await import('./pack.mjs');
      await build();
      await openDesktop(code, workspace, practice);
    } else {
      await openBrowser(workspace, practice);
    }
  } finally {
    await practice.stop();
  }
}

try {
  await onNode24(import.meta.filename);
  await main();
} catch (error) {
  if (error instanceof WrongArguments) say(`${error.message}\n${help}`);
  else if (error instanceof MissingPiece) say(error.message);
  else say(String(error instanceof Error ? error.stack : error));
  process.exitCode = 1;
}
