// Other programs: run one to its end, start one that stays, and end all of them when this process ends or is interrupted.
// Every child gets a process group of its own, so that what it starts ends with it.

import { spawn, spawnSync } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const windows = process.platform === 'win32';
const tailLines = 60;

/** @typedef {import('node:child_process').ChildProcess} ChildProcess */

/** @type {Set<ChildProcess>} */
const running = new Set();
/** @type {Set<() => void>} */
const lastDeeds = new Set();
let prepared = false;

/** Ends what was started, also when Ctrl+C or a hang-up ends this process. */
function prepareForTheEnd() {
  if (prepared) return;
  prepared = true;
  process.on('exit', () => {
    for (const child of running) kill(child, 'SIGKILL');
    for (const deed of lastDeeds) deed();
    lastDeeds.clear();
  });
  for (const [signal, code] of /** @type {const} */ ([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ])) {
    // Asked first, so that a child can end children of its own; a second signal doesn't wait.
    process.on(signal, () => {
      const children = [...running];
      void Promise.race([
        Promise.all(children.map(stop)),
        new Promise((resolve) => process.once(signal, resolve)),
      ]).then(() => process.exit(code));
    });
  }
}

/**
 * Does something (removing a scratch folder) when this process ends, however it ends. Must be synchronous.
 * @param {() => void} deed
 * @returns {() => void} does it now, and not again
 */
export function atExit(deed) {
  prepareForTheEnd();
  lastDeeds.add(deed);
  return () => {
    if (lastDeeds.delete(deed)) deed();
  };
}

/**
 * A folder of one's own for one run. Removed by the returned function, and at the latest when this process ends.
 * @param {string} name
 * @returns {{ folder: string, remove: () => void }}
 */
export function scratchFolder(name) {
  const folder = mkdtempSync(path.join(os.tmpdir(), `${name}-`));
  const remove = atExit(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }));
  return { folder, remove };
}

/** @param {ChildProcess} child @param {NodeJS.Signals} signal */
function kill(child, signal) {
  if (child.pid === undefined) return;
  try {
    if (windows) spawnSync('taskkill', ['/pid', String(child.pid), '/T', '/F'], { stdio: 'ignore' });
    else process.kill(-child.pid, signal);
  } catch {
    // It is gone already.
  }
}

/**
 * Where a command is on the PATH.
 * @param {string} name
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {string | undefined}
 */
export function onPath(name, env = process.env) {
  const endings = windows ? (env['PATHEXT'] ?? '.EXE;.CMD').split(';') : [''];
  for (const folder of (env['PATH'] ?? env['Path'] ?? '').split(path.delimiter)) {
    for (const ending of endings) {
      const file = path.join(folder, name + ending);
      try {
        if (!statSync(file).isFile()) continue;
        accessSync(file, constants.X_OK);
        return file;
      } catch {
        // Not here.
      }
    }
  }
  return undefined;
}

/** A program that ended badly; its message carries the end of what it printed. */
export class ProgramFailed extends Error {
  /** @param {string} command @param {string} how @param {string} output */
  constructor(command, how, output) {
    super(`${command} ${how}${output === '' ? '' : `:\n${output}`}`);
  }
}

/**
 * Runs a program to its end and gives what it printed. Its output is shown only when it fails (in the error), unless `show` is set.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string | undefined, env?: NodeJS.ProcessEnv | undefined, show?: boolean | undefined }} [options]
 * @returns {Promise<string>} standard output
 */
export async function run(command, args, { cwd, env, show = false } = {}) {
  const child = start(command, args, {
    cwd,
    env,
    stdio: show ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let both = '';
  child.stdout?.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
    out += text;
    both += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (/** @type {string} */ text) => (both += text));
  const { code, signal } = await ended(child);
  if (code !== 0) {
    const how = code === null ? `was ended by ${String(signal)}` : `ended with code ${String(code)}`;
    throw new ProgramFailed([command, ...args].join(' '), how, both.trimEnd().split('\n').slice(-tailLines).join('\n'));
  }
  return out;
}

/**
 * Starts a program that stays; it is ended with this process, or by `stop(child)`.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string | undefined, env?: NodeJS.ProcessEnv | undefined, stdio?: import('node:child_process').StdioOptions }} [options]
 * @returns {ChildProcess}
 */
export function start(command, args, { cwd, env = process.env, stdio = 'ignore' } = {}) {
  prepareForTheEnd();
  // On Windows npm and its kin are .cmd files, which only a shell can start.
  const shell = windows && !/\.exe$/i.test(command);
  const child = spawn(shell ? `"${command}"` : command, args, {
    ...(cwd === undefined ? {} : { cwd }),
    env,
    stdio,
    detached: !windows,
    shell,
  });
  running.add(child);
  child.once('close', () => running.delete(child));
  child.once('error', () => running.delete(child));
  return child;
}

/**
 * Waits until a program has ended. A program that could not be started is an error.
 * @param {ChildProcess} child
 * @returns {Promise<{ code: number | null, signal: NodeJS.Signals | null }>}
 */
export function ended(child) {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
}

/**
 * Ends a program and all it started: asked first, made to after two seconds.
 * @param {ChildProcess} child
 */
export async function stop(child) {
  if (!running.has(child)) return;
  const over = new Promise((resolve) => child.once('close', resolve));
  kill(child, 'SIGTERM');
  const force = setTimeout(() => kill(child, 'SIGKILL'), 2000);
  await over;
  clearTimeout(force);
}
