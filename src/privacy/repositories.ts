// Finds the repository that a path lies in, by walking up as git does (the innermost wins), and reads its remotes. Runs no git.
import { lstat, readFile, realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { includedPaths, parseGitConfig, remotesOf, type GitConfigEntry, type Remotes } from './gitRemotes.ts';

export interface Repository {
  /** Top folder of the working tree that the path lies in, links resolved. */
  folder: string;
  /** The folder that stands for the repository: `folder`, but the main one for a further worktree, so that marks hold for all. */
  root: string;
  /** Undefined where the repository is there but can't be read. */
  remotes: Remotes | undefined;
}

export interface Repositories {
  /** @param path absolute; need not exist. Never throws. */
  of(path: string): Promise<Repository | undefined>;
}

export interface RepositoriesOptions {
  now: () => number;
  /** The person's own git config files, for `insteadOf`. Default: none. */
  ownConfigs?: readonly string[];
  home?: string;
  /** How long an answer is kept. */
  keepMs?: number;
}

/** Where git keeps the person's own config (git-config(1), "FILES"). */
export function ownGitConfigs(home: string, env: Record<string, string | undefined>): string[] {
  const xdg = env.XDG_CONFIG_HOME;
  return [
    join(xdg === undefined || xdg === '' ? join(home, '.config') : xdg, 'git', 'config'),
    join(home, '.gitconfig'),
  ];
}

/** The path with links resolved; what doesn't exist yet is appended to the part that does. */
export async function realPathOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    // Not there (yet), or not to be read: the nearest folder that is there decides.
    const parent = dirname(path);
    return parent === path ? path : join(await realPathOf(parent), path.slice(parent.length).replace(/^[\\/]+/, ''));
  }
}

/** The folders in which the links of a path lie: `/a/link/b` with `link` pointing elsewhere has one in `/a`. */
export async function linkFoldersOf(path: string): Promise<string[]> {
  const folders: string[] = [];
  for (let at = path, up = dirname(at); up !== at; at = up, up = dirname(at)) {
    const isLink = await lstat(at).then(
      (found) => found.isSymbolicLink(),
      () => false,
    );
    if (isLink) folders.push(up);
  }
  return folders;
}

async function kindOf(path: string): Promise<'file' | 'folder' | 'none' | 'unreadable'> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return code === 'ENOENT' || code === 'ENOTDIR' ? 'none' : 'unreadable';
  }
}

/** Text of a file; undefined if it isn't there. Throws where it is there and can't be read. */
async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

export function createRepositories(options: RepositoriesOptions): Repositories {
  const keepMs = options.keepMs ?? 3000;
  const kept = new Map<string, { at: number; repository: Promise<Repository | undefined> }>();

  /** Entries of a config and of what it includes, includes last. Files that aren't there are passed over, as git does. */
  async function readConfig(path: string, conditional: boolean, depth = 0): Promise<GitConfigEntry[]> {
    const text = await textOf(path);
    if (text === undefined || depth > 10) return [];
    const entries = parseGitConfig(text);
    for (const included of includedPaths(entries, conditional)) {
      const from = included.startsWith('~/') ? join(options.home ?? '~', included.slice(2)) : included;
      entries.push(...(await readConfig(isAbsolute(from) ? from : join(dirname(path), from), conditional, depth + 1)));
    }
    return entries;
  }

  async function aliases(): Promise<GitConfigEntry[]> {
    const entries: GitConfigEntry[] = [];
    for (const path of options.ownConfigs ?? []) {
      try {
        entries.push(...(await readConfig(path, false)));
      } catch {
        // Without its aliases an address stays strange, and strange counts as private.
      }
    }
    return entries;
  }

  async function read(folder: string, gitDir: string): Promise<Repository> {
    try {
      const commonText = await textOf(join(gitDir, 'commondir'));
      const commonDir = commonText === undefined ? gitDir : resolve(gitDir, commonText.trim());
      const root = commonText === undefined ? folder : (await realPathOf(commonDir)).replace(/[\\/]\.git$/, '');
      if ((await kindOf(join(gitDir, 'HEAD'))) !== 'file') return { folder, root, remotes: undefined };
      const entries = [
        ...(await readConfig(join(commonDir, 'config'), true)),
        ...(await readConfig(join(gitDir, 'config.worktree'), true)),
      ];
      return { folder, root, remotes: remotesOf(entries, await aliases()) };
    } catch {
      // Something that is there can't be read: nothing is known, so it counts as private.
      return { folder, root: folder, remotes: undefined };
    }
  }

  async function find(folder: string): Promise<Repository | undefined> {
    const dotGit = join(folder, '.git');
    const kind = await kindOf(dotGit);
    if (kind === 'unreadable')
      return { folder: await realPathOf(folder), root: await realPathOf(folder), remotes: undefined };
    // Like git: a folder `.git` without HEAD is no repository.
    if (kind === 'folder' && (await kindOf(join(dotGit, 'HEAD'))) !== 'none') {
      return await read(await realPathOf(folder), dotGit);
    }
    if (kind === 'file') {
      const real = await realPathOf(folder);
      const text = await textOf(dotGit).catch(() => undefined);
      const gitDir = /^gitdir:\s*(.+?)\s*$/m.exec(text ?? '')?.[1];
      if (gitDir === undefined) return { folder: real, root: real, remotes: undefined };
      return await read(real, resolve(folder, gitDir));
    }
    const parent = dirname(folder);
    return parent === folder ? undefined : await inFolder(parent);
  }

  function inFolder(folder: string): Promise<Repository | undefined> {
    const before = kept.get(folder);
    if (before !== undefined && options.now() - before.at < keepMs) return before.repository;
    if (kept.size > 2000) kept.clear();
    const repository = find(folder);
    kept.set(folder, { at: options.now(), repository });
    return repository;
  }

  // The path itself may be a folder; if it is a file, `<file>/.git` simply isn't there.
  return { of: (path) => inFolder(resolve(path)) };
}
