// `npm test`: lint, types, unit, host and ui, in this order. What each finds is printed as it comes; the last line is the sum alone.
// A machine that can't have a piece (Ollama, a browser) skips what needs it; with CI=true that is a failure.

import path from 'node:path';
import { testArguments, WrongArguments } from './arguments.mjs';
import { countsLine, oneFailed, onePassed, oneSkipped, readCounts, sum } from './counts.mjs';
import { cleanEnvironment } from './environment.mjs';
import { node24, onNode24, packageFile, root } from './installed.mjs';
import { ended, scratchFolder, start } from './processes.mjs';
import { MissingPiece, say } from './say.mjs';

/** @typedef {import('./counts.mjs').Counts} Counts */
/** @typedef {import('./arguments.mjs').Check} Check */

const ci = process.env['CI'] === 'true';

/** One check made of programs. @param {readonly (readonly string[])[]} commands each: a file of node_modules and its arguments */
async function check(commands) {
  let passed = true;
  for (const [file = '', ...args] of commands) {
    const child = start(node24, [packageFile(...file.split('/')), ...args], { cwd: root, stdio: 'inherit' });
    const { code } = await ended(child);
    if (code !== 0) passed = false;
  }
  return passed ? onePassed : oneFailed;
}

/**
 * Runs mocha in plain Node.
 * @param {string} pattern
 * @param {NodeJS.ProcessEnv} env
 * @param {readonly string[]} [options]
 */
async function mocha(pattern, env, options = []) {
  const { folder, remove } = scratchFolder('fathom-results');
  const results = path.join(folder, 'results.json');
  const args = ['--reporter', 'test/setup/reporter.mjs', ...(ci ? ['--forbid-only'] : []), ...options, pattern];
  const child = start(node24, [packageFile('mocha', 'bin', 'mocha.js'), ...args], {
    cwd: root,
    env: cleanEnvironment({ ...env, FATHOM_RESULTS: results }),
    stdio: 'inherit',
  });
  const { code } = await ended(child);
  const counts = readCounts(results, code ?? 1);
  remove();
  return counts;
}

/**
 * Runs the tests of the extension host, in the VS Code whose program is given.
 * @param {string} vscodeExecutablePath
 * @param {NodeJS.ProcessEnv} env
 * @param {string | undefined} file
 * @param {string} [extension] folder of the extension that is tested, with the tests in it: Fathom's own
 */
async function extensionHost(vscodeExecutablePath, env, file, extension = root) {
  const { runTests } = await import('@vscode/test-electron');
  const { makeWorkspace } = await import('./sample.mjs');
  const { folder, remove } = scratchFolder('fathom-host');
  const results = path.join(folder, 'results.json');
  const workspace = await makeWorkspace(path.join(root, 'test', 'host', 'workspace'), path.join(folder, 'workspace'));
  let code = 0;
  try {
    await runTests({
      vscodeExecutablePath,
      extensionDevelopmentPath: extension,
      extensionTestsPath: path.join(extension, 'out', 'test', 'host', 'index'),
      launchArgs: [workspace],
      extensionTestsEnv: {
        ...Object.fromEntries(Object.entries(env).filter((entry) => entry[1] !== undefined)),
        FATHOM_RESULTS: results,
        FATHOM_HOST_WORKSPACE: path.dirname(workspace),
        ...(file === undefined ? {} : { FATHOM_HOST_ONLY: path.basename(file, '.test.ts') }),
        // No test may ever reach DeepSeek: port 9 is nobody's until a test starts a server and says so.
        FATHOM_HOST_SETTINGS: JSON.stringify({
          'fathom.deepseek.baseUrl': 'http://127.0.0.1:9',
          'fathom.local.url': 'http://127.0.0.1:9',
        }),
        FATHOM_HOST_ENV: JSON.stringify({ DEEPSEEK_API_KEY: 'practice-key' }),
        PATH: `${path.join(root, 'node_modules', '.bin')}${path.delimiter}${process.env['PATH'] ?? ''}`,
      },
    });
  } catch {
    // It said what failed; the counts are in the file.
    code = 1;
  }
  const counts = readCounts(results, code);
  remove();
  return counts;
}

/**
 * Shows that the network proof can fail: in a Fathom that is broken on purpose it has to find what leaves.
 * @param {string} program
 * @param {NodeJS.ProcessEnv} env
 * @param {string | undefined} named see `wantedBreakages`
 */
async function brokenHosts(program, env, named) {
  const { buildBroken, wantedBreakages } = await import('./broken.mjs');
  const found = [];
  for (const breakage of wantedBreakages(named)) {
    const extension = await buildBroken(breakage);
    found.push(await extensionHost(program, { ...env, FATHOM_PROOF_CATCHES: breakage }, 'proof', extension));
  }
  return sum(found);
}

/** The desktop, downloaded where VS Code's download can be reached. @param {NodeJS.ProcessEnv} env @param {string | undefined} file */
async function desktop(env, file) {
  const { downloadAndUnzipVSCode } = await import('@vscode/test-electron');
  let program;
  try {
    program = await downloadAndUnzipVSCode();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new MissingPiece(
      `VS Code’s desktop can’t be downloaded here (${why}). The host tests run without it: npm run test:host`,
    );
  }
  if (process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']) {
    throw new MissingPiece('The desktop needs a display. Without one: xvfb-run -a npm run test:desktop');
  }
  return extensionHost(program, env, file);
}

/**
 * @param {Check} name
 * @param {() => Promise<Readonly<Counts>>} work
 * @returns {Promise<Readonly<Counts>>}
 */
async function suite(name, work) {
  const started = Date.now();
  process.stdout.write(`\n── ${name} ──\n`);
  try {
    const counts = await work();
    say(`${name}: ${countsLine(counts)} (${String(Math.round((Date.now() - started) / 1000))} s)`);
    return counts;
  } catch (error) {
    if (error instanceof MissingPiece) {
      say(`${name}: skipped. ${error.message}`);
      return ci && name !== 'desktop' ? oneFailed : oneSkipped;
    }
    say(`${name}: failed. ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    return oneFailed;
  }
}

/** The Ollama that all tests share; without one they skip what needs it. */
async function sharedOllama() {
  const { startTestOllama } = await import('./ollamaServer.mjs');
  try {
    return { ...(await startTestOllama()), missing: false };
  } catch (error) {
    if (!(error instanceof MissingPiece)) throw error;
    say(`No Ollama: tests that need a real one are skipped. ${error.message}`);
    return { env: {}, stop: async () => undefined, missing: true };
  }
}

/** @param {string} folder @param {string | undefined} file */
const pattern = (folder, file) =>
  file === undefined ? `test/${folder}/**/*.test.ts` : `test/${folder}/**/*${path.basename(file, '.test.ts')}*.test.ts`;

async function main() {
  const { only, file } = testArguments(process.argv.slice(2));
  /** @type {Readonly<Counts>[]} */
  const found = [];
  const wants = (/** @type {Check[]} */ ...names) => names.some((name) => only.includes(name));

  if (wants('lint')) {
    const commands = [
      ['eslint/bin/eslint.js', '.'],
      ['prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'],
    ];
    found.push(await suite('lint', () => check(commands)));
  }
  if (wants('types')) {
    const projects = ['tsconfig.json', 'src/webview/tsconfig.json'];
    const commands = projects.map((project) => ['typescript/bin/tsc', '--noEmit', '-p', project]);
    found.push(await suite('types', () => check(commands)));
  }
  if (wants('unit', 'host', 'ui', 'desktop')) {
    const ollama = await sharedOllama();
    if (ollama.missing && ci) found.push(oneFailed);
    if (wants('unit')) found.push(await suite('unit', () => mocha(pattern('unit', file), ollama.env)));
    const { build, packVsix } = await import('./pack.mjs');
    const { findChromium } = await import('./chromium.mjs');
    const { findTestHost } = await import('./vscodeHost.mjs');
    if (wants('host')) {
      found.push(
        await suite('host', async () => {
          await build({ tests: true });
          await findChromium();
          await findTestHost();
          const program = path.join(import.meta.dirname, 'hostLauncher.mjs');
          const isProof = file !== undefined && 'proof'.startsWith(path.basename(file, '.test.ts'));
          const broken = process.env['FATHOM_PROOF_BROKEN'];
          const counts = [];
          if (!isProof || broken === undefined) counts.push(await extensionHost(program, ollama.env, file));
          if (isProof || file === undefined) counts.push(await brokenHosts(program, ollama.env, broken));
          return sum(counts);
        }),
      );
    }
    if (wants('ui')) {
      found.push(
        await suite('ui', async () => {
          await findChromium();
          await findTestHost();
          const { folder, remove } = scratchFolder('fathom-vsix');
          const vsix = await packVsix(path.join(folder, 'fathom.vsix'));
          const counts = await mocha(pattern('ui', file), { ...ollama.env, FATHOM_VSIX: vsix }, [
            '--timeout',
            '120000',
          ]);
          remove();
          return counts;
        }),
      );
    }
    if (wants('desktop')) {
      found.push(
        await suite('desktop', async () => {
          await build({ tests: true });
          return desktop(ollama.env, file);
        }),
      );
    }
    await ollama.stop();
  }

  const total = sum(found);
  process.stdout.write(`\n${countsLine(total)}\n`);
  process.exitCode = total.failed > 0 ? 1 : 0;
}

try {
  await onNode24(import.meta.filename);
  await main();
} catch (error) {
  say(error instanceof WrongArguments ? error.message : String(error instanceof Error ? error.stack : error));
  process.stdout.write(`\n${countsLine(oneFailed)}\n`);
  process.exitCode = 1;
}
