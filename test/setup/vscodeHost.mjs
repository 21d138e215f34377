// A real VS Code without a desktop: the server and workbench that npm's code-server carries, installed once into the cache folder,
// served on 127.0.0.1 and looked at with a browser (chromium.mjs).

import { createHash } from 'node:crypto';
import { copyFileSync, createWriteStream, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { cached } from './cache.mjs';
import { cleanEnvironment } from './environment.mjs';
import { freePort } from './ollama.mjs';
import { onPath, run, scratchFolder, start, stop } from './processes.mjs';
import { step } from './say.mjs';
import { systemPackages } from './systemPackages.mjs';

const packageFolder = path.join(import.meta.dirname, 'host-package');
const readyWithinMs = 60_000;
/** Without the first two the extension host dies; the third serves the agent host. */
const nativeModules = ['@vscode/spdlog', '@vscode/native-watchdog', '@vscode/sqlite3'];

/** @typedef {{ node: string, serverMain: string, version: string }} TestHost */

/**
 * What every test host is set to, so that nothing asks, fetches or moves by itself. A test's own settings come on top.
 * @type {Readonly<Record<string, unknown>>}
 */
export const quietSettings = {
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'git.openRepositoryInParentFolders': 'never',
  'window.restoreWindows': 'none',
};

/**
 * The test host, installed when it isn't there yet, or was installed from other packages or in another way.
 * @returns {Promise<TestHost>} its Node (24), its server's main file and VS Code's version
 */
export async function findTestHost() {
  const lock = readFileSync(path.join(packageFolder, 'package-lock.json'));
  const key = createHash('sha256').update(lock).update(installTestHost.toString()).digest('hex').slice(0, 8);
  const version = JSON.parse(lock.toString()).packages['node_modules/code-server'].version;
  const folder = await cached(`vscode-host-${version}-${key}`, installTestHost);
  const vscode = path.join(folder, 'node_modules', 'code-server', 'lib', 'vscode');
  return {
    node: hostNode(folder).node,
    serverMain: path.join(vscode, 'out', 'server-main.js'),
    version: JSON.parse(readFileSync(path.join(vscode, 'package.json'), 'utf8')).version,
  };
}

/**
 * The Node that the host runs on, and its headers: the package's own where it has one for this machine, else the Node that runs this.
 * @param {string} folder
 * @returns {{ node: string, headers: string | undefined }}
 */
function hostNode(folder) {
  const own = path.join(folder, 'node_modules', `node-${process.platform}-${process.arch}`);
  const node = path.join(own, 'bin', 'node');
  return existsSync(node) ? { node, headers: own } : { node: process.execPath, headers: undefined };
}

/** @param {string} folder */
async function installTestHost(folder) {
  const python = onPath('python3') ?? onPath('python');
  await systemPackages(
    [
      {
        name: 'g++',
        has: () => onPath('g++') !== undefined || onPath('clang++') !== undefined || process.platform === 'win32',
      },
      { name: 'make', has: () => onPath('make') !== undefined || process.platform === 'win32' },
      { name: 'python3', has: () => python !== undefined },
    ],
    'The test host',
  );
  await step('Installing a VS Code for tests (once, about 2 minutes, 700 MB)', async () => {
    for (const file of ['package.json', 'package-lock.json'])
      copyFileSync(path.join(packageFolder, file), path.join(folder, file));
    await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder });
    const { node, headers } = hostNode(folder);
    const env = {
      ...process.env,
      // npm and node-gyp must run on the Node that will load what they build.
      PATH: `${path.dirname(node)}${path.delimiter}${process.env['PATH'] ?? ''}`,
      ...(headers === undefined ? {} : { npm_config_nodedir: headers }),
    };
    const vscode = path.join(folder, 'node_modules', 'code-server', 'lib', 'vscode');
    // Not `npm ci`: what VS Code publishes as its lock leaves things out that `npm ci` insists on.
    await run('npm', ['install', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: vscode, env });
    await run('npm', ['rebuild', ...nativeModules], { cwd: vscode, env });
    // TypeScript, without which VS Code has no diagnostics and no symbols for TypeScript and JavaScript.
    await run('npm', ['install', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund'], {
      cwd: path.join(vscode, 'extensions'),
      env,
    });
  });
}

/**
 * Installs a VSIX into a folder of extensions, as a person does by hand.
 * @param {string} vsix
 * @param {string} extensionsDir
 */
export async function installVsix(vsix, extensionsDir) {
  const { node, serverMain } = await findTestHost();
  const { folder, remove } = scratchFolder('fathom-vscode');
  try {
    const args = ['--install-extension', vsix, '--extensions-dir', extensionsDir, '--server-data-dir', folder];
    await run(node, [serverMain, ...args, '--accept-server-license-terms'], { env: cleanEnvironment() });
  } finally {
    remove();
  }
}

/**
 * @typedef {object} VSCodeServer
 * @property {string} url the page that opens the workspace
 * @property {string} origin for example `http://127.0.0.1:41234`
 * @property {string} dataDir
 * @property {string} logsDir folder of VS Code's logs, the extension host's among them
 * @property {(development: Development) => string} developmentUrl the page that also loads an extension from its sources
 * @property {() => Promise<void>} stop
 */

/**
 * @typedef {object} Development
 * @property {string} extension absolute path of the extension's folder
 * @property {string} [tests] absolute path of a module with `run()`, without `.js`
 * @property {string} [openFile] absolute path of a file to open
 */

/**
 * Serves a VS Code on 127.0.0.1 with a fresh profile.
 * @param {object} options
 * @param {string} options.workspace absolute path of a folder or a `.code-workspace` file
 * @param {string} [options.extensionsDir] folder of installed extensions; an empty one when left out
 * @param {Readonly<Record<string, unknown>>} [options.userSettings] on top of `quietSettings`
 * @param {NodeJS.ProcessEnv} [options.env] more of the environment of the extension host; the person's keys are not in it
 * @param {number} [options.port]
 * @param {boolean} [options.trust] false: the folder opens in Restricted Mode
 * @param {string} [options.dataDir] folder of profile and logs; a fresh one, removed by `stop`, when left out
 * @param {boolean} [options.development] whether `developmentUrl` will be opened; VS Code then shows no notification toasts, so a person's
 *   window and a test that reads notifications do without
 * @returns {Promise<VSCodeServer>}
 */
export async function serveVSCode({
  workspace,
  extensionsDir,
  userSettings = {},
  env = {},
  port,
  trust = true,
  dataDir,
  development = false,
}) {
  const { node, serverMain } = await findTestHost();
  const scratch = dataDir === undefined ? scratchFolder('fathom-vscode') : { folder: dataDir, remove: () => undefined };
  const data = scratch.folder;
  const userFolder = path.join(data, 'data', 'User');
  mkdirSync(userFolder, { recursive: true });
  const settings = path.join(userFolder, 'settings.json');
  if (!existsSync(settings))
    writeFileSync(settings, JSON.stringify({ ...quietSettings, ...userSettings }, undefined, 2));
  const extensions = extensionsDir ?? path.join(data, 'extensions');
  mkdirSync(extensions, { recursive: true });

  const listen = port ?? (await freePort());
  const authority = `127.0.0.1:${String(listen)}`;
  const origin = `http://${authority}`;
  const child = start(
    node,
    [
      serverMain,
      ...[
        '--host',
        '127.0.0.1',
        '--port',
        String(listen),
        '--without-connection-token',
        '--accept-server-license-terms',
      ],
      ...['--server-data-dir', data, '--extensions-dir', extensions, '--telemetry-level', 'off'],
      // Without it VS Code ignores the payload of the page's address, and says nothing.
      ...(development ? ['--enable-smoke-test-driver'] : []),
      ...(trust ? ['--disable-workspace-trust'] : []),
    ],
    { env: cleanEnvironment(env), stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const logFile = path.join(data, 'server.log');
  const log = createWriteStream(logFile);
  child.stdout?.pipe(log, { end: false });
  child.stderr?.pipe(log, { end: false });
  let died = false;
  child.once('close', () => {
    died = true;
    log.end();
  });
  child.once('error', () => (died = true));
  const until = Date.now() + readyWithinMs;
  while (!(await answers(origin))) {
    if (died || Date.now() > until) {
      await stop(child);
      throw new Error(`VS Code's server did not start at ${origin}:\n${readFileSync(logFile, 'utf8').slice(-2000)}`);
    }
    await pause(100);
  }

  const address = new URL(origin);
  address.searchParams.set(statSync(workspace).isDirectory() ? 'folder' : 'workspace', workspace);
  const remote = (/** @type {string} */ file) => `vscode-remote://${authority}${file}`;
  return {
    url: address.href,
    origin,
    dataDir: data,
    logsDir: path.join(data, 'data', 'logs'),
    developmentUrl: ({ extension, tests, openFile }) => {
      const payload = [
        ['extensionDevelopmentPath', remote(extension)],
        ...(tests === undefined ? [] : [['extensionTestsPath', remote(tests)]]),
        ...(openFile === undefined ? [] : [['openFile', remote(openFile)]]),
        ['skipWelcome', 'true'],
      ];
      const page = new URL(address);
      page.searchParams.set('payload', JSON.stringify(payload));
      return page.href;
    },
    stop: async () => {
      await stop(child);
      scratch.remove();
    },
  };
}

/** @param {string} origin */
async function answers(origin) {
  try {
    const answer = await fetch(`${origin}/version`, { signal: AbortSignal.timeout(2000) });
    await answer.text();
    return answer.ok;
  } catch {
    return false;
  }
}
