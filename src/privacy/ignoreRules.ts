// Which files are never context by themselves: what git ignores, what ignore files and `files.exclude` name, what is known to hold
// secrets. It decides about one file at a time and sends nothing; who may overrule it is the gateway's business.
import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import ignore, { type Ignore } from 'ignore';
import { excludeGlobs, type ExcludeGlobs } from './excludeGlobs.ts';
import { createGitIgnore, pathBelow, type GitIgnore, type Place } from './gitIgnore.ts';
import { linksOf, realPathOf, type Repositories, type Repository } from './repositories.ts';
import { readRuleFile, type RuleTrouble } from './ruleFile.ts';
import { isSecretFile } from './secretFiles.ts';
import { isWithin, pathOf } from './sourcePath.ts';

export type IgnoredBecause = 'gitignore' | 'ignoreFile' | 'filesExclude' | 'secretFile';

export interface Ignored {
  because: IgnoredBecause;
  /** The file whose rule says so, as people know it (`.fathomignore`, `web/.gitignore`); the glob for `filesExclude`. */
  by?: string;
  /** Set where the rules of that file are not known, so that everything in its folder counts as ignored. */
  trouble?: RuleTrouble;
}

export interface IgnoreRules {
  /**
   * Why a file is no context; undefined if it may be. It need not exist. Never throws.
   * @param source absolute path, or a URI
   */
  of(source: string): Promise<Ignored | undefined>;
  /** Rules may have changed: what was read is read again. */
  forget(): void;
}

export interface IgnoreRulesOptions {
  repositories: Repositories;
  /** The window's folders: absolute paths, or URIs where they lie elsewhere. */
  folders: () => readonly string[];
  /** Globs of `files.exclude` that are in force for a folder of the window; undefined: for what lies in none. */
  filesExclude: (folder: string | undefined) => readonly string[];
  now: () => number;
  /** A change that nobody tells of is seen after twice this time at most. Default: 5 seconds. */
  keepMs?: number;
}

/** Ignore files in gitignore's syntax, Fathom's own and those of other assistants. They can only ignore more. */
export const ignoreFileNames: readonly string[] = ['.fathomignore', '.cursorignore', '.aiexclude', '.copilotignore'];

/** A folder of the window, by one of its paths: as written, or with links resolved. */
interface WindowFolder {
  folder: string;
  path: string;
}

interface OwnRules {
  name: string;
  rules: Ignore;
  trouble?: RuleTrouble;
}

const mostKept = 5000;

export function createIgnoreRules(options: IgnoreRulesOptions): IgnoreRules {
  const { repositories, now } = options;
  const keepMs = options.keepMs ?? 5000;
  const answers = new Map<string, { at: number; ignored: Promise<Ignored | undefined> }>();
  let readAt = Number.NEGATIVE_INFINITY;
  let gitIgnore: GitIgnore = createGitIgnore();
  const own = new Map<string, Promise<OwnRules[]>>();
  const excludes = new Map<string, ExcludeGlobs>();

  function forgetFiles(): void {
    gitIgnore = createGitIgnore();
    own.clear();
    readAt = now();
  }

  async function readOwn(folder: string): Promise<OwnRules[]> {
    const found: OwnRules[] = [];
    for (const name of ignoreFileNames) {
      const file = await readRuleFile(join(folder, name));
      if (file === undefined) continue;
      const { patterns, trouble } = file;
      const rules = ignore({ ignoreCase: process.platform !== 'linux' }).add([...patterns]);
      found.push({ name, rules, ...(trouble === undefined ? {} : { trouble }) });
    }
    return found;
  }

  function ownRulesIn(folder: string): Promise<OwnRules[]> {
    const rules = own.get(folder) ?? readOwn(folder);
    own.set(folder, rules);
    return rules;
  }

  /** Every repository that the folder lies in, the innermost first. */
  async function repositoriesOf(folder: string): Promise<Repository[]> {
    const found: Repository[] = [];
    for (let at = folder; ;) {
      const repository = await repositories.of(at);
      if (repository === undefined || !isWithin(folder, repository.folder)) return found;
      found.push(repository);
      at = dirname(repository.folder);
      if (at === repository.folder) return found;
    }
  }

  async function byIgnoreFile(
    { path, folder, isFolder }: Place,
    outer: readonly string[],
  ): Promise<Ignored | undefined> {
    const [top] = outer.filter((one) => isWithin(folder, one)).sort((a, b) => a.length - b.length);
    if (top === undefined) return undefined;
    for (let at = folder; ; at = dirname(at)) {
      for (const { name, rules, trouble } of await ownRulesIn(at)) {
        const below = pathBelow(at, path, isFolder);
        if (below === '') continue;
        if (trouble !== undefined || rules.ignores(below)) return ignoredBy('ignoreFile', name, trouble);
      }
      if (at === top || at === dirname(at)) return undefined;
    }
  }

  function globsFor(folder: string | undefined): ExcludeGlobs {
    const globs = options.filesExclude(folder);
    const key = globs.join('\0');
    const compiled = excludes.get(key) ?? excludeGlobs(globs);
    if (excludes.size > 50) excludes.clear();
    excludes.set(key, compiled);
    return compiled;
  }

  function byFilesExclude(path: string, isFolder: boolean, folders: readonly WindowFolder[]): Ignored | undefined {
    const around = folders.filter((one) => isWithin(path, one.path));
    for (const { folder, path: top } of around.length > 0 ? around : [{ folder: undefined, path: '/' }]) {
      const below = pathBelow(top, path, isFolder).replace(/^(\.\.\/|[A-Za-z]:\/)+/, '');
      const glob = below === '' ? undefined : globsFor(folder).excluding(below);
      if (glob !== undefined) return { because: 'filesExclude', by: glob };
    }
    return undefined;
  }

  async function decide(source: string): Promise<Ignored | undefined> {
    const path = pathOf(source);
    if (path === undefined) {
      const shown = shownPath(source);
      if (isSecretFile(shown)) return { because: 'secretFile' };
      return byFilesExclude(`/${shown}`, false, []);
    }
    const real = await realPathOf(path);
    const links = real === path ? [] : await linksOf(path);
    const isFolder = await stat(real).then(
      (found) => found.isDirectory(),
      () => false,
    );
    const places: Place[] = [{ path: real, folder: dirname(real) }, ...links].map((place) => ({ ...place, isFolder }));
    // A folder may well be called `secrets`.
    if (!isFolder && [path, ...places.map((place) => place.path)].some(isSecretFile)) return { because: 'secretFile' };

    const folders: WindowFolder[] = [];
    for (const folder of options.folders()) {
      const folderPath = pathOf(folder);
      if (folderPath === undefined) continue;
      folders.push({ folder, path: folderPath }, { folder, path: await realPathOf(folderPath) });
    }
    const around = await Promise.all(places.map((place) => repositoriesOf(place.folder)));
    for (const [index, place] of places.entries()) {
      const [innermost] = around[index] ?? [];
      const ignored = innermost && (await gitIgnore.of(place, innermost));
      if (ignored !== undefined) return ignoredBy('gitignore', ignored.by, ignored.trouble);
    }
    for (const [index, place] of places.entries()) {
      const outer = [...folders.map((one) => one.path), ...(around[index] ?? []).map((one) => one.folder)];
      const ignored = await byIgnoreFile(place, outer);
      if (ignored !== undefined) return ignored;
    }
    for (const one of [path, ...places.map((place) => place.path)]) {
      const ignored = byFilesExclude(one, isFolder, folders);
      if (ignored !== undefined) return ignored;
    }
    return undefined;
  }

  return {
    of: (source) => {
      const before = answers.get(source);
      const age = before === undefined ? keepMs : now() - before.at;
      if (before !== undefined && age >= 0 && age < keepMs) return before.ignored;
      if (answers.size >= mostKept) answers.clear();
      if (Math.abs(now() - readAt) >= keepMs) forgetFiles();
      const ignored = decide(source).catch((): Ignored => ({ because: 'ignoreFile', trouble: 'unreadable' }));
      answers.set(source, { at: now(), ignored });
      return ignored;
    },
    forget: () => {
      answers.clear();
      forgetFiles();
    },
  };
}

function ignoredBy(because: IgnoredBecause, by: string, trouble: RuleTrouble | undefined): Ignored {
  return { because, by, ...(trouble === undefined ? {} : { trouble }) };
}

/** The path that a URI shows, without the slash at its beginning. */
function shownPath(source: string): string {
  const path = URL.canParse(source) ? new URL(source).pathname : source;
  try {
    return decodeURIComponent(path).replace(/^\/+/, '');
  } catch {
    return path.replace(/^\/+/, '');
  }
}
