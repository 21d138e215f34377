// Finds the repository that a path lies in, by walking up as git does (the innermost wins), and reads what its config says.
// Runs no git.
import { readdir, readFile, readlink, realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, parse, resolve, sep } from 'node:path';
import { includedPaths, parseGitConfig, remotesOf, type GitConfigEntry, type Remotes } from './gitRemotes.ts';

export interface Repository {
  /** Top folder of the working tree that the path lies in, links resolved. */
  folder: string;
  /** The folder that stands for the repository: `folder`, but the main one for a further worktree, so that marks hold for all. */
  root: string;
  /** Undefined where the repository is there but can't be read. */
  remotes: Remotes | undefined;
  /** Files of ignore rules beside the tree's own `.gitignore`s, the weakest first; they need not exist. */
  ignoreFiles: readonly string[];
  /** Whether git takes upper and lower case in names for the same here. */
  ignoreCase: boolean;
}

export interface Repositories {
  /** @param path absolute; need not exist. Never throws. */
  of(path: string): Promise<Repository | undefined>;
}

export interface RepositoriesOptions {
  now: () => number;
  /** Git config files of the machine and the person, the weakest first, for `insteadOf` and `core.excludesFile`. Default: none. */
  ownConfigs?: readonly string[];
  home?: string;
  /** For `XDG_CONFIG_HOME`. */
  env?: Readonly<Record<string, string | undefined>>;
  /** How long an answer is kept. */
  keepMs?: number;
}

const configHome = (home: string, { XDG_CONFIG_HOME: xdg }: Readonly<Record<string, string | undefined>>): string =>
  xdg === undefined || xdg === '' ? join(home, '.config') : xdg;

/** Where git keeps the machine's and the person's own config (git-config(1), "FILES"); they need not exist. */
export function ownGitConfigs(home: string, env: Readonly<Record<string, string | undefined>>): string[] {
  const {
    GIT_CONFIG_SYSTEM: system,
    GIT_CONFIG_GLOBAL: own,
    GIT_CONFIG_NOSYSTEM: without,
    ProgramFiles: programs,
  } = env;
  // Where the usual builds of git look: Debian and Fedora, by hand or Homebrew, Windows.
  const usual = ['/etc/gitconfig', '/usr/local/etc/gitconfig', '/opt/homebrew/etc/gitconfig'];
  if (programs !== undefined) usual.push(join(programs, 'Git', 'etc', 'gitconfig'));
  return [
    ...(without === undefined ? (system === undefined ? usual : [system]) : []),
    ...(own === undefined ? [join(configHome(home, env), 'git', 'config'), join(home, '.gitconfig')] : [own]),
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

/** Where a symbolic link on the way of a path lies. */
export interface LinkPlace {
  /** The folder of the link, links resolved. */
  folder: string;
  /** The path as it is named there: folder, name of the link, rest of the path. */
  path: string;
}

/** Like the system: more are taken for a circle. */
const mostLinks = 40;

/** Every link that is followed on the way of an absolute path: `/a/link/b` has one in `/a`, and one more if that points to a link. */
export async function linksOf(path: string): Promise<LinkPlace[]> {
  const links: LinkPlace[] = [];
  const partsOf = (text: string) =>
    text.split(sep === '\\' ? /[\\/]/ : '/').filter((part) => part !== '' && part !== '.');
  let { root: at } = parse(path);
  const todo = partsOf(path.slice(at.length));
  for (let part = todo.shift(); part !== undefined; part = todo.shift()) {
    const next = part === '..' ? dirname(at) : join(at, part);
    const target = links.length < mostLinks ? await readlink(next).catch(() => undefined) : undefined;
    if (target === undefined || part === '..') {
      at = next;
      continue;
    }
    links.push({ folder: at, path: join(next, ...todo) });
    const { root } = parse(target);
    if (isAbsolute(target)) at = root;
    todo.unshift(...partsOf(target.slice(root.length)));
  }
  return links;
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

const unreadable = (folder: string, root: string): Repository => ({
  ...{ folder, root, remotes: undefined, ignoreFiles: [], ignoreCase: false },
});

/** Whether there are remotes in the folders that git had for them before it had a config; it still reads them. */
async function hasOldRemotes(commonDir: string): Promise<boolean> {
  for (const name of ['remotes', 'branches']) {
    const files = await readdir(join(commonDir, name)).catch(() => []);
    if (files.length > 0) return true;
  }
  return false;
}

function joined(readings: readonly Remotes[]): Remotes {
  const forges = new Map(
    readings.flatMap((remotes) => remotes.forges).map((r) => [`${r.host}/${r.owner}/${r.name}`, r]),
  );
  return { forges: [...forges.values()], strangers: readings.some((remotes) => remotes.strangers) };
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

  /** What machine and person configured. A file that they include under a condition counts twice: as if it held, and as if not. */
  async function ownEntries(conditional: boolean): Promise<GitConfigEntry[]> {
    const entries: GitConfigEntry[] = [];
    for (const path of options.ownConfigs ?? []) {
      try {
        entries.push(...(await readConfig(path, conditional)));
      } catch {
        // Without its aliases an address stays strange, and strange counts as private.
      }
    }
    return entries;
  }

  /** Values of `core.excludesFile` that may hold, as paths; where none is given, git has a place of its own. */
  function excludesFiles(folder: string, readings: readonly (readonly GitConfigEntry[])[]): string[] {
    const home = options.home ?? '~';
    const files = readings.map((entries) => {
      const value = entries.findLast((e) => e.section === 'core' && e.key === 'excludesfile')?.value;
      if (value === undefined) return join(configHome(home, options.env ?? {}), 'git', 'ignore');
      if (value === '') return undefined;
      return resolve(folder, value.startsWith('~/') ? join(home, value.slice(2)) : value);
    });
    return [...new Set(files.filter((file) => file !== undefined))];
  }

  async function read(folder: string, gitDir: string): Promise<Repository> {
    try {
      const commonText = await textOf(join(gitDir, 'commondir'));
      const commonDir = commonText === undefined ? gitDir : resolve(gitDir, commonText.trim());
      const root = commonText === undefined ? folder : (await realPathOf(commonDir)).replace(/[\\/]\.git$/, '');
      if ((await kindOf(join(gitDir, 'HEAD'))) !== 'file') return unreadable(folder, root);
      const entries = [
        ...(await readConfig(join(commonDir, 'config'), true)),
        ...(await readConfig(join(gitDir, 'config.worktree'), true)),
      ];
      const own = [await ownEntries(false), await ownEntries(true)];
      const readings = own.map((ownReading) => remotesOf(entries, ownReading));
      return {
        folder,
        root,
        remotes: joined([...readings, { forges: [], strangers: await hasOldRemotes(commonDir) }]),
        ignoreFiles: [
          ...excludesFiles(
            folder,
            own.map((ownReading) => [...ownReading, ...entries]),
          ),
          join(commonDir, 'info', 'exclude'),
        ],
        ignoreCase: entries.findLast((e) => e.section === 'core' && e.key === 'ignorecase')?.value === 'true',
      };
    } catch {
      // Something that is there can't be read: nothing is known, so it counts as private.
      return unreadable(folder, folder);
    }
  }

  async function find(folder: string): Promise<Repository | undefined> {
    const dotGit = join(folder, '.git');
    const kind = await kindOf(dotGit);
    if (kind === 'unreadable') return unreadable(await realPathOf(folder), await realPathOf(folder));
    // Like git: a folder `.git` without HEAD is no repository.
    if (kind === 'folder' && (await kindOf(join(dotGit, 'HEAD'))) !== 'none') {
      return await read(await realPathOf(folder), dotGit);
    }
    if (kind === 'file') {
      const real = await realPathOf(folder);
      const text = await textOf(dotGit).catch(() => undefined);
      const gitDir = /^gitdir:\s*(.+?)\s*$/m.exec(text ?? '')?.[1];
      if (gitDir === undefined) return unreadable(real, real);
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
