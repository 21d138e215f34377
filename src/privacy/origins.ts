// From the files whose text is in a request to what is known about their privacy: one origin for each repository or folder that
// they touch. It decides nothing (router.ts does).
import { basename, isAbsolute } from 'node:path';
import type { IgnoreRules } from './ignoreRules.ts';
import { markKeyOf, type Marks } from './marks.ts';
import { linksOf, realPathOf, type Repositories } from './repositories.ts';
import type { Mark, Origin } from './route.ts';
import type { Sources } from './gatewayTypes.ts';
import { isWithin, pathOf } from './sourcePath.ts';
import type { VisibilityOfRepositories } from './visibility.ts';

export interface Origins {
  /**
   * The origins of everything in `sources`, each once; never empty. No sources: the window's folders.
   * @param wait false: answer at once, with `lookingUp` where a forge is still being asked. Never throws.
   */
  resolve(sources: Sources, wait: boolean): Promise<Origin[]>;
  /** The same origins with the marks that they have now. */
  marked(origins: readonly Origin[]): Origin[];
  /** Asks the forges again about the repository of this origin, whatever they said before. */
  lookAgain(origin: Origin): Promise<void>;
}

export interface OriginsOptions {
  repositories: Repositories;
  visibility: VisibilityOfRepositories;
  marks: Marks;
  /** The window's folders: absolute paths, or URIs where they lie elsewhere. */
  folders: () => readonly string[];
  /** What is kept out of a repository by them is no more public because the repository is. */
  ignoreRules: IgnoreRules;
}

/** Of two origins with one root the higher one counts. A mark can clear what is not public, but not what is ignored. */
const strictness = ({ visibility, because }: Origin): number =>
  because === 'ignoredHere' ? 2 : visibility === 'public' ? 0 : 1;

export function createOrigins(options: OriginsOptions): Origins {
  const { repositories, visibility, marks } = options;

  function withMark({ mark: _before, ...origin }: Origin): Origin {
    const mark: Mark | undefined = marks.of(markKeyOf(origin));
    // Clearing a folder is about what is in the repository; what is kept out of it was not meant.
    const counts = mark === 'forbidden' || origin.because !== 'ignoredHere';
    return mark !== undefined && counts ? { ...origin, mark } : origin;
  }

  const noFolder = (): Origin => ({ root: undefined, name: '', visibility: 'unknown', because: 'noFolder' });

  /** Origin of one path as written, no links resolved; undefined where it lies in no repository. */
  async function inRepository(path: string, wait: boolean): Promise<Origin | undefined> {
    const repository = await repositories.of(path);
    if (repository === undefined) return undefined;
    const seen = await visibility.of(repository.remotes, wait);
    return { root: repository.root, name: basename(repository.folder), ...seen };
  }

  async function ofFolder(folder: string, wait: boolean): Promise<Origin> {
    const path = pathOf(folder);
    if (path === undefined) {
      const name = basename(folder) === '' ? folder : basename(folder);
      return { root: folder, name, visibility: 'unknown', because: 'cannotRead' };
    }
    const real = await realPathOf(path);
    return (
      (await inRepository(real, wait)) ?? {
        root: real,
        name: basename(path),
        visibility: 'unknown',
        because: 'noRepository',
      }
    );
  }

  /** Everything in the window, for what can't be told apart. */
  async function ofWindow(wait: boolean): Promise<Origin[]> {
    const found = options.folders().map(async (folder) => withIgnored(folder, [await ofFolder(folder, wait)]));
    return (await Promise.all(found)).flat();
  }

  /** The same and one more, about the file itself, where a rule keeps it from being published. */
  async function withIgnored(source: string, origins: Origin[]): Promise<Origin[]> {
    const ignored = await options.ignoreRules.of(source);
    const [innermost] = origins;
    if (innermost === undefined || ignored === undefined || ignored.because === 'filesExclude') return origins;
    const { root, name } = innermost;
    const { because, by = '' } = ignored;
    const file = basename(pathOf(source) ?? source);
    return [{ root, name, visibility: 'private', because: 'ignoredHere', ignored: { file, because, by } }, ...origins];
  }

  async function ofSource(source: string, wait: boolean): Promise<Origin[]> {
    const path = pathOf(source);
    if (path === undefined) {
      const elsewhere = options.folders().find((folder) => pathOf(folder) === undefined && isBelow(source, folder));
      return elsewhere === undefined ? [noFolder(), ...(await ofWindow(wait))] : [await ofFolder(elsewhere, wait)];
    }
    const real = await realPathOf(path);
    const found = [(await originOf(real, wait)) ?? [noFolder(), ...(await ofWindow(wait))]].flat();
    // A link counts for where it points (its text is in the prompt) and for where it lies (so may its path be).
    for (const { folder } of real === path ? [] : await linksOf(path)) {
      const origin = await originOf(folder, wait);
      if (origin !== undefined) found.push(origin);
    }
    return found;
  }

  /** Repository, else workspace folder; undefined outside of both. */
  async function originOf(path: string, wait: boolean): Promise<Origin | undefined> {
    const origin = await inRepository(path, wait);
    if (origin !== undefined) return origin;
    const real = await realPathOf(path);
    for (const folder of options.folders()) {
      const folderPath = pathOf(folder);
      if (folderPath === undefined || !isWithin(real, await realPathOf(folderPath))) continue;
      return await ofFolder(folder, wait);
    }
    return undefined;
  }

  const isBelow = (source: string, folder: string) =>
    source === folder || source.startsWith(folder.endsWith('/') ? folder : `${folder}/`);

  return {
    marked: (origins) => origins.map(withMark),
    lookAgain: async ({ root }) => {
      const repository = root === undefined || !isAbsolute(root) ? undefined : await repositories.of(root);
      if (repository?.remotes === undefined) return;
      await visibility.forget(repository.remotes);
      await visibility.of(repository.remotes, true);
    },
    resolve: async (sources, wait) => {
      const nested =
        sources.length === 0
          ? [await ofWindow(wait)]
          : await Promise.all(
              [...new Set(sources)].map(async (source) => withIgnored(source, await ofSource(source, wait))),
            );
      const all = nested.flat();
      if (all.length === 0) all.push(noFolder());
      // One origin a root: the strictest, should two differ.
      const byKey = new Map<string, Origin>();
      for (const origin of all) {
        const before = byKey.get(markKeyOf(origin));
        if (before === undefined || strictness(origin) > strictness(before)) byKey.set(markKeyOf(origin), origin);
      }
      return [...byKey.values()].map(withMark);
    },
  };
}
