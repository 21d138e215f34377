// Finds the `ollama` program on this machine and starts its server. Talks to no server itself: whether one answers is asked
// through `version`, which the caller brings.
import { spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { access, open, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export type OllamaProgramReason =
  /** No `ollama` on the PATH or in the usual places. */
  | 'notInstalled'
  /** The configured address is another machine's: nothing can be started there. */
  | 'elsewhere'
  /** The program could not be run at all. */
  | 'cannotRun'
  /** It ran and ended before it answered: `details` has its last words. */
  | 'exited'
  /** It runs and doesn't answer in time. */
  | 'noAnswer';

/** Why Ollama could not be started. Cancelling is not a failure: it throws the signal's own reason. */
export class OllamaProgramError extends Error {
  readonly reason: OllamaProgramReason;
  /** The program's own last words, where there are any. */
  readonly details: string | undefined;

  constructor(reason: OllamaProgramReason, details?: string, cause?: unknown) {
    super(details === undefined ? reason : `${reason}: ${details}`, { cause });
    this.name = 'OllamaProgramError';
    this.reason = reason;
    this.details = details;
  }

  static is(error: unknown, reason?: OllamaProgramReason): error is OllamaProgramError {
    return error instanceof OllamaProgramError && (reason === undefined || error.reason === reason);
  }
}

/** The machine, as far as it matters here; tests bring their own. */
export interface Machine {
  platform: NodeJS.Platform;
  env: NodeJS.ProcessEnv;
  homeDir: string;
}

/** Full path of `ollama`: first on the PATH, then where its installers put it. Undefined when it isn't there. */
export async function findOllama(machine: Machine): Promise<string | undefined> {
  for (const candidate of candidates(machine)) {
    try {
      await access(candidate, machine.platform === 'win32' ? constants.F_OK : constants.X_OK);
      return candidate;
    } catch {
      // Not there, or not to be run by this user: try the next place.
    }
  }
  return undefined;
}

function candidates({ platform, env, homeDir }: Machine): string[] {
  const windows = platform === 'win32';
  const paths = windows ? path.win32 : path.posix;
  const name = windows ? 'ollama.exe' : 'ollama';
  const onPath = (env.PATH ?? env.Path ?? '')
    .split(windows ? ';' : ':')
    .filter((folder) => folder !== '')
    .map((folder) => paths.join(folder, name));
  const usual: Partial<Record<NodeJS.Platform, string[]>> = {
    // An editor started from the Dock has a short PATH, without Homebrew and the app's own link.
    darwin: [
      '/usr/local/bin/ollama',
      '/opt/homebrew/bin/ollama',
      '/Applications/Ollama.app/Contents/Resources/ollama',
      paths.join(homeDir, 'Applications/Ollama.app/Contents/Resources/ollama'),
    ],
    win32: [
      paths.join(env.LOCALAPPDATA ?? paths.join(homeDir, 'AppData', 'Local'), 'Programs', 'Ollama', name),
      paths.join(env.ProgramFiles ?? 'C:\\Program Files', 'Ollama', name),
    ],
    linux: ['/usr/local/bin/ollama', '/usr/bin/ollama', '/snap/bin/ollama', paths.join(homeDir, '.local/bin/ollama')],
  };
  return [...onPath, ...(usual[platform] ?? [])];
}

export interface StartOptions {
  machine: Machine;
  /** Address that the server shall listen on. */
  url: string;
  /** Whether that address is this machine's own. */
  isLoopback: boolean;
  /** The version of what answers at `url`, or undefined. */
  version: (signal: AbortSignal) => Promise<string | undefined>;
  /** Where the server writes what it has to say: a file, because the server outlives this process and its pipes. */
  logFile: string;
  /** Milliseconds to wait for an answer; 30,000 if left out. */
  patienceMs?: number;
}

/**
 * Starts `ollama serve` unless a server answers already, and waits until it does. The server goes on when the editor ends.
 * @returns the version that answers
 * @throws OllamaProgramError
 */
export async function startOllama(options: StartOptions, signal: AbortSignal): Promise<string> {
  const running = await options.version(signal);
  signal.throwIfAborted();
  if (running !== undefined) return running;
  if (!options.isLoopback) throw new OllamaProgramError('elsewhere');
  const program = await findOllama(options.machine);
  if (program === undefined) throw new OllamaProgramError('notInstalled');
  return serve(program, options, signal);
}

async function serve(program: string, options: StartOptions, signal: AbortSignal): Promise<string> {
  const { machine, url, version, logFile, patienceMs = 30_000 } = options;
  const log = await open(logFile, 'w');
  const stop = new AbortController();
  const waiting = AbortSignal.any([signal, stop.signal]);
  const child = spawn(program, ['serve'], {
    detached: true,
    windowsHide: true,
    stdio: ['ignore', log.fd, log.fd],
    env: { ...machine.env, OLLAMA_HOST: listenAddress(url) },
  });
  const ended = new Promise<never>((_resolve, reject) => {
    child.once('error', (error) => reject(new OllamaProgramError('cannotRun', error.message, error)));
    child.once('exit', (code) => {
      lastWords(logFile).then(
        (words) => reject(new OllamaProgramError('exited', words || `exit code ${code ?? 'unknown'}`)),
        reject,
      );
    });
  });
  try {
    const answered = await Promise.race([ended, untilAnswer(version, patienceMs, waiting)]);
    child.unref();
    return answered;
  } catch (error) {
    // Another Ollama may have taken the address first: what answers is what was wanted.
    const other = OllamaProgramError.is(error, 'exited') ? await version(signal) : undefined;
    if (other !== undefined) return other;
    child.kill();
    signal.throwIfAborted();
    throw error;
  } finally {
    stop.abort();
    // The race is over: whoever lost it has nobody to report to any more.
    ended.catch(() => undefined);
    await log.close();
  }
}

async function untilAnswer(version: StartOptions['version'], patienceMs: number, signal: AbortSignal): Promise<string> {
  const patience = AbortSignal.timeout(patienceMs);
  const both = AbortSignal.any([signal, patience]);
  try {
    for (;;) {
      const answered = await version(both);
      if (answered !== undefined) return answered;
      await delay(200, undefined, { signal: both });
    }
  } catch (error) {
    if (patience.aborted && !signal.aborted) throw new OllamaProgramError('noAnswer', undefined, error);
    throw error;
  }
}

/** As `OLLAMA_HOST` wants it: host and port, the port always said. */
function listenAddress(url: string): string {
  const { hostname, port, protocol } = new URL(url);
  return `${hostname}:${port || (protocol === 'https:' ? '443' : '80')}`;
}

async function lastWords(logFile: string): Promise<string> {
  const lines = (await readFile(logFile, 'utf8')).split('\n').filter((line) => line.trim() !== '');
  return lines.slice(-3).join('\n');
}
