// Finding and starting Ollama, with a program of that name in a folder of its own that listens like the real one.
import assert from 'node:assert/strict';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'mocha';
import { findOllama, OllamaProgramError, startOllama, type StartOptions } from '../../../src/local/ollamaProgram.ts';

let folder = '';
const started: number[] = [];

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'fathom-ollama-'));
});
after(async () => {
  for (const pid of started) process.kill(pid);
  await rm(folder, { recursive: true, force: true });
});

/** Puts an `ollama` into a new folder: a Node program, which notes its arguments and its process id beside itself. */
async function program(body: string): Promise<string> {
  const bin = await mkdtemp(path.join(folder, 'bin-'));
  const file = path.join(bin, 'ollama');
  const head = `#!${process.execPath}\nconst fs = require('fs');\nfs.writeFileSync(${JSON.stringify(path.join(bin, 'said'))}, JSON.stringify({ pid: process.pid, args: process.argv.slice(2), host: process.env.OLLAMA_HOST }));\n`;
  await writeFile(file, head + body);
  await chmod(file, 0o755);
  return bin;
}

const listening = `const [host, port] = process.env.OLLAMA_HOST.split(':');
require('http').createServer((_, answer) => answer.end(JSON.stringify({ version: '0.17.4' }))).listen(Number(port), host);`;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  assert.ok(typeof address === 'object' && address);
  return address.port;
}

function options(bin: string, port: number): StartOptions {
  return {
    machine: { platform: 'linux', env: { PATH: bin }, homeDir: folder },
    url: `http://127.0.0.1:${port}`,
    isLoopback: true,
    logFile: path.join(bin, 'log'),
    version: async (signal) => {
      try {
        const answer = await fetch(`http://127.0.0.1:${port}/api/version`, { signal });
        return ((await answer.json()) as { version: string }).version;
      } catch {
        signal.throwIfAborted();
        return undefined;
      }
    },
  };
}

async function said(bin: string): Promise<{ pid: number; args: string[]; host: string }> {
  return JSON.parse(await readFile(path.join(bin, 'said'), 'utf8')) as { pid: number; args: string[]; host: string };
}

const never = new AbortController().signal;

describe('Ollama', function () {
  this.timeout(20_000);

  it('is found on the PATH, the first one that can be run', async () => {
    const bin = await program('');
    const other = await mkdtemp(path.join(folder, 'not-'));
    await writeFile(path.join(other, 'ollama'), 'not to be run');
    const machine = { platform: 'linux' as const, env: { PATH: `${other}::${bin}` }, homeDir: folder };
    assert.equal(await findOllama(machine), path.join(bin, 'ollama'));
  });

  it('is found in the home folder where the PATH lacks it', async () => {
    const home = path.join(folder, 'home');
    const { mkdir } = await import('node:fs/promises');
    await mkdir(path.join(home, '.local/bin'), { recursive: true });
    await writeFile(path.join(home, '.local/bin/ollama'), '');
    await chmod(path.join(home, '.local/bin/ollama'), 0o755);
    const found = await findOllama({ platform: 'linux', env: {}, homeDir: home });
    // Where this machine has an Ollama of its own, that one comes first.
    assert.ok(found?.endsWith('/ollama'));
  });

  it('is started at the address of the setting, and is waited for', async () => {
    const port = await freePort();
    const bin = await program(listening);
    assert.equal(await startOllama(options(bin, port), never), '0.17.4');
    const { pid, args, host } = await said(bin);
    started.push(pid);
    assert.deepEqual([args, host], [['serve'], `127.0.0.1:${port}`]);
  });

  it('is left alone where it answers already', async () => {
    const bin = await program('');
    const running = { ...options(bin, 1), version: () => Promise.resolve('0.33.0') };
    assert.equal(await startOllama(running, never), '0.33.0');
    await assert.rejects(said(bin));
  });

  it('that stops at once says why', async () => {
    const bin = await program('console.error("Error: listen tcp 127.0.0.1: address already in use"); process.exit(1);');
    await assert.rejects(startOllama(options(bin, await freePort()), never), (error) => {
      assert.ok(OllamaProgramError.is(error, 'exited'));
      assert.match(error.details ?? '', /address already in use/);
      return true;
    });
  });

  it('that never answers is ended after the patience is over', async () => {
    const bin = await program('setInterval(() => {}, 1000);');
    const attempt = startOllama({ ...options(bin, await freePort()), patienceMs: 700 }, never);
    await assert.rejects(attempt, (error) => OllamaProgramError.is(error, 'noAnswer'));
  });

  it('is ended when the person cancels', async () => {
    const bin = await program('setInterval(() => {}, 1000);');
    const controller = new AbortController();
    const base = options(bin, await freePort());
    let asked = 0;
    const version: StartOptions['version'] = (signal) => {
      if (++asked === 3) controller.abort(new Error('by the person'));
      return base.version(signal);
    };
    await assert.rejects(startOllama({ ...base, version }, controller.signal), /by the person/);
  });

  it('is not started for an address elsewhere, nor where it is not installed', async () => {
    const bin = await program(listening);
    const elsewhere = { ...options(bin, await freePort()), isLoopback: false };
    await assert.rejects(startOllama(elsewhere, never), (error) => OllamaProgramError.is(error, 'elsewhere'));
    const windows = {
      ...options(bin, await freePort()),
      machine: { platform: 'win32' as const, env: {}, homeDir: folder },
    };
    await assert.rejects(startOllama(windows, never), (error) => OllamaProgramError.is(error, 'notInstalled'));
  });
});
