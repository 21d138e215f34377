// Which files git ignores, by the rules of gitignore(5): nested files, `info/exclude`, `core.excludesFile`, negations. Runs no git, so
// a file that is tracked although a rule names it counts as ignored.
import { lstat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import ignore, { type Ignore } from 'ignore';
import type { Repository } from './repositories.ts';
import { patternFrom, readRuleFile, type RuleFile, type RuleTrouble } from './ruleFile.ts';

export interface GitIgnored {
  /** The file whose rule says so: relative to the repository where it lies in it. */
  by: string;
  trouble?: RuleTrouble;
}

/** One place of a file: where it lies, or where a link to it does. Links above it are resolved. */
export interface Place {
  path: string;
  /** The deepest folder whose rules count for it. */
  folder: string;
  /** Whether the path itself is a folder: some rules are for folders only. */
  isFolder: boolean;
}

export interface GitIgnore {
  /** @param repository the one that the place's folder is in */
  of(place: Place, repository: Repository): Promise<GitIgnored | undefined>;
}

/** The rules of a folder and everything above it, as one list: the last pattern that fits decides. */
interface Rules {
  list: Ignore;
  /** Files in gitignore's syntax that git does not follow, because they are links: they can only ignore more. */
  more: readonly { list: Ignore; folder: string }[];
  /** A file whose rules are not known. */
  blocked?: GitIgnored;
}

/** The path as rules in `folder` see it; empty for the folder itself. */
export function pathBelow(folder: string, path: string, isFolder: boolean): string {
  const below = relative(folder, path).split(sep).join('/');
  return below === '' || !isFolder ? below : `${below}/`;
}

/** Reads each file once; a new one reads again. */
export function createGitIgnore(): GitIgnore {
  const kept = new Map<string, Promise<Rules>>();

  function marked(file: RuleFile, folder: string, by: string): { pattern: string; mark: string }[] {
    return file.patterns.map((pattern) => ({ pattern: patternFrom(folder, pattern), mark: by }));
  }

  async function base({ folder, ignoreFiles, ignoreCase }: Repository): Promise<Rules> {
    const rules: Rules = { list: ignore({ ignoreCase }), more: [] };
    for (const path of ignoreFiles) {
      const file = await readRuleFile(path);
      const inside = pathBelow(folder, path, false);
      const by = inside.startsWith('..') ? path : inside;
      if (file?.trouble !== undefined) rules.blocked = { by, trouble: file.trouble };
      if (file !== undefined) rules.list.add(marked(file, '', by));
    }
    return rules;
  }

  async function extended(folder: string, repository: Repository): Promise<Rules> {
    const above = await (folder === repository.folder ? base(repository) : rulesOf(dirname(folder), repository));
    if (above.blocked !== undefined) return above;
    const path = join(folder, '.gitignore');
    const file = await readRuleFile(path);
    if (file === undefined) return above;
    const by = pathBelow(repository.folder, path, false);
    if (file.trouble !== undefined) return { ...above, blocked: { by, trouble: file.trouble } };
    const { ignoreCase } = repository;
    const isLink = (await lstat(path)).isSymbolicLink();
    if (isLink) {
      const list = ignore({ ignoreCase }).add(marked(file, '', by));
      return { ...above, more: [...above.more, { list, folder }] };
    }
    const inside = pathBelow(repository.folder, folder, false);
    return {
      ...above,
      list: ignore({ ignoreCase })
        .add(above.list)
        .add(marked(file, inside, by)),
    };
  }

  function rulesOf(folder: string, repository: Repository): Promise<Rules> {
    const key = `${repository.folder}\0${folder}`;
    const rules = kept.get(key) ?? extended(folder, repository);
    kept.set(key, rules);
    return rules;
  }

  return {
    of: async ({ path, folder, isFolder }, repository) => {
      const below = pathBelow(repository.folder, path, isFolder);
      if (below === '' || below.startsWith('../')) return undefined;
      const { list, more, blocked } = await rulesOf(folder, repository);
      if (blocked !== undefined) return blocked;
      const found = [list.test(below), ...more.map((one) => one.list.test(pathBelow(one.folder, path, isFolder)))];
      const ignored = found.find((one) => one.ignored);
      return ignored && { by: ignored.rule?.mark ?? '.gitignore' };
    },
  };
}
